//! How many requests somebody may send in a minute.

use std::{
    convert::Infallible,
    hash::{BuildHasher, Hash, RandomState},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use actix_web::http::header::{self, HeaderMap, HeaderName, HeaderValue};
use chrono::{DateTime, Utc};
use quick_cache::sync::Cache;

use super::error::{AppError, Code};

/// The time for which a quota holds, in microseconds.
const WINDOW: u64 = 60_000_000;

/// How many callers are known at most. Whoever is pushed out begins with a whole quota again, and those who call often
/// are pushed out last; so many addresses cost little memory, and harm nobody else.
const MOST: usize = 65_536;

/// Source: draft-ietf-httpapi-ratelimit-headers-10 §3.
const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
/// Source: draft-ietf-httpapi-ratelimit-headers-10 §4.
const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// A number of requests for each caller and minute, which comes back evenly. A caller costs a word: the moment at which
/// its quota will be whole again (the generic cell rate algorithm).
pub struct Quota {
    name: &'static str,
    most: u64,
    policy: String,
    /// By a hash under a key that nobody knows.
    whole_at: Cache<u64, Arc<AtomicU64>>,
    hasher: RandomState,
}

/// How a caller stands with its quota.
#[derive(Clone)]
pub struct Standing {
    name: &'static str,
    policy: String,
    left: u64,
    /// Seconds until the quota is whole again; of one that is used up, until there is something left.
    wait: u64,
}

impl Quota {
    /// A quota of so many requests in a minute; none for 0, which is any number.
    pub fn new(name: &'static str, most: u32) -> Option<Self> {
        (most > 0).then(|| Self {
            name,
            most: most.into(),
            policy: format!("\"{name}\";q={most};w={}", WINDOW / 1_000_000),
            whole_at: Cache::new(MOST),
            hasher: RandomState::new(),
        })
    }

    /// What each request takes of the window.
    fn share(&self) -> u64 {
        (WINDOW / self.most).max(1)
    }

    /// Takes one request of a caller's quota, or says that there is none left.
    pub fn take(&self, who: impl Hash, now: DateTime<Utc>) -> Result<Standing, AppError> {
        let (now, share) = (micros(now), self.share());
        let who = self.hasher.hash_one(who);
        let Ok(whole_at) = self.whole_at.get_or_insert_with(&who, new);
        let taken = whole_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |at| {
            let used = used(at, now) + share;
            (used <= WINDOW).then_some(now + used)
        });
        match taken {
            Ok(before) => Ok(self.standing(used(before, now) + share)),
            Err(at) => Err(self.exceeded(used(at, now))),
        }
    }

    /// Fails if a caller has nothing left, and takes nothing.
    pub fn check(&self, who: impl Hash, now: DateTime<Utc>) -> Result<(), AppError> {
        let known = self.whole_at.get(&self.hasher.hash_one(who));
        let at = known.map_or(0, |at| at.load(Ordering::Relaxed));
        let used = used(at, micros(now));
        match used + self.share() <= WINDOW {
            true => Ok(()),
            false => Err(self.exceeded(used)),
        }
    }

    fn standing(&self, used: u64) -> Standing {
        Standing {
            name: self.name,
            policy: self.policy.clone(),
            left: ((WINDOW - used) / self.share()).min(self.most),
            wait: used.div_ceil(1_000_000),
        }
    }

    fn exceeded(&self, used: u64) -> AppError {
        let missing = (used + self.share()).saturating_sub(WINDOW);
        let standing = Standing {
            left: 0,
            wait: missing.div_ceil(1_000_000).max(1),
            ..self.standing(used)
        };
        let (name, most) = (self.name, self.most);
        let detail = format!("This {name} may send {most} requests in a minute.");
        AppError::new(Code::TooManyRequests, detail)
            .header(header::RETRY_AFTER, standing.wait.to_string())
            .header(LEFT, standing.told())
            .header(POLICY, standing.policy)
    }
}

/// A caller that nobody has seen.
fn new() -> Result<Arc<AtomicU64>, Infallible> {
    Ok(Arc::default())
}

impl Standing {
    fn told(&self) -> String {
        format!("\"{}\";r={};t={}", self.name, self.left, self.wait)
    }

    /// Tells a caller how it stands.
    pub fn write(&self, headers: &mut HeaderMap) {
        for (name, value) in [(POLICY, self.policy.clone()), (LEFT, self.told())] {
            if let Ok(value) = HeaderValue::try_from(value) {
                headers.insert(name, value);
            }
        }
    }
}

/// How much of the window is used. A moment that is too far away was noted before the clock went back.
fn used(whole_at: u64, now: u64) -> u64 {
    match whole_at.saturating_sub(now) {
        ahead if ahead > 2 * WINDOW => 0,
        ahead => ahead.min(WINDOW),
    }
}

fn micros(moment: DateTime<Utc>) -> u64 {
    u64::try_from(moment.timestamp_micros()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    fn left(taken: Result<Standing, AppError>) -> Option<(u64, u64)> {
        taken.ok().map(|standing| (standing.left, standing.wait))
    }

    #[test]
    fn a_quota_is_used_up_and_comes_back_evenly() {
        let (quota, now) = (Quota::new("key", 3).unwrap(), Utc::now());
        let later = |seconds| now + TimeDelta::seconds(seconds);
        assert_eq!(left(quota.take("a", now)), Some((2, 20)));
        assert_eq!(left(quota.take("a", now)), Some((1, 40)));
        assert_eq!(left(quota.take("a", now)), Some((0, 60)));
        assert_eq!(left(quota.take("a", now)), None);
        assert!(quota.check("a", now).is_err());
        assert_eq!(left(quota.take("b", now)), Some((2, 20)));
        assert_eq!(left(quota.take("a", later(19))), None);
        assert_eq!(left(quota.take("a", later(20))), Some((0, 60)));
        assert_eq!(left(quota.take("a", later(120))), Some((2, 20)));
    }

    #[test]
    fn a_clock_that_goes_back_locks_nobody_out() {
        let (quota, now) = (Quota::new("key", 1).unwrap(), Utc::now());
        assert!(quota.take("a", now).is_ok());
        assert!(quota.take("a", now - TimeDelta::seconds(1)).is_err());
        assert!(quota.take("a", now - TimeDelta::days(1)).is_ok());
    }
}

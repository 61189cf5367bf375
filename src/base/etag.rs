//! Entity tags and the conditions that callers attach to requests.

use actix_web::{
    HttpRequest,
    http::header::{self, HeaderValue},
};
use xxhash_rust::xxh3::xxh3_64;

use super::{
    coding::{accepts_gzip, tag_of_compressed},
    error::{AppError, AppResult, Code},
};

/// A strong entity tag, `"<version>-<hash>"`. The hash covers the finished body, and so all that
/// shapes an answer besides the version: chosen fields, the names of tags, counters.
///
/// Source: RFC 9110 §8.8.3.
pub fn of(version: i32, body: &[u8]) -> String {
    format!("\"{version}-{:016x}\"", xxh3_64(body))
}

/// The tag by which the caller already has the answer (`If-None-Match`): the answer's own, or that of the same answer
/// compressed, if the caller would get it so now.
pub fn known(request: &HttpRequest, tag: &HeaderValue) -> Option<HeaderValue> {
    let mut known =
        values(request, header::IF_NONE_MATCH).flat_map(|list| list.split(',').map(str::trim));
    known.find_map(|value| match weak(value) {
        "*" => Some(tag.clone()),
        value if value == tag => Some(tag.clone()),
        value => {
            let compressed = tag_of_compressed(tag)?;
            (compressed == value && accepts_gzip(request)).then_some(compressed)
        }
    })
}

fn weak(tag: &str) -> &str {
    tag.strip_prefix("W/").unwrap_or(tag)
}

/// What a write expects of what it is about to change.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Precondition {
    /// Versions of which the resource must have one (`If-Match`).
    versions: Option<Vec<i32>>,
    /// Whether the resource must not exist yet (`If-None-Match: *`).
    is_creation: bool,
    /// Whether the resource must exist (`If-Match: *`).
    must_exist: bool,
    /// Whether the deployment refuses writes that name no version.
    is_required: bool,
}

impl Precondition {
    /// Reads `If-Match` and `If-None-Match`. Of a tag the version alone counts, so that a counter or
    /// another resource's rename never makes a writer fail. Source: RFC 9110 §13.1.
    pub fn read(request: &HttpRequest, is_required: bool) -> AppResult<Self> {
        let mut condition = Self {
            is_required,
            ..Self::default()
        };
        for tag in values(request, header::IF_MATCH).flat_map(|list| list.split(',').map(str::trim))
        {
            let versions = condition.versions.get_or_insert_default();
            if tag == "*" {
                condition.must_exist = true;
            } else if let Some(version) = version_of(tag) {
                versions.push(version);
            } else {
                return Err(AppError::new(
                    Code::InvalidHeader,
                    "If-Match must carry an ETag as it was answered.",
                ));
            }
        }
        if values(request, header::IF_NONE_MATCH).next().is_some() {
            if values(request, header::IF_NONE_MATCH).any(|value| value.trim() != "*") {
                return Err(AppError::new(
                    Code::InvalidHeader,
                    "On a write, If-None-Match can only be *.",
                ));
            }
            condition.is_creation = true;
        }
        Ok(condition)
    }

    /// Expects this version, or any where none is named.
    pub fn of_version(version: Option<i32>, is_required: bool) -> Self {
        Self {
            versions: version.map(|version| vec![version]),
            is_required,
            ..Self::default()
        }
    }

    /// Fails unless a resource of this version may be changed.
    pub fn check_existing(&self, version: i32) -> AppResult<()> {
        let matches = match &self.versions {
            None if self.is_required && !self.is_creation => {
                let detail = "This deployment needs If-Match with the ETag of what is changed.";
                return Err(AppError::new(Code::PreconditionRequired, detail));
            }
            None => true,
            Some(versions) => self.must_exist || versions.contains(&version),
        };
        if matches && !self.is_creation {
            return Ok(());
        }
        let detail = format!("The resource is there, in version {version}.");
        Err(AppError::new(Code::PreconditionFailed, detail).with("version", version))
    }

    /// Fails unless a resource may be created that does not exist.
    pub fn check_absent(&self) -> AppResult<()> {
        if self.versions.is_some() {
            return Err(AppError::new(
                Code::PreconditionFailed,
                "The resource does not exist.",
            ));
        }
        Ok(())
    }
}

fn version_of(tag: &str) -> Option<i32> {
    let inner = weak(tag).strip_prefix('"')?.strip_suffix('"')?;
    inner.split('-').next()?.parse().ok()
}

fn values(request: &HttpRequest, name: header::HeaderName) -> impl Iterator<Item = &str> {
    // A header that is no text is passed on as one that matches nothing.
    request
        .headers()
        .get_all(name)
        .map(|value| value.to_str().unwrap_or("?"))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn condition(name: &'static str, value: &'static str) -> AppResult<Precondition> {
        Precondition::read(
            &TestRequest::default()
                .insert_header((name, value))
                .to_http_request(),
            false,
        )
    }

    #[test]
    fn if_match_compares_the_version_alone() {
        let condition = condition("If-Match", "\"3-00000000000000ff\"").unwrap();
        assert!(condition.check_existing(3).is_ok());
        assert_eq!(
            condition.check_existing(4).unwrap_err().code(),
            Code::PreconditionFailed
        );
        assert_eq!(
            condition.check_absent().unwrap_err().code(),
            Code::PreconditionFailed
        );
    }

    #[test]
    fn if_none_match_star_lets_only_creations_through() {
        let condition = condition("If-None-Match", "*").unwrap();
        assert!(condition.check_absent().is_ok());
        assert_eq!(
            condition.check_existing(1).unwrap_err().code(),
            Code::PreconditionFailed
        );
    }

    #[test]
    fn nonsense_in_if_match_is_an_error() {
        assert_eq!(
            condition("If-Match", "seven").unwrap_err().code(),
            Code::InvalidHeader
        );
    }
}

//! The permission in a handler's signature.

use std::{future::Future, marker::PhantomData, pin::Pin};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    dev::Payload,
    http::header::{self, HeaderValue},
    web::Data,
};
use subtle::ConstantTimeEq;

use super::{
    model::{self, Key},
    scope::Scope,
    secret::Secret,
};
use crate::{
    base::{
        context::Context,
        error::{AppError, AppResult, Code},
        limits::Limits,
        logging::CallerId,
        position::Position,
    },
    changes::Writer,
};

/// What a handler needs of its caller.
pub trait Permission: 'static {
    /// The scope that the caller's key must carry; `None` where live content is read.
    const SCOPE: Option<Scope>;
}

macro_rules! permissions {
    ($($(#[$meta:meta])* $name:ident = $scope:expr,)+) => {
        $($(#[$meta])* pub enum $name {}
          impl Permission for $name { const SCOPE: Option<Scope> = $scope; })+
    };
}

permissions! {
    /// Reads what is public; needs a key only in a deployment that is closed to the public.
    Reader = None,
    /// Writes articles.
    WriteArticles = Some(Scope::WriteArticles),
    /// Writes tags.
    WriteTags = Some(Scope::WriteTags),
    /// Reads and writes short links.
    WriteLinks = Some(Scope::WriteLinks),
    /// Reads the statistics of visits.
    ReadStats = Some(Scope::ReadStats),
    /// Manages keys.
    Admin = Some(Scope::Admin),
}

/// A caller who has shown the permission `P`.
pub struct Caller<P> {
    key: Option<(String, Vec<Scope>)>,
    shown: PhantomData<P>,
}

impl<P> Caller<P> {
    /// Whether the caller's key carries or implies a scope.
    pub fn may(&self, needed: Scope) -> bool {
        self.key
            .as_ref()
            .is_some_and(|(_, scopes)| scopes.iter().any(|scope| scope.implies(needed)))
    }

    /// Fails unless the caller's key carries or implies a scope.
    pub fn require(&self, needed: Scope) -> AppResult<()> {
        if self.may(needed) {
            return Ok(());
        }
        match self.key {
            None => Err(unauthenticated("This needs a key.")),
            Some(_) => {
                let detail = format!("The key lacks the scope {}.", needed.as_str());
                Err(AppError::new(Code::Forbidden, detail).with("scope", needed.as_str()))
            }
        }
    }

    /// Whether the caller may see articles that are not live.
    pub fn sees_unpublished(&self) -> bool {
        self.may(Scope::ReadUnpublished)
    }

    /// The public half of the caller's key.
    pub fn key_id(&self) -> Option<&str> {
        self.key.as_ref().map(|(id, _)| id.as_str())
    }

    /// The caller as the author of a write that happens now.
    pub fn writer(&self, context: &Context) -> Writer {
        Writer {
            key_id: self.key_id().map(str::to_owned),
            at: context.clock.now(),
        }
    }
}

impl<P: Permission> FromRequest for Caller<P> {
    type Error = AppError;
    type Future = Pin<Box<dyn Future<Output = AppResult<Self>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move {
            let caller = identify(&request).await?;
            if request.method().is_safe() {
                // Also where nothing lags: what is wrong is told wherever it is sent.
                Position::of(&request)?;
            }
            Ok(caller)
        })
    }
}

async fn identify<P: Permission>(request: &HttpRequest) -> AppResult<Caller<P>> {
    let context = request
        .app_data::<Data<Context>>()
        .ok_or_else(|| AppError::internal(&"no context"))?;
    let Some(shown) = request.headers().get(header::AUTHORIZATION) else {
        return match P::SCOPE {
            None if context.config.public_read => Ok(Caller {
                key: None,
                shown: PhantomData,
            }),
            _ => Err(unauthenticated(
                "Send a key: Authorization: Bearer dl_<id>_<secret>.",
            )),
        };
    };
    let key = find(context, shown).await?;
    let limits = request.app_data::<Data<Limits>>();
    if key.is_err()
        && let Some(limits) = limits
    {
        limits.take_of_guesses(request);
    }
    let key = key?;
    request.extensions_mut().insert(CallerId(key.id.clone()));
    if let Some(limits) = limits {
        limits.take_of_key(request, &key.id)?;
    }
    let scopes = key
        .scopes
        .iter()
        .filter_map(|word| Scope::from_word(word))
        .collect();
    let caller = Caller {
        key: Some((key.id, scopes)),
        shown: PhantomData,
    };
    P::SCOPE.map_or(Ok(()), |needed| caller.require(needed))?;
    Ok(caller)
}

/// The key that a header shows, or why it is none.
async fn find(context: &Context, shown: &HeaderValue) -> AppResult<Result<Key, AppError>> {
    let secret = shown.to_str().ok().and_then(bearer).and_then(Secret::parse);
    let Some(secret) = secret else {
        let detail = "The key is not of the form dl_<id>_<secret>.";
        return Ok(Err(unauthenticated(detail)));
    };
    let connection = context.db.read().await?;
    let key = model::find_active(&connection, &secret.id).await?;
    let key = key.filter(|key| bool::from(key.secret_hash.ct_eq(&secret.hash())));
    Ok(key.ok_or_else(|| unauthenticated("The key is unknown or revoked.")))
}

/// The token of `Bearer <token>`; the scheme's case does not count. Source: RFC 6750 §2.1.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(detail: &str) -> AppError {
    AppError::new(Code::Unauthenticated, detail)
        .header(header::WWW_AUTHENTICATE, "Bearer realm=\"dateline\"")
}

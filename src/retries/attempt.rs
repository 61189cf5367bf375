//! An attempt to write something once.

use actix_web::{
    HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    http::{
        StatusCode,
        header::{self, HeaderName, HeaderValue},
    },
};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use utoipa::IntoParams;

use super::model::{self, Kept, Named};
use crate::{
    base::{
        context::Context,
        db::Connection,
        error::{AppError, AppResult, Code},
        extract::Body,
        idempotency_key,
    },
    keys::Caller,
};

/// How an operation names a request that may be sent again.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
pub struct RetryHeader {
    /// What the caller calls this request, so that it can be sent again after a failure of the network: 1 to 255
    /// characters, as a string in quotes or bare. What was made is then answered as it was, with
    /// `Idempotent-Replayed: true`.
    #[param(
        rename = "Idempotency-Key",
        pattern = r#"^("([ !#-\[\]-~]|\\["\\])+"|[!#-+\--~]+)$"#,
        max_length = 300
    )]
    pub idempotency_key: Option<String>,
}

/// The header that tells an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// A write that may be an attempt to make one that was made before.
pub struct Attempt(Option<Named>);

impl Attempt {
    /// Reads a body and what its caller calls the request.
    pub async fn read<T: DeserializeOwned, P>(
        caller: &Caller<P>,
        request: &HttpRequest,
        body: Body<T>,
    ) -> AppResult<(T, Self)> {
        let key = idempotency_key::of(request)?;
        let Some((key, caller)) = key.zip(caller.key_id()) else {
            return Ok((body.read().await?, Self(None)));
        };
        let (read, hash) = body.read_hashed().await?;
        let caller = caller.to_owned();
        Ok((read, Self(Some(Named { caller, key, hash }))))
    }

    /// Answers what `work` does, in one transaction with keeping its answer; or what it did before.
    pub async fn once(
        self,
        context: &Context,
        work: impl AsyncFnOnce(&mut Connection) -> AppResult<HttpResponse>,
    ) -> AppResult<HttpResponse> {
        let mut connection = context.db.write().await?;
        let Some(named) = self.0 else {
            return work(&mut connection).await;
        };
        connection.begin().await?;
        let answered = named.answer(context, &mut connection, work).await;
        match answered {
            Ok(_) => connection.commit().await?,
            Err(_) => connection.take_back().await?,
        }
        answered
    }
}

impl Named {
    async fn answer(
        &self,
        context: &Context,
        connection: &mut Connection,
        work: impl AsyncFnOnce(&mut Connection) -> AppResult<HttpResponse>,
    ) -> AppResult<HttpResponse> {
        if !model::claim(connection, self).await? {
            let detail = "The request that has this Idempotency-Key is still at work.";
            let refused = AppError::new(Code::IdempotencyKeyInUse, detail);
            return Err(refused.header(header::RETRY_AFTER, "1"));
        }
        let now = context.clock.now();
        let oldest = now - context.config.idempotency_keep;
        match model::find(connection, self, oldest).await? {
            Some(kept) if kept.hash == self.hash => replay(kept),
            Some(_) => {
                let detail = "This Idempotency-Key belongs to another request of this caller.";
                Err(AppError::new(Code::IdempotencyKeyReused, detail))
            }
            None => {
                let (answer, kept) = self.kept(work(connection).await?)?;
                if answer.status().is_success() {
                    model::keep(connection, self, &kept, now).await?;
                }
                Ok(answer)
            }
        }
    }

    /// An answer, and the same to be kept.
    fn kept(&self, answer: HttpResponse) -> AppResult<(HttpResponse, Kept)> {
        let (head, body) = answer.into_parts();
        let body = body.try_into_bytes().map_err(|_| {
            AppError::internal(&"an answer that may be asked for again is a stream")
        })?;
        let headers = head.headers().iter().map(|(name, value)| {
            let value = value.to_str().unwrap_or_default();
            (name.to_string(), Value::from(value))
        });
        let kept = Kept {
            hash: self.hash.clone(),
            status: i16::try_from(head.status().as_u16()).unwrap_or_default(),
            headers: headers.collect::<Map<_, _>>().into(),
            body: body.to_vec(),
        };
        Ok((head.set_body(BoxBody::new(body)), kept))
    }
}

fn replay(kept: Kept) -> AppResult<HttpResponse> {
    let status = u16::try_from(kept.status).unwrap_or_default();
    let status = StatusCode::from_u16(status).map_err(|fault| AppError::internal(&fault))?;
    let mut answer = HttpResponse::build(status);
    for (name, value) in kept.headers.as_object().into_iter().flatten() {
        answer.insert_header((name.as_str(), value.as_str().unwrap_or_default()));
    }
    answer.insert_header((REPLAYED, HeaderValue::from_static("true")));
    Ok(answer.body(kept.body))
}

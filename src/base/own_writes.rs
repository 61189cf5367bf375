//! Callers read what they wrote.

use std::time::Duration;

use actix_web::{
    HttpRequest,
    body::MessageBody,
    dev::{ServiceRequest, ServiceResponse},
    http::header::HeaderValue,
    middleware::Next,
    web::Data,
};
use tokio::time::timeout;

use super::{
    coherence::Coherence,
    context::Context,
    position::{self, Position},
};

/// How long the answer of a write waits for its position where the listener does not tell it.
const PATIENCE: Duration = Duration::from_millis(250);

/// Answers a write once its own notices have been acted on here, with the position behind it: who sends that to
/// another instance, or asks for what may be read from a standby, reads what it wrote as well.
pub async fn follow(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<impl MessageBody>, actix_web::Error> {
    let is_write = !request.method().is_safe();
    let mut response = next.call(request).await?;
    if is_write
        && response.status().is_success()
        && let Some(position) = reached(response.request()).await
        && let Ok(value) = HeaderValue::try_from(position.to_string())
    {
        response.headers_mut().insert(position::HEADER, value);
    }
    Ok(response)
}

/// A position behind everything that was committed before; nothing while the database cannot be reached.
async fn reached(request: &HttpRequest) -> Option<Position> {
    let coherence = request.app_data::<Data<Coherence>>()?;
    if let Some(position) = coherence.caught_up().await {
        return Some(position);
    }
    let context = request.app_data::<Data<Context>>()?;
    let asked = async { Position::ask(&*context.db.read().await.ok()?).await };
    timeout(PATIENCE, asked).await.ok()?
}

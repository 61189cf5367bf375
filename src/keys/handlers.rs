use actix_web::{HttpRequest, HttpResponse, delete, get, http::header, post, web::Data};

use super::{
    caller::{Admin, Caller},
    model,
    secret::{self, Secret},
    view::{CreateKey, KeyListView, KeyView, NewKeyView},
};
use crate::base::{
    context::Context,
    error::{AppError, AppResult},
    extract::{Body, NoParameters, Path, Query},
    idempotency_key,
};

/// List keys
///
/// Every key that was ever made, the newest first, without its secret.
#[utoipa::path(
    tag = "keys",
    responses((status = 200, description = "The keys", body = KeyListView)),
    security(("key" = [])),
)]
#[get("/v1/keys")]
pub async fn list_keys(
    _: Caller<Admin>,
    context: Data<Context>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let keys = model::list(&mut *context.db.pool().await?).await?;
    let items = keys.into_iter().map(KeyView::from).collect();
    Ok(private().json(KeyListView { items }))
}

/// Create a key
///
/// The answer shows the key with its secret, this once. So no `Idempotency-Key` is accepted (`invalid-header`).
#[utoipa::path(
    tag = "keys",
    request_body(content = CreateKey, example = json!({"name": "cms", "scopes": ["articles:write", "tags:write"]})),
    responses((status = 201, description = "The key, with its secret", body = NewKeyView)),
    security(("key" = [])),
)]
#[post("/v1/keys")]
pub async fn create_key(
    caller: Caller<Admin>,
    context: Data<Context>,
    request: HttpRequest,
    _: Query<NoParameters>,
    body: Body<CreateKey>,
) -> AppResult<HttpResponse> {
    idempotency_key::refuse(&request, "the secret of a key is shown once")?;
    let (name, scopes) = body.read().await?.parse()?;
    let secret = Secret::generate();
    let (writer, mut connection) = (caller.writer(&context), context.db.write().await?);
    let key = model::create(&mut connection, &writer, &secret, &name, &scopes).await?;
    let location = format!("/v1/keys/{}", key.id);
    let view = NewKeyView::new(key, &secret);
    Ok(HttpResponse::Created()
        .insert_header((header::LOCATION, location))
        .insert_header((header::CACHE_CONTROL, "private, no-store"))
        .json(view))
}

/// Find a key
///
/// One key, without its secret.
#[utoipa::path(
    tag = "keys",
    params(("id" = String, Path, description = "The public half of the key", example = "3k9f0q2m7xw1")),
    responses((status = 200, description = "The key", body = KeyView)),
    security(("key" = [])),
)]
#[get("/v1/keys/{id}")]
pub async fn find_key(
    _: Caller<Admin>,
    context: Data<Context>,
    id: Path<String>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let id = parse(id.0)?;
    let key = model::find(&*context.db.read().await?, &id).await?;
    Ok(private().json(KeyView::from(key.ok_or_else(AppError::not_found)?)))
}

/// Revoke a key
///
/// The key stops working at once; its row stays, because changes name it.
#[utoipa::path(
    tag = "keys",
    params(("id" = String, Path, description = "The public half of the key", example = "3k9f0q2m7xw1")),
    responses((status = 204, description = "The key works no more")),
    security(("key" = [])),
)]
#[delete("/v1/keys/{id}")]
pub async fn revoke_key(
    caller: Caller<Admin>,
    context: Data<Context>,
    id: Path<String>,
    _: Query<NoParameters>,
) -> AppResult<HttpResponse> {
    let id = parse(id.0)?;
    let mut connection = context.db.write().await?;
    let is_known = model::revoke(&mut connection, &caller.writer(&context), &id).await?;
    if is_known {
        Ok(HttpResponse::NoContent().finish())
    } else {
        Err(AppError::not_found())
    }
}

/// An id that no key can have is an id that none has.
fn parse(id: String) -> AppResult<String> {
    secret::is_id(&id)
        .then_some(id)
        .ok_or_else(AppError::not_found)
}

fn private() -> actix_web::HttpResponseBuilder {
    let mut response = HttpResponse::Ok();
    response.insert_header((header::CACHE_CONTROL, "private, no-store"));
    response
}

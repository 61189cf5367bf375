//! Lists, page by page.

use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, http::header};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use uuid::Uuid;
use xxhash_rust::xxh3::xxh3_64;

use super::{
    error::{AppError, AppResult, Code},
    timestamp,
};

/// Items on a page when the caller does not say.
pub const DEFAULT_LIMIT: u32 = 20;

/// Most items on a page.
pub const MAX_LIMIT: u32 = 100;

/// The number of items that the caller asks for; what is out of range is refused, not bent.
pub fn limit(asked: Option<u32>) -> AppResult<i64> {
    match asked.unwrap_or(DEFAULT_LIMIT) {
        limit @ 1..=MAX_LIMIT => Ok(i64::from(limit)),
        _ => Err(AppError::parameter(
            "limit",
            format!("must be between 1 and {MAX_LIMIT}"),
        )),
    }
}

crate::text_enum! {
    /// How the items of a list are counted.
    pub enum CountMode {
        /// By reading them all.
        Exact = "exact",
        /// By the planner's estimate, which costs nothing.
        Estimated = "estimated",
    }
}

/// Where the next page begins: the last item's place in the order, bound to the list it was made for.
#[derive(Debug, Serialize, Deserialize)]
struct Cursor<P> {
    list: u64,
    after: P,
}

/// The identity of a list: all that decides which items it has and in which order.
pub fn list_id(description: &str) -> u64 {
    xxh3_64(description.as_bytes())
}

/// An opaque cursor behind an item.
pub fn encode_cursor<P: Serialize>(list: u64, after: P) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&Cursor { list, after }).unwrap_or_default())
}

/// What a cursor carries. Callers can make their own, so what the database could not even compare
/// is refused before it is asked.
pub trait Place: DeserializeOwned {
    /// Whether an item can stand there.
    fn is_sound(&self) -> bool;
}

impl Place for i64 {
    fn is_sound(&self) -> bool {
        true
    }
}

impl Place for (i32, i32) {
    fn is_sound(&self) -> bool {
        true
    }
}

impl Place for (DateTime<Utc>, Uuid) {
    fn is_sound(&self) -> bool {
        timestamp::is_sound(&self.0)
    }
}

impl Place for (String, i64, Option<DateTime<Utc>>, i32) {
    fn is_sound(&self) -> bool {
        !self.0.contains('\0') && self.2.as_ref().is_none_or(timestamp::is_sound)
    }
}

impl Place for (i32, String, i32) {
    fn is_sound(&self) -> bool {
        !self.1.contains('\0')
    }
}

/// The place that a cursor names, if it was made for this list.
pub fn decode_cursor<P: Place>(list: u64, cursor: Option<&str>) -> AppResult<Option<P>> {
    let Some(cursor) = cursor else {
        return Ok(None);
    };
    let bytes = URL_SAFE_NO_PAD.decode(cursor).ok();
    let read = bytes.and_then(|bytes| serde_json::from_slice::<Cursor<P>>(&bytes).ok());
    match read {
        Some(read) if read.list == list && read.after.is_sound() => Ok(Some(read.after)),
        _ => {
            let detail =
                "The cursor was made for another list, or is no cursor. Start again without one.";
            let refused = AppError::new(Code::InvalidCursor, detail);
            Err(refused.in_parameter("cursor", "is no cursor of this list"))
        }
    }
}

/// One page of a list.
#[derive(Debug, Serialize)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; null on the last.
    pub next_cursor: Option<String>,
    /// How many items the whole list has, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total: Option<i64>,
}

impl<T> Page<T> {
    /// A page out of up to `limit + 1` items: the one too many says that there is a next page.
    pub fn cut<P: Serialize>(
        mut items: Vec<T>,
        limit: i64,
        list: u64,
        place: impl Fn(&T) -> P,
    ) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let has_more = items.len() > limit;
        items.truncate(limit);
        let next_cursor = items
            .last()
            .filter(|_| has_more)
            .map(|last| encode_cursor(list, place(last)));
        Self {
            items,
            next_cursor,
            total: None,
        }
    }

    /// The page with its items turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(turn).collect(),
            next_cursor: self.next_cursor,
            total: self.total,
        }
    }
}

impl<T> Page<T> {
    /// The page with its items turned into something else, which may fail.
    pub fn try_map<U, E>(self, turn: impl FnMut(T) -> Result<U, E>) -> Result<Page<U>, E> {
        let items = self.items.into_iter().map(turn).collect::<Result<_, E>>()?;
        Ok(Page {
            items,
            next_cursor: self.next_cursor,
            total: self.total,
        })
    }
}

impl<T: Serialize> Page<T> {
    /// The page as an answer, with `Link: <…>; rel="next"` where there is a next one.
    pub fn respond(
        &self,
        request: &HttpRequest,
        mut response: HttpResponseBuilder,
    ) -> HttpResponse {
        if let Some(cursor) = &self.next_cursor {
            response.insert_header((
                header::LINK,
                format!("<{}>; rel=\"next\"", next_address(request, cursor)),
            ));
        }
        response.json(self)
    }
}

fn next_address(request: &HttpRequest, cursor: &str) -> String {
    let query = request
        .query_string()
        .split('&')
        .filter(|p| !p.is_empty() && !p.starts_with("cursor="));
    let query: Vec<&str> = query.collect();
    match query.as_slice() {
        [] => format!("{}?cursor={cursor}", request.path()),
        kept => format!("{}?{}&cursor={cursor}", request.path(), kept.join("&")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_serves_only_the_list_it_was_made_for() {
        let cursor = encode_cursor(1, 7);
        assert_eq!(decode_cursor::<i64>(1, Some(&cursor)).unwrap(), Some(7));
        assert!(decode_cursor::<i64>(2, Some(&cursor)).is_err());
        assert!(decode_cursor::<i64>(1, Some("nonsense")).is_err());
        assert_eq!(decode_cursor::<i64>(1, None).unwrap(), None);
    }
}

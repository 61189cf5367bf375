use std::collections::HashMap;

use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};
use uuid::Uuid;

use super::{
    ranking::{self, Part},
    view::{Choice, SuggestFilter, SuggestTags, SuggestionView, TagSuggestions},
    vocabulary::Asked,
    worker::Terms,
};
use crate::{
    articles::{self, Texts},
    base::{
        accept_language,
        answer::Answer,
        context::Context,
        error::AppResult,
        extract::{Body, Path, Query},
        language::Preferred,
    },
    keys::{Caller, WriteArticles},
    tags::{self, ReadTag},
};

/// Suggest tags for a text
///
/// Every tag whose name stands in the text: whole words, the longest name first, in any script; in
/// Arabic behind the letters that are written together with a word; of a word of three letters, unless
/// it names a person, a place or a body, the article has to be among them. A name that stands inside a
/// longer one of the same kind counts for that one, and so does the short name later: Khan for Imran Khan.
///
/// The name of a person, a place or anything else that is called by a name of its own is not found in small
/// letters, if it is written with a capital: nice is not Nice. A name of up to three letters in capitals is found
/// in capitals only, of whatever it is: us is not US. A capital at the beginning of a sentence proves nothing
/// where the text has the same word in small letters; nor do capitals where all is in capitals. Signs that are
/// part of a name have to stand there: C++ is not C.
#[utoipa::path(
    tag = "tags",
    params(ReadTag),
    request_body(content = SuggestTags, example = json!({"headline": "Ferries return to Port Elara",
        "text": "PORT ELARA: The first ferry arrived on Monday.", "language": "en", "kinds": ["place"]})),
    responses((status = 200, description = "The tags, the surest first", body = TagSuggestions)),
    security(("key" = [])),
)]
#[post("/v1/tags/suggest")]
pub async fn suggest_tags(
    _: Caller<WriteArticles>,
    context: Data<Context>,
    terms: Data<Terms>,
    request: HttpRequest,
    how: Query<ReadTag>,
    body: Body<SuggestTags>,
) -> AppResult<HttpResponse> {
    let preferred = accept_language::preferred(&request, how.0.lang.as_deref())?;
    let wanted = body.read().await?.parse()?;
    let text = Text {
        story: &wanted.story(),
        language: wanted.language.as_deref(),
        carried: &[],
    };
    answer(&context, &terms, &text, &wanted.choice, &preferred).await
}

/// Suggest tags for an article
///
/// As for a text, out of the headline, the summary, the key points and the body.
#[utoipa::path(
    tag = "tags",
    params(("id" = Uuid, Path, description = "The article's id"), SuggestFilter),
    responses((status = 200, description = "The tags, the surest first", body = TagSuggestions)),
    security(("key" = [])),
)]
#[get("/v1/articles/{id}/tag-suggestions")]
pub async fn suggest_article_tags(
    caller: Caller<WriteArticles>,
    context: Data<Context>,
    terms: Data<Terms>,
    request: HttpRequest,
    id: Path<Uuid>,
    filter: Query<SuggestFilter>,
) -> AppResult<HttpResponse> {
    let preferred = accept_language::preferred(&request, filter.0.lang.as_deref())?;
    let choice = filter.0.choice()?;
    let texts = articles::find_texts(&caller, &context, id.0).await?;
    let text = Text {
        story: &parts(&texts),
        language: Some(&texts.language),
        carried: &texts.tags,
    };
    answer(&context, &terms, &text, &choice, &preferred).await
}

/// The parts of an article that are read.
fn parts(texts: &Texts) -> Vec<(Part, &str)> {
    let mut parts = vec![(Part::Headline, texts.headline.as_str())];
    parts.extend(texts.summary.as_deref().map(|text| (Part::Summary, text)));
    let points = texts.key_points.iter().enumerate();
    parts.extend(points.map(|(index, text)| (Part::KeyPoint(index), text.as_str())));
    parts.extend(texts.body.as_deref().map(|text| (Part::Body, text)));
    parts
}

/// A text out of which tags are suggested.
struct Text<'a> {
    story: &'a [(Part, &'a str)],
    language: Option<&'a str>,
    carried: &'a [i32],
}

async fn answer(
    context: &Context,
    terms: &Terms,
    text: &Text<'_>,
    choice: &Choice,
    preferred: &Preferred,
) -> AppResult<HttpResponse> {
    let vocabulary = terms.current().await?;
    let chosen = (|kind| choice.takes(kind), choice.limit);
    let asked = Asked {
        language: text.language,
        now: context.clock.now(),
    };
    let suggestions = ranking::suggest(&vocabulary, (text.story, asked), chosen);
    let ids: Vec<i32> = suggestions.iter().map(|suggestion| suggestion.id).collect();
    let connection = context.db.read().await?;
    let mut briefs = tags::briefs(&connection, &ids).await?;
    tags::translate(&connection, preferred, briefs.iter_mut()).await?;
    let mut briefs: HashMap<i32, _> = briefs.into_iter().map(|tag| (tag.id, tag)).collect();
    let items = suggestions.into_iter().filter_map(|suggestion| {
        // A tag that was deleted since is known to be so here.
        let tag = briefs.remove(&suggestion.id)?;
        let is_carried = text.carried.contains(&tag.id);
        Some(SuggestionView::new(suggestion, tag, is_carried))
    });
    let items = items.collect();
    Ok(Answer::private().builder().json(TagSuggestions { items }))
}

//! Which articles many names lead to, in a few statements whatever their number.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::input::Asked;
use crate::{
    articles::{
        model::{self, Article},
        name::Name,
    },
    base::{db::Connection, error::AppResult},
    codes::{self, Code},
};

/// The ids of what was asked for, in the same order, and the articles that there are of them.
pub async fn find(
    connection: &Connection,
    asked: &[Asked],
    now: DateTime<Utc>,
) -> AppResult<(Vec<Option<Uuid>>, Vec<Article>)> {
    let ids = ids_of(connection, asked).await?;
    let wanted: Vec<Uuid> = ids.iter().flatten().copied().collect();
    let found = model::find_all(connection, &wanted, now).await?;
    Ok((ids, found))
}

/// The articles of these ids; one that is asked for twice is there twice.
pub fn in_order(ids: &[Option<Uuid>], articles: Vec<Article>) -> Vec<Option<Article>> {
    let by_id: HashMap<_, _> = articles.into_iter().map(|it| (it.row.id, it)).collect();
    let article = |id: &Option<Uuid>| by_id.get(id.as_ref()?).cloned();
    ids.iter().map(article).collect()
}

/// The ids of what was asked for, in the same order; an id that was asked for stands for itself.
async fn ids_of(connection: &Connection, asked: &[Asked]) -> AppResult<Vec<Option<Uuid>>> {
    let (mut urls, mut external_ids, mut links) = (Vec::new(), Vec::new(), Vec::new());
    for one in asked {
        match one {
            Asked::Name(Name::Url(url)) => urls.push(url.normalised()),
            Asked::Name(Name::External(source, id)) => external_ids.push((&**source, &**id)),
            Asked::Link(domain, code) => links.push((&**domain, code.as_str())),
            Asked::Name(Name::Id(_)) | Asked::Nothing => {}
        }
    }
    let by_url = model::find_ids_by_urls(connection, &urls).await?;
    let by_external_id = model::find_ids_by_external_ids(connection, &external_ids).await?;
    let by_link = codes::articles_of(connection, &links).await?;
    let id_of = |asked: &Asked| match asked {
        Asked::Name(Name::Id(id)) => Some(*id),
        Asked::Name(Name::Url(url)) => by_url.get(&url.normalised()).copied(),
        Asked::Name(Name::External(source, id)) => {
            by_external_id.get(&(source.clone(), id.clone())).copied()
        }
        Asked::Link(domain, code) => by_link.get(&key(domain, code)).copied(),
        Asked::Nothing => None,
    };
    Ok(asked.iter().map(id_of).collect())
}

fn key(domain: &str, code: &Code) -> (String, String) {
    (domain.to_owned(), code.as_str().to_owned())
}

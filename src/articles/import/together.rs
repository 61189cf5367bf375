//! What can be done of some lines at once: articles that are new for certain are made together, and those that are
//! so already are left. All else is done line by line, which says what is wrong.

use std::{
    collections::{HashMap, HashSet},
    iter::once,
};

use uuid::Uuid;

use super::{
    batches::Entry,
    line::{Identity, Line},
};
use crate::{
    articles::{
        author::Author,
        model::{self, Current, KnownTags, NewArticle, Wanted},
        upsert,
    },
    base::{context::Context, db::Connection, error::AppResult},
    codes::Minter,
    tags,
};

/// How often it is tried anew when somebody else makes one of the articles meanwhile: it is seen at the next look.
const MAX_ATTEMPTS: usize = 3;

/// What became of the article of a line.
#[derive(Clone, Copy, Debug)]
pub enum Outcome {
    /// Its article was made.
    Created,
    /// Its article was changed.
    Updated,
    /// Its article is so already.
    Unchanged,
}

/// Who writes, with what.
pub struct Together<'a> {
    /// The author.
    pub author: &'a Author,
    /// The deployment.
    pub context: &'a Context,
    /// Makes codes.
    pub minter: &'a Minter,
}

/// An article as a line wants it.
struct Draft<'a> {
    /// Which of the lines.
    place: usize,
    id: Uuid,
    wanted: Wanted,
    /// The article as it is, if there is one.
    before: Option<&'a Current>,
}

impl Together<'_> {
    /// Does what can be done at once; `None` for each line that is left, to be done by itself and in its order.
    pub async fn write(
        &self,
        connection: &mut Connection,
        entries: &mut [Entry],
    ) -> AppResult<Vec<Option<Outcome>>> {
        let mut attempt = 1;
        loop {
            let (outcomes, is_done) = self.try_once(connection, entries).await?;
            if is_done || attempt == MAX_ATTEMPTS {
                return Ok(outcomes);
            }
            attempt += 1;
        }
    }

    /// Does it in one transaction; false if new articles could not be made, because somebody else was faster with
    /// one of them.
    async fn try_once(
        &self,
        connection: &mut Connection,
        entries: &mut [Entry],
    ) -> AppResult<(Vec<Option<Outcome>>, bool)> {
        connection.begin().await?;
        tags::hold_filing(connection).await?;
        let owners = Owners::find(connection, entries).await?;
        let named = owners.named(entries);
        let present = model::find_current(connection, &named, self.author.writer.at).await?;
        let drafts = self.drafts(entries, &owners, &present);
        let tags = self.tags_of(connection, &drafts).await?;
        let (new, mut outcomes) = sort(drafts.into_iter().zip(tags), owners.ids, entries.len());
        let (places, new): (Vec<usize>, Vec<NewArticle>) = new.into_iter().unzip();
        let author = self.author;
        let is_made = author
            .create_all(connection, self.minter, &new, self.context)
            .await?;
        connection.commit().await?;
        for (place, new) in places.into_iter().zip(new) {
            match &mut entries[place].line {
                Ok(line) if !is_made => line.created = Some(new.wanted),
                _ => outcomes[place] = Some(Outcome::Created),
            }
        }
        Ok((outcomes, is_made))
    }

    /// The articles of those lines whose order among the others does not matter: no line before has to do with the
    /// same article, or with one that has the same names.
    fn drafts<'a>(
        &self,
        entries: &mut [Entry],
        owners: &Owners,
        present: &'a HashMap<Uuid, Current>,
    ) -> Vec<Draft<'a>> {
        let now = (self.context, self.author.writer.at);
        let (mut drafts, mut met) = (Vec::new(), HashSet::new());
        for (place, entry) in entries.iter_mut().enumerate() {
            let Ok(line) = &mut entry.line else { continue };
            let owner = owners.of(&line.identity);
            let is_free = line.identities.iter().all(|it| owners.of(it).is_none());
            let names = once(&line.identity).chain(&line.identities).cloned();
            // The name that a line gives an article need not be the one that the line before gave it.
            let all: HashSet<Identity> = names.chain(owner.map(Identity::Id)).collect();
            let is_first = all.is_disjoint(&met);
            met.extend(all);
            if !is_first {
                continue;
            }
            let before = owner.and_then(|id| present.get(&id));
            let before = before.filter(|before| before.article.row.deleted_at.is_none());
            let wanted = match before {
                Some(before) => {
                    upsert::replaced(line.members.clone(), &line.name, before, now).ok()
                }
                None if owner.is_none() && is_free => line.created.take(),
                None => None,
            };
            drafts.extend(wanted.map(|wanted| Draft {
                place,
                id: owner.unwrap_or_else(|| upsert::new_id(&line.name)),
                wanted,
                before,
            }));
        }
        drafts
    }

    /// The numbers of the tags of each of these articles, as far as all of them are there and may come to it.
    async fn tags_of(
        &self,
        connection: &mut Connection,
        drafts: &[Draft<'_>],
    ) -> AppResult<Vec<Option<Vec<i32>>>> {
        let wishes = drafts.iter().flat_map(|draft| &draft.wanted.tags);
        let known = KnownTags::find(connection, wishes, self.author.writer.at).await?;
        let of = |draft: &Draft<'_>| {
            let carried = draft.before.map(Current::tag_ids).unwrap_or_default();
            known.of(&draft.wanted.tags, &carried)
        };
        Ok(drafts.iter().map(of).collect())
    }
}

/// The articles that are to be made, each with the place of its line, and what is known of the lines without. Ids of
/// articles that stories may be related to are known.
fn sort<'a>(
    drafts: impl Iterator<Item = (Draft<'a>, Option<Vec<i32>>)>,
    mut known: HashSet<Uuid>,
    lines: usize,
) -> (Vec<(usize, NewArticle)>, Vec<Option<Outcome>>) {
    let (mut new, mut outcomes) = (Vec::new(), vec![None; lines]);
    for (draft, tag_ids) in drafts {
        let Some(tag_ids) = tag_ids else { continue };
        let Draft {
            place,
            id,
            wanted,
            before,
        } = draft;
        let mut related = wanted.content.related.iter();
        match before {
            Some(before) if before.is_same(&wanted, &tag_ids) => {
                outcomes[place] = Some(Outcome::Unchanged);
            }
            None if related.all(|id| known.contains(id)) => {
                known.insert(id);
                let article = NewArticle {
                    id,
                    wanted,
                    tag_ids,
                };
                new.push((place, article));
            }
            _ => {}
        }
    }
    (new, outcomes)
}

/// Which articles have what the lines name.
struct Owners {
    /// Ids that articles have, of those that name lines or related stories.
    ids: HashSet<Uuid>,
    urls: HashMap<String, Uuid>,
    external: HashMap<(String, String), Uuid>,
}

impl Owners {
    async fn find(connection: &mut Connection, entries: &[Entry]) -> AppResult<Self> {
        let (mut ids, mut urls, mut external) = (Vec::new(), Vec::new(), Vec::new());
        for line in lines(entries) {
            ids.extend(line.created.iter().flat_map(|new| &new.content.related));
            for identity in once(&line.identity).chain(&line.identities) {
                match identity {
                    Identity::Id(id) => ids.push(*id),
                    Identity::Url(url) => urls.push(url.clone()),
                    Identity::External(source, id) => external.push((&**source, &**id)),
                }
            }
        }
        Ok(Self {
            ids: model::find_known_ids(connection, &ids).await?,
            urls: model::find_ids_by_urls(connection, &urls).await?,
            external: model::find_ids_by_external_ids(connection, &external).await?,
        })
    }

    fn of(&self, identity: &Identity) -> Option<Uuid> {
        match identity {
            Identity::Id(id) => self.ids.get(id).copied(),
            Identity::Url(url) => self.urls.get(url).copied(),
            Identity::External(source, id) => {
                self.external.get(&(source.clone(), id.clone())).copied()
            }
        }
    }

    /// The articles that lines name.
    fn named(&self, entries: &[Entry]) -> Vec<Uuid> {
        let named: HashSet<Uuid> = lines(entries)
            .filter_map(|line| self.of(&line.identity))
            .collect();
        named.into_iter().collect()
    }
}

fn lines(entries: &[Entry]) -> impl Iterator<Item = &Line> {
    entries.iter().filter_map(|entry| entry.line.as_ref().ok())
}

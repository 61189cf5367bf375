//! An article with a few links, edited again and again through one instance and read through another.

use std::time::Instant;

use futures_util::future::{join, join_all};
use reqwest::Method;
use serde_json::{Value, json};

use super::model::{Article, Link, Seen, Staleness};
use crate::support::{Client, Story, TestApp};

const FAR: &str = "2090-01-01T00:00:00Z";
const PAST: &str = "2020-01-01T00:00:00Z";

/// Numbers that are the same for the same seed (splitmix64).
pub struct Chance(pub u64);

impl Chance {
    /// A number below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % end as u64).expect("a small number")
    }
}

/// What an instance answers for a code.
pub async fn read(app: &TestApp, code: &str) -> Seen {
    let answer = app
        .follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await;
    (answer.status.as_u16(), answer.header("location").to_owned())
}

/// A part of the run that nobody else edits, so that what it has to answer is known.
pub struct Cell<'a> {
    number: usize,
    path: String,
    article: Article,
    /// The first leads to the article, the last was made last.
    pub links: Vec<Link>,
    chance: Chance,
    editor: &'a Client<'a>,
    writer: &'a TestApp,
    reader: &'a TestApp,
    made: usize,
    /// The longest that an answer was overtaken by an edit.
    pub stalest: Staleness,
    /// Answers that were overtaken.
    pub stale: usize,
    /// Answers of the other instance.
    pub reads: usize,
}

impl<'a> Cell<'a> {
    pub async fn new(
        number: usize,
        editor: &'a Client<'a>,
        (writer, reader): (&'a TestApp, &'a TestApp),
    ) -> Self {
        let address = format!("https://news.example/{number}/0");
        let begun = Instant::now();
        let story = Story::publish(editor, &address).await;
        let article = Article {
            address,
            is_embargoed: false,
            is_withdrawn: false,
            is_deleted: false,
            was_public: true,
        };
        let mut primary = Link::unknown(story.code.clone());
        primary.note(&article, begun);
        let mut cell = Self {
            number,
            path: story.path(),
            article,
            links: vec![primary],
            chance: Chance(number as u64),
            editor,
            writer,
            reader,
            made: 0,
            stalest: Staleness::default(),
            stale: 0,
            reads: 0,
        };
        for _ in 0..2 {
            cell.make_link().await;
        }
        cell
    }

    fn address(&mut self) -> String {
        self.made += 1;
        format!("https://news.example/{}/{}", self.number, self.made)
    }

    /// Makes a link under an alias that both instances have just looked for in vain.
    async fn make_link(&mut self) {
        let address = self.address();
        let code = format!("cell-{}-{}", self.number, self.made);
        let mut link = Link::unknown(code.clone());
        for app in [self.writer, self.reader] {
            assert_eq!(read(app, &code).await.0, 404, "{code}");
        }
        link.address = Some(address.clone());
        self.links.push(link);
        let making = json!({"code": code, "target_url": address});
        let last = self.links.len() - 1;
        self.apply(
            (Method::POST, "/v1/short-links".to_owned(), making),
            Some(last),
        )
        .await;
    }

    /// One edit by chance.
    pub async fn edit(&mut self) {
        match self.chance.below(10) {
            0 => self.make_link().await,
            1..=4 => self.edit_article().await,
            _ => self.edit_link().await,
        }
    }

    async fn edit_article(&mut self) {
        let path = self.path.clone();
        if self.article.is_deleted {
            self.article.is_deleted = false;
            let restore = (Method::POST, format!("{path}/restore"), json!({}));
            return self.apply(restore, None).await;
        }
        let change = match self.chance.below(5) {
            0 => {
                self.article.is_deleted = true;
                return self.apply((Method::DELETE, path, json!({})), None).await;
            }
            1 => {
                self.article.is_withdrawn = !self.article.is_withdrawn;
                let status = if self.article.is_withdrawn {
                    "withdrawn"
                } else {
                    "published"
                };
                json!({"status": status})
            }
            2 => {
                self.article.is_embargoed = !self.article.is_embargoed;
                json!({"embargoed_until": self.article.is_embargoed.then_some(FAR)})
            }
            _ => {
                self.article.address = self.address();
                json!({"canonical_url": self.article.address})
            }
        };
        self.apply((Method::PATCH, path, change), None).await;
    }

    async fn edit_link(&mut self) {
        // Mostly the newest, because what is edited often is what is read often.
        let index = match self.chance.below(4) {
            0 => 0,
            1 => self.chance.below(self.links.len()),
            _ => self.links.len() - 1,
        };
        let path = format!("/v1/short-links/exmp.news/{}", self.links[index].code);
        // What was blocked comes back as blocked.
        let former = match self.links[index].status {
            "gone" => Some("active"),
            "gone while blocked" => Some("blocked"),
            _ => None,
        };
        if let Some(former) = former {
            self.links[index].status = former;
            let restore = (Method::POST, format!("{path}/restore"), json!({}));
            return self.apply(restore, Some(index)).await;
        }
        let choice = if index == 0 {
            1 + self.chance.below(2)
        } else {
            self.chance.below(6)
        };
        let address = self.address();
        let is_deleted = self.article.is_deleted;
        let path_of_article = self.path.clone();
        let link = &mut self.links[index];
        let change = match choice {
            0 => {
                link.status = match link.status {
                    "blocked" => "gone while blocked",
                    _ => "gone",
                };
                return self
                    .apply((Method::DELETE, path, json!({})), Some(index))
                    .await;
            }
            1 => {
                let others = ["active", "disabled", "blocked"].into_iter();
                let mut others = others.filter(|other| *other != link.status);
                link.status = others.nth(self.made % 2).expect("another status");
                json!({"status": link.status})
            }
            2 => {
                link.is_over = !link.is_over;
                json!({"expires_at": if link.is_over { PAST } else { FAR }})
            }
            3 if !is_deleted && link.address.is_some() => {
                link.address = None;
                json!({"article_id": path_of_article.rsplit('/').next()})
            }
            _ => {
                link.address = Some(address.clone());
                json!({"target_url": address})
            }
        };
        self.apply((Method::PATCH, path, change), Some(index)).await;
    }

    /// Makes an edit while the other instance is read, then reads both.
    async fn apply(
        &mut self,
        (method, path, body): (Method, String, Value),
        edited: Option<usize>,
    ) {
        self.article.show();
        let begun = Instant::now();
        for link in &mut self.links {
            link.note(&self.article, begun);
        }
        let touched: Vec<usize> = match edited {
            Some(index) => vec![index],
            None => vec![0, self.links.len() - 1],
        };
        let mut meanwhile = Vec::new();
        for _ in 0..self.chance.below(3) {
            meanwhile.push(touched[self.chance.below(touched.len())]);
        }
        let request = self.editor.request(method.clone(), &path).json(&body);
        let reads = join_all(meanwhile.iter().map(|index| self.ask(*index)));
        let (answer, mut seen) = join(self.editor.send(request), reads).await;
        assert!(
            answer.status.is_success(),
            "{method} {path} {body}: {}",
            answer.text()
        );
        self.links.iter_mut().for_each(Link::finish);
        for index in touched {
            let link = &self.links[index];
            // At once: what the other instance says is not waited for, nor what this one says.
            let own = read(self.writer, &link.code);
            let (other, own) = join(self.ask(index), own).await;
            assert_eq!(
                &own,
                link.current(),
                "{} after {method} {path} {body}",
                link.code
            );
            seen.push(other);
        }
        for (index, answer, asked) in seen {
            self.judge(index, &answer, asked);
        }
    }

    async fn ask(&self, index: usize) -> (usize, Seen, Instant) {
        let asked = Instant::now();
        let seen = read(self.reader, &self.links[index].code).await;
        (index, seen, asked)
    }

    fn judge(&mut self, index: usize, seen: &Seen, asked: Instant) {
        let staleness = self.links[index].staleness(seen, asked);
        self.reads += 1;
        self.stale += usize::from(!staleness.since_done.is_zero());
        let Staleness {
            since_begun,
            since_done,
        } = &mut self.stalest;
        *since_begun = staleness.since_begun.max(*since_begun);
        *since_done = staleness.since_done.max(*since_done);
    }
}

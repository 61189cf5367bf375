//! How many live articles a tag has.

use diesel::{QueryableByName, sql_types};
use diesel_async::RunQueryDsl;
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::IndexedRandom};
use serde_json::{Value, json};

use super::{created, seconds_ahead, topics};
use crate::support::{Client, TestApp};

/// Polls of the counts before a test gives up on the settling worker.
const MAX_POLLS: usize = 5000;

/// The `article_count` of a topic, once it is what is expected or the patience is at its end.
async fn count(app: &TestApp, topic: &str, expected: i64) -> i64 {
    let mut count = -1;
    for _ in 0..MAX_POLLS {
        let tag = app
            .anybody()
            .get(&format!("/v1/tags/topic:{topic}"))
            .await
            .expect(200);
        count = tag.json()["article_count"].as_i64().unwrap_or(-1);
        if count == expected {
            break;
        }
        tokio::task::yield_now().await;
    }
    count
}

/// The `article_count` of a topic at once: a write changes it in its own transaction.
async fn count_now(app: &TestApp, topic: &str) -> i64 {
    let tag = app
        .anybody()
        .get(&format!("/v1/tags/topic:{topic}"))
        .await
        .expect(200);
    tag.json()["article_count"].as_i64().unwrap_or(-1)
}

#[tokio::test]
async fn a_write_changes_the_count_at_once() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x", "y"]).await;
    let article = json!({"headline": "A", "status": "published", "tags": ["topic:x"]});
    let path = created(&editor, article).await;
    let counts = async || (count_now(&app, "x").await, count_now(&app, "y").await);
    assert_eq!(counts().await, (1, 0));

    for (change, expected) in [
        (json!({"tags": ["topic:y", "topic:x"]}), (1, 1)),
        (json!({"headline": "B"}), (1, 1)),
        (json!({"tags": ["topic:y"]}), (0, 1)),
        (json!({"status": "draft"}), (0, 0)),
        (json!({"tags": ["topic:x"]}), (0, 0)),
        (json!({"status": "published"}), (1, 0)),
        (
            json!({"embargoed_until": seconds_ahead(&app, 5000)}),
            (0, 0),
        ),
        (json!({"embargoed_until": null}), (1, 0)),
        (json!({"expires_at": seconds_ahead(&app, -1)}), (0, 0)),
        (json!({"expires_at": null}), (1, 0)),
        (json!({"status": "withdrawn"}), (0, 0)),
        (json!({"status": "published"}), (1, 0)),
    ] {
        editor.patch(&path, change.clone()).await.expect(200);
        assert_eq!(counts().await, expected, "{change}");
    }
    editor
        .put(&format!("{path}/tags/topic:y"), json!(null))
        .await
        .expect(200);
    assert_eq!(counts().await, (1, 1));
    editor.delete(&path).await.expect(204);
    assert_eq!(counts().await, (0, 0));
    editor
        .post(&format!("{path}/restore"), json!(null))
        .await
        .expect(200);
    assert_eq!(counts().await, (1, 1));
}

#[tokio::test]
async fn time_alone_changes_the_count() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, &["x"]).await;
    let version = editor.get("/v1/tags/topic:x").await.member("/version");
    let article = json!({"headline": "A", "status": "published", "tags": ["topic:x"], "published_at": seconds_ahead(&app, 1000),
        "embargoed_until": seconds_ahead(&app, 2000), "expires_at": seconds_ahead(&app, 3000)});
    created(&editor, article).await;

    for expected in [0, 0, 1, 0] {
        assert_eq!(count(&app, "x", expected).await, expected);
        app.advance(1001);
    }

    let tag = editor.get("/v1/tags/topic:x").await;
    assert_eq!(tag.member("/version"), version);
    assert_ne!(tag.json()["last_used_at"], json!(null));
}

/// What the counts ought to be, by the dates alone.
const RECOUNT: &str = "select t.slug, u.article_count as kept, (select count(*) from article_tags x join articles a on a.id = x.article_id
    where x.tag_id = t.id and a.status = 'published' and a.deleted_at is null and a.published_at <= $1
      and coalesce(a.embargoed_until <= $1, true) and coalesce(a.expires_at > $1, true)) as counted
    from tags t join tag_usage u on u.tag_id = t.id where t.deleted_at is null order by t.slug";

#[derive(Debug, QueryableByName)]
struct Recount {
    #[diesel(sql_type = sql_types::Text)]
    slug: String,
    #[diesel(sql_type = sql_types::BigInt)]
    kept: i64,
    #[diesel(sql_type = sql_types::BigInt)]
    counted: i64,
}

/// Waits until the worker has settled all that is due, and compares the kept counts with others.
async fn compare(app: &TestApp) -> Vec<Recount> {
    let mut sql = app.database.connect().await;
    let mut rows: Vec<Recount> = Vec::new();
    for _ in 0..MAX_POLLS {
        let recount = diesel::sql_query(RECOUNT).bind::<sql_types::Timestamptz, _>(app.now());
        rows = recount.load(&mut sql).await.expect("a recount");
        if rows.iter().all(|row| row.kept == row.counted) {
            break;
        }
    }
    rows
}

const TOPICS: &[&str] = &["a", "b", "c", "d", "e"];

fn some_tags(random: &mut StdRng) -> Value {
    let count = random.random_range(0..4);
    TOPICS
        .sample(random, count)
        .map(|name| format!("topic:{name}"))
        .collect()
}

fn some_date(app: &TestApp, random: &mut StdRng) -> Value {
    match random.random_range(0..4) {
        0 => json!(null),
        _ => json!(seconds_ahead(app, random.random_range(-500..500))),
    }
}

/// One edit of an article that may exist, drawn at random.
async fn edit(app: &TestApp, editor: &Client<'_>, random: &mut StdRng) {
    let path = format!(
        "/v1/articles/0199f2e6-6c1a-7c35-9f0e-2b6f6a1d4c{:02}",
        random.random_range(10..22)
    );
    let status = *["draft", "published", "published", "published", "withdrawn"]
        .choose(random)
        .expect("a status");
    let topic = *TOPICS.choose(random).expect("a topic");
    let answer = match random.random_range(0..12) {
        0 | 1 => {
            let article = json!({"headline": "A", "status": status, "tags": some_tags(random), "published_at": some_date(app, random),
                "embargoed_until": some_date(app, random), "expires_at": some_date(app, random)});
            editor.put(&path, article).await
        }
        2 => editor.patch(&path, json!({"status": status})).await,
        3 => {
            editor
                .patch(&path, json!({"tags": some_tags(random)}))
                .await
        }
        4 => {
            editor
                .patch(
                    &path,
                    json!({"published_at": some_date(app, random), "tags": some_tags(random)}),
                )
                .await
        }
        5 => {
            editor
                .patch(&path, json!({"embargoed_until": some_date(app, random)}))
                .await
        }
        6 => {
            editor
                .patch(
                    &path,
                    json!({"expires_at": some_date(app, random), "status": status}),
                )
                .await
        }
        7 => editor.delete(&path).await,
        8 => editor.post(&format!("{path}/restore"), json!(null)).await,
        9 => {
            editor
                .put(
                    &format!("{path}/tags/topic:{topic}?position=0"),
                    json!(null),
                )
                .await
        }
        10 => editor.delete(&format!("{path}/tags/topic:{topic}")).await,
        _ => {
            app.advance(random.random_range(0..200));
            return;
        }
    };
    let status = answer.status.as_u16();
    assert!(
        matches!(status, 200 | 201 | 204 | 404 | 409),
        "{}",
        answer.text()
    );
}

#[tokio::test]
async fn after_any_edits_the_counts_are_what_a_recount_gives() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, TOPICS).await;
    let mut random = StdRng::seed_from_u64(20261123);

    for step in 0..600 {
        edit(&app, &editor, &mut random).await;
        if step % 20 == 19 {
            let rows = compare(&app).await;
            assert!(
                rows.iter().all(|row| row.kept == row.counted),
                "step {step}: {rows:?}"
            );
        }
    }

    let rows = compare(&app).await;
    let slugs: Vec<&str> = rows.iter().map(|row| row.slug.as_str()).collect();
    assert_eq!(slugs, TOPICS);
}

#[tokio::test]
async fn parallel_edits_keep_the_counts_right() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    topics(&editor, TOPICS).await;

    let writers = (0..6_u64).map(|seed| {
        let (app, editor) = (&app, &editor);
        async move {
            let mut random = StdRng::seed_from_u64(seed);
            for _ in 0..40 {
                edit(app, editor, &mut random).await;
            }
        }
    });
    futures_util::future::join_all(writers).await;

    let rows = compare(&app).await;
    assert!(rows.iter().all(|row| row.kept == row.counted), "{rows:?}");
}

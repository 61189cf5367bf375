//! What lists cost the database, seen in Postgres' own counters.

use diesel::{QueryableByName, sql_types};
use diesel_async::RunQueryDsl;

use super::topics;
use crate::support::{Client, TestApp, execute};

/// Eight thousand articles, most under the first of three topics.
const FILL: &str = "with made as (
        insert into articles (id, status, kind, headline, key_points, language, external_ids, related, custom,
                              published_at, created_at, modified_at, is_counted)
        select gen_random_uuid(), 'published', 'article', 'A ' || n, '{}', 'en', '[]', '{}', '{}',
               '2026-01-01Z'::timestamptz + n * interval '1 minute', '2026-01-01Z', '2026-01-01Z'::timestamptz + n * interval '1 minute', true
          from generate_series(1, 8000) n
        returning id, listed_at, headline
    )
    insert into article_tags (article_id, tag_id, position, listed_at)
    select made.id, t.id, 0, made.listed_at
      from made join tags t on t.slug = 'most' and made.headline <> 'A 1'
                            or t.slug = 'some' and made.headline like '%7' or t.slug = 'few' and made.headline like '%77'";

/// Counters since the statistics were last reset.
#[derive(Debug, QueryableByName)]
struct Work {
    /// Sequential scans of the two tables.
    #[diesel(sql_type = sql_types::BigInt)]
    scans: i64,
    /// Entries read in the index of the tags' pages.
    #[diesel(sql_type = sql_types::BigInt)]
    tag_page: i64,
    /// Entries read in all indexes of the two tables.
    #[diesel(sql_type = sql_types::BigInt)]
    entries: i64,
}

const WORK: &str = "select
    (select sum(seq_scan) from pg_stat_user_tables where relname in ('articles', 'article_tags'))::bigint as scans,
    (select idx_tup_read from pg_stat_user_indexes where indexrelname = 'article_tags_tag_id_listed_at_article_id_idx') as tag_page,
    (select sum(idx_tup_read) from pg_stat_user_indexes where relname in ('articles', 'article_tags'))::bigint as entries";

/// Ends the service's sessions, which then write down their counters; the service connects anew.
const END_SESSIONS: &str = "select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'";

/// What one request costs.
async fn work_of(app: &TestApp, caller: &Client<'_>, path: &str) -> Work {
    let mut sql = app.database.connect().await;
    execute(&mut sql, END_SESSIONS).await;
    execute(&mut sql, "select pg_stat_reset()").await;
    caller.get(path).await.expect(200);
    execute(&mut sql, END_SESSIONS).await;
    diesel::sql_query(WORK)
        .get_result(&mut sql)
        .await
        .expect("counters")
}

/// The path of a page deep in a list.
async fn deep(caller: &Client<'_>, query: &str) -> String {
    // There are eight pages of the rarer tag, and many of others.
    let pages = if query.contains("topic:some") { 5 } else { 10 };
    let mut cursor = String::new();
    for _ in 0..pages {
        let page = caller
            .get(&format!("/v1/articles?limit=100&{query}{cursor}"))
            .await
            .expect(200);
        cursor = format!("&cursor={}", page.member("/next_cursor"));
    }
    format!("/v1/articles?limit=20&{query}{cursor}")
}

async fn check(setting: &str) {
    // A worker that looks for what is due would add its own scans.
    let app =
        TestApp::with(|config| config.settle_interval = std::time::Duration::from_secs(3600)).await;
    let editor = app.admin().await;
    topics(&editor, &["most", "some", "few"]).await;
    let mut sql = app.database.connect().await;
    execute(&mut sql, FILL).await;
    execute(&mut sql, "update tag_usage u set article_count = (select count(*) from article_tags x where x.tag_id = u.tag_id)").await;
    execute(&mut sql, "vacuum analyze").await;
    execute(&mut sql, setting).await;
    execute(&mut sql, END_SESSIONS).await;

    for (query, uses_tag_page) in [
        ("tag=topic:most", true),
        ("tag=topic:some", true),
        ("tag=topic:most&sort=published_at", true),
        ("tag=topic:most&tag=topic:some", true),
        (
            "tag=topic:most&tag=topic:some&published_to=2026-01-03T00:00:00Z",
            true,
        ),
        ("tag=topic:most&tag=topic:few", true),
        ("tag_any=topic:some,topic:few", true),
        ("", false),
        ("sort=-modified_at", false),
        (
            "sort=modified_at&modified_since=2026-01-02T00:00:00Z",
            false,
        ),
    ] {
        let mut paths = vec![format!("/v1/articles?limit=20&{query}")];
        // Of few articles there are no deep pages.
        if !query.ends_with("topic:few") && !query.contains("published_to") {
            paths.push(deep(&editor, query).await);
        }
        for path in paths {
            let work = work_of(&app, &editor, &path).await;
            assert_eq!(work.scans, 0, "{path} {work:?}");
            assert_eq!(work.tag_page > 0, uses_tag_page, "{path} {work:?}");
            assert!(work.entries < 400, "{path} {work:?}");
        }
    }
}

#[tokio::test]
async fn a_page_at_any_depth_reads_little_more_than_itself() {
    check("select 1").await;
}

#[tokio::test]
async fn a_page_at_any_depth_reads_little_more_than_itself_by_a_generic_plan() {
    check("do $$ begin execute format('alter database %I set plan_cache_mode = force_generic_plan', current_database()); end $$").await;
}

//! Old and new instances beside each other while a column gets another name
//!
//! The same binary plays both. The old version knows `articles.byline`. The new one comes first to a schema in which
//! `articles` is a view that shows the new column, `credit`, under the name that the code knows.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use tokio_postgres::Client;

use crate::support::{Api, Ground, Service, Writers, until};

/// Rows that are brought over at a time.
const BATCH: i64 = 40;

/// Adds what the new version needs, and has both columns in step whichever of them is written.
const EXPAND: &str = "
    alter table articles add column credit text;
    alter table articles add constraint articles_credit_check check (char_length(credit) between 1 and 300) not valid;
    create function keep_credit_in_step() returns trigger language plpgsql as $$
    begin
        if tg_op = 'INSERT' then
            new.credit := coalesce(new.credit, new.byline);
            new.byline := new.credit;
        elsif new.credit is distinct from old.credit then
            new.byline := new.credit;
        else
            new.credit := new.byline;
        end if;
        return new;
    end
    $$;
    create trigger credit_is_in_step before insert or update on articles
        for each row execute function keep_credit_in_step();";

/// Brings some rows over that nobody has written since.
const BACKFILL: &str = "
    update articles set credit = byline where id in
        (select id from articles where credit is null and byline is not null order by id limit $1 for update skip locked)";

/// Takes away what the old version needed.
const CONTRACT: &str = "
    drop trigger credit_is_in_step on articles;
    drop function keep_credit_in_step();
    alter table articles drop column byline;";

/// Changes tables without having anybody wait long: what does not get its lock at once is tried again.
async fn change(client: &Client, sql: &str) {
    let sql = format!("begin; set local lock_timeout = '500ms'; {sql} commit;");
    until("a change of tables", async || {
        let changed = client.batch_execute(&sql).await;
        if changed.is_err() {
            client.batch_execute("rollback").await.expect("an end");
        }
        changed.is_ok()
    })
    .await;
}

/// Brings all rows over, batch by batch; says how many.
async fn backfill(client: &Client) -> u64 {
    let mut brought = 0;
    let left = "select from articles where credit is null and byline is not null limit 1";
    loop {
        brought += client.execute(BACKFILL, &[&BATCH]).await.expect("rows");
        if client.query(left, &[]).await.expect("rows").is_empty() {
            return brought;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

/// What the new version sees instead of the table.
async fn show_new_column(client: &Client) {
    let columns = "select string_agg(case column_name when 'credit' then 'credit as byline' else column_name::text end, ', ') \
                   from information_schema.columns \
                   where (table_schema, table_name) = ('public', 'articles') and column_name <> 'byline'";
    let columns: String = client
        .query_one(columns, &[])
        .await
        .expect("columns")
        .get(0);
    let view = format!(
        "create schema next; create view next.articles as select {columns} from public.articles"
    );
    client.batch_execute(&view).await.expect("a view");
}

/// An instance of the new version.
fn serve_new(ground: &Ground) -> Service {
    let url = format!(
        "{}?options=-c%20search_path%3Dnext%2Cpublic",
        ground.postgres.url()
    );
    Service::start(&url, &[("MIGRATE_ON_START", "false")])
}

/// What one version writes the other shows.
async fn expect_seen(one: &Api, other: &Api) {
    let story = json!({"headline": "Harbour reopens", "byline": "Jane Doe"});
    let story = one.post("/v1/articles", story).await;
    let path = format!("/v1/articles/{}", story["id"].as_str().expect("an id"));
    let shows = async |api: &Api, byline: &str| {
        until(byline, async || {
            let (status, body) = api.ask(Method::GET, &path).await;
            let story: Value = serde_json::from_str(&body).expect("JSON");
            status == 200 && story["byline"] == byline
        })
        .await;
    };
    shows(other, "Jane Doe").await;
    other.patch(&path, json!({"byline": "The desk"})).await;
    shows(one, "The desk").await;
    one.patch(&path, json!({"byline": null})).await;
    other.patch(&path, json!({"byline": "Agencies"})).await;
    shows(one, "Agencies").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn old_and_new_instances_write_the_same_stories_while_a_column_gets_another_name() {
    let ground = Ground::with_links(0).await;
    let client = ground.postgres.connect().await;
    let old = ground.serve(&[]);
    let api = Api::as_admin(&ground, &old);
    let before = Writers::start(&api, "before");
    before.told("2", 200).await;
    let before = before.stop().await;
    let by_old = Writers::start(&api, "old");

    change(&client, EXPAND).await;
    let brought = backfill(&client).await;
    let validate = "alter table articles validate constraint articles_credit_check;";
    change(&client, validate).await;
    show_new_column(&client).await;
    let new = serve_new(&ground);
    let new_api = api.at(&new.api);
    let by_new = Writers::start(&new_api, "new");
    by_old.told("2", 200).await;
    by_new.told("2", 200).await;
    expect_seen(&api, &new_api).await;
    expect_seen(&new_api, &api).await;
    let by_old = by_old.stop().await;
    let apart = "select from articles where credit is distinct from byline limit 1";
    assert!(client.query(apart, &[]).await.expect("rows").is_empty());
    old.terminate();
    assert!(old.end(Duration::from_secs(20)).await.success());
    change(&client, CONTRACT).await;
    by_new.told("2", 200).await;
    let by_new = by_new.stop().await;

    println!("rolled: brought={brought} {before}; {by_old}; {by_new}");
    assert!(brought > 0);
    for ledger in [before, by_old, by_new] {
        ledger.expect_only(&[]);
        ledger.expect_kept(&new_api).await;
    }
    ground.expect_whole().await;
}

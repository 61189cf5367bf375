//! A short code that was given out is never free again.

use diesel_async::SimpleAsyncConnection;

use crate::database::{TestDatabase, execute};

const LINK: &str =
    "insert into short_links (domain, code, kind, status, target_url, created_at, modified_at)
    values ('exmp.news', 'harbour', 'alias', 'active', 'https://news.example/', now(), now())";

#[tokio::test]
async fn the_database_refuses_to_free_a_short_code() {
    let database = TestDatabase::create().await;
    let mut connection = database.connect().await;
    execute(&mut connection, LINK).await;

    for statement in [
        "delete from short_links",
        "delete from short_links where status = 'gone'; delete from short_links where code = 'harbour'",
        "truncate short_links cascade",
        "truncate articles cascade",
        "update short_links set code = 'port'",
        "update short_links set domain = 'arab.example'",
    ] {
        let refused = connection.batch_execute(statement).await;

        let fault = refused.expect_err(statement).to_string();
        assert_eq!(fault, "a short code is never freed", "{statement}");
    }
    database.remove().await;
}

#[tokio::test]
async fn a_short_code_is_given_out_once_on_a_domain() {
    let database = TestDatabase::create().await;
    let mut connection = database.connect().await;
    execute(&mut connection, LINK).await;
    execute(&mut connection, "update short_links set status = 'gone'").await;

    let again = connection.batch_execute(LINK).await;
    let elsewhere = LINK.replace("exmp.news", "arab.example");
    let elsewhere = connection.batch_execute(&elsewhere).await;

    let fault = again.expect_err(LINK).to_string();
    assert!(fault.contains("short_links_domain_code_key"), "{fault}");
    assert!(elsewhere.is_ok(), "{elsewhere:?}");
    database.remove().await;
}

//! A dump of the database, restored elsewhere

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use reqwest::Method;
use serde_json::{Value, json};

use crate::support::{Account, Api, Ground, Postgres, Service, client_program, follow, head, run};

const LIMIT: Duration = Duration::from_secs(20);

/// The service's answers to everything that is asked: by method and address, status and body.
type Answers = BTreeMap<String, (u16, String)>;

/// Tags with names in several scripts, a hierarchy, merges of which one is undone; articles of every state; links of
/// every kind. Answers the addresses at which there is something to see.
async fn fill(api: &Api) -> Vec<String> {
    let tag = async |tag: Value| api.post("/v1/tags", tag).await;
    tag(json!({"kind": "place", "labels": {
        "en": {"pref": "Port Elara", "hidden": ["Port Elarra"]}, "ar": {"pref": "ميناء إلارا", "alt": ["إلارا"]}},
        "external_ids": [{"authority": "wikidata", "id": "Q900000001"}]}))
    .await;
    tag(json!({"kind": "place", "name": "Gull Island", "broader": ["place:port-elara"]})).await;
    for name in ["Élara", "Port of Elara", "Fog", "Mist", "Haze"] {
        tag(json!({"kind": "topic", "name": name})).await;
    }
    let mut articles = Vec::new();
    for number in 0..12 {
        let status = ["published", "published", "draft", "withdrawn"][number % 4];
        let weather = ["topic:fog", "topic:mist", "topic:haze"][number % 3];
        let article = api
            .post("/v1/articles", json!({
                "headline": format!("Story {number}: ضباب على الميناء"), "status": status, "language": "en",
                "canonical_url": format!("https://news.example/story/{number}"),
                "tags": ["place:port-elara", weather],
                "external_ids": [{"source": "cms", "id": number.to_string()}],
                "custom": {"desk": {"floor": number}},
            }))
            .await;
        articles.push(article["id"].as_str().expect("an id").to_owned());
    }
    api.patch(
        &format!("/v1/articles/{}", articles[1]),
        json!({"headline": "Changed"}),
    )
    .await;
    api.delete(&format!("/v1/articles/{}", articles[4])).await;
    let merge = json!({"sources": ["topic:mist", "topic:port-of-elara"]});
    let merged = api.post("/v1/tags/topic:fog/merge", merge).await;
    let undone = api
        .post(
            "/v1/tags/topic:fog/merge",
            json!({"sources": ["topic:haze"]}),
        )
        .await;
    let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
    api.post(&format!("/v1/tag-merges/{}/undo", id(&undone)), json!({}))
        .await;
    let chosen = json!({"code": "harbour", "target_url": "https://news.example/harbour?a=1"});
    api.post("/v1/short-links", chosen).await;
    api.post(
        "/v1/keys",
        json!({"name": "reader", "scopes": ["stats:read"]}),
    )
    .await;
    let mut asked: Vec<String> = [&merged, &undone]
        .map(|it| format!("/v1/tag-merges/{}", id(it)))
        .into();
    for article in &articles {
        asked.push(format!("/v1/articles/{article}"));
        asked.push(format!("/v1/articles/{article}/short-links"));
        asked.push(format!("/v1/articles/{article}/stats"));
        asked.push(format!("/v1/articles/{article}/tag-suggestions"));
    }
    asked
}

/// What does not depend on what was made.
const ASKED: &[&str] = &[
    "/readyz",
    "/v1/articles?limit=100&count=exact",
    "/v1/articles?limit=100&status=draft",
    "/v1/articles?tag=topic:mist&count=exact",
    "/v1/articles?tag=place:port-elara&tag_descendants=true&lang=ar&count=exact",
    "/v1/articles/by-url?url=https://news.example/story/0",
    "/v1/articles/by-external-id/cms/3",
    "/v1/tags?limit=100",
    "/v1/tags/kinds",
    "/v1/tags/duplicates",
    "/v1/tags/topic:mist",
    "/v1/tags/wikidata:Q900000001?lang=ar",
    "/v1/tags/place:gull-island/ancestors",
    "/v1/tags/autocomplete?q=elara",
    "/v1/tags/autocomplete?q=%D8%A5%D9%84%D8%A7",
    "/v1/tags/autocomplete?q=porrt",
    "/v1/tags/export?format=ndjson",
    "/v1/tag-merges",
    "/v1/short-links?limit=100",
    "/v1/short-links/export",
    "/v1/stats/top?limit=100",
    "/v1/domains",
    "/v1/keys",
];

/// Asks a service for all of it, with the key that was made before the dump, and follows every link by HEAD, which
/// counts nothing.
async fn ask(service: &Service, api: &Api, asked: &[String], links: &[Value]) -> Answers {
    let mut answers = Answers::new();
    for path in ASKED
        .iter()
        .copied()
        .chain(asked.iter().map(String::as_str))
    {
        let (status, body) = api.at(&service.api).ask(Method::GET, path).await;
        answers.insert(path.to_owned(), (status, body));
    }
    for link in links {
        let text = |name: &str| link[name].as_str().expect("a text");
        let (domain, code) = (text("domain"), text("code"));
        for what in ["", "/history", "/stats?by=channel"] {
            let path = format!("/v1/short-links/{domain}/{code}{what}");
            let (status, body) = api.at(&service.api).ask(Method::GET, &path).await;
            answers.insert(path, (status, body));
        }
        let followed = head(service, code).await;
        answers.insert(
            format!("HEAD {code}"),
            (followed.0, followed.1.unwrap_or_default()),
        );
    }
    answers
}

/// Every table by its rows, and every sequence by where it stands.
async fn contents(url: &str) -> BTreeMap<String, String> {
    let client = Postgres::connect_to(url).await;
    let tables = "select format('%I.%I', schemaname, tablename) from pg_tables \
                  where schemaname not in ('pg_catalog', 'information_schema')";
    let sequences = "select format('%I.%I', schemaname, sequencename) from pg_sequences";
    let mut contents = BTreeMap::new();
    for (names, sql) in [
        (
            tables,
            "select concat_ws(' ', count(*), md5(string_agg(it::text, e'\\n' order by it::text))) from {} it",
        ),
        (
            sequences,
            "select concat_ws(' ', last_value, is_called) from {}",
        ),
    ] {
        for row in client.query(names, &[]).await.expect("names") {
            let name: String = row.get(0);
            let told = client.query_one(&sql.replace("{}", &name), &[]).await;
            contents.insert(name, told.expect("rows").get(0));
        }
    }
    contents
}

/// The definitions of everything in a database.
fn definitions(url: &str) -> String {
    let dumped = run(client_program("pg_dump").args(["--schema-only", "--no-owner", url]));
    let text = String::from_utf8(dumped.stdout).expect("a text");
    // Newer versions guard a dump by a word that is drawn anew each time.
    let lines = text
        .lines()
        .filter(|line| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict"));
    lines.collect::<Vec<_>>().join("\n")
}

/// Restores a dump into a database of its own, in both ways that the operators' page names: an archive by a role that
/// may do nothing but own its database, a script by who may do everything.
async fn restore(ground: &Ground, way: &str) -> String {
    let url = ground.postgres.url();
    let (server, _) = url.rsplit_once('/').expect("a database");
    let owner = if way == "archive" {
        "newsroom"
    } else {
        "dateline"
    };
    let server = server.replacen("dateline@", &format!("{owner}@"), 1);
    let target = format!("{server}/{way}");
    let client = ground.postgres.connect().await;
    if owner == "newsroom" {
        client
            .batch_execute("create role newsroom login")
            .await
            .expect("a role");
    }
    let made = format!(
        "create database {way} owner {owner} encoding 'UTF8' locale 'C.UTF-8' template template0"
    );
    client.batch_execute(&made).await.expect("a database");
    let file: PathBuf = std::env::temp_dir().join(format!("dateline-{way}-{}", std::process::id()));
    let file_name = file.to_str().expect("a path");
    if way == "archive" {
        run(client_program("pg_dump").args(["--format=custom", "--file", file_name, url]));
        run(client_program("pg_restore").args([
            "--exit-on-error",
            "--no-owner",
            "--dbname",
            &target,
            file_name,
        ]));
    } else {
        run(client_program("pg_dump").args(["--file", file_name, url]));
        let strict = [
            "--quiet",
            "--no-psqlrc",
            "--set",
            "ON_ERROR_STOP=1",
            "--file",
            file_name,
        ];
        run(client_program("psql").args(strict).arg(&target));
    }
    std::fs::remove_file(file).ok();
    target
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_dump_is_the_same_database_to_callers_and_row_by_row() {
    let ground = Ground::with_links(3).await;
    let service = ground.serve(&[]);
    let api = Api::as_admin(&ground, &service);
    let asked = fill(&api).await;
    let (_, list) = api.ask(Method::GET, "/v1/short-links?limit=100").await;
    let list: Value = serde_json::from_str(&list).expect("a list");
    let links = list["items"].as_array().expect("links").clone();
    for round in 0..5 {
        for link in links.iter().skip(round) {
            let code = link["code"].as_str().expect("a code");
            follow(&service, code).await;
            follow(&service, &format!("{code}/print")).await;
        }
    }
    let account = Account::at_rest(&service).await;
    service.terminate();
    assert!(service.end(LIMIT).await.success());

    let before = contents(ground.postgres.url()).await;
    let restored = [
        restore(&ground, "archive").await,
        restore(&ground, "script").await,
    ];
    for url in &restored {
        assert_eq!(contents(url).await, before);
        assert_eq!(definitions(url), definitions(ground.postgres.url()));
    }
    let services = [ground.postgres.url(), &restored[0], &restored[1]]
        .map(|url| Service::start(url, &[("MIGRATE_ON_START", "false")]));
    let [answers, archive, script] = &services;
    let answers = ask(answers, &api, &asked, &links).await;
    assert_eq!(ask(archive, &api, &asked, &links).await, answers);
    assert_eq!(ask(script, &api, &asked, &links).await, answers);

    let statuses = |status: u16| answers.values().filter(|it| it.0 == status).count();
    println!(
        "restored: tables_and_sequences={} answers={} found={} redirects={} gone={} visits={}",
        before.len(),
        answers.len(),
        statuses(200),
        statuses(302),
        statuses(410),
        account.persisted,
    );
    assert!(
        account.persisted > 50 && statuses(302) > 5 && statuses(200) > 60,
        "{answers:#?}"
    );
    assert!(answers.values().all(|it| it.0 < 500), "{answers:#?}");
    for service in &services[1..] {
        let api = api.at(&service.api);
        let link = json!({"target_url": "https://news.example/after"});
        let made = api.post("/v1/short-links", link).await;
        assert!(links.iter().all(|link| link["code"] != made["code"]));
        api.post(
            "/v1/articles",
            json!({"headline": "After", "tags": ["topic:mist"]}),
        )
        .await;
    }
}

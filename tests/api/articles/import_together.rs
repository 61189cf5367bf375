//! Lines of `dateline import articles` that are written together

use diesel_async::{AsyncConnection, RunQueryDsl};
use reqwest::Method;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{ImportFile, TestApp};

fn file_of(lines: &[Value]) -> ImportFile {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    ImportFile::of("articles", "ndjson", &lines.join("\n"))
}

fn cms(id: &str) -> Value {
    json!([{"source": "cms", "id": id}])
}

/// What is left of the writes of articles, but for what no two writes share: moments and codes.
const LEFT: &[&str] = &[
    "select ((to_jsonb(a) - '{created_at,modified_at,listed_at,surfaced_at,short_code}'::text[])
        || jsonb_build_object('body', body, 'is_listed', listed_at = coalesce(published_at, created_at),
                              'is_new', created_at = modified_at))::text as line
     from articles a order by id",
    "select concat_ws(' ', article_id, position, tags.kind, slug, t.listed_at = a.listed_at) as line
     from article_tags t join articles a on a.id = article_id join tags on tags.id = tag_id order by 1",
    "select concat_ws(' ', source, external_id, article_id) as line from article_external_ids order by 1",
    "select concat_ws(' ', s.version, domain, length(code), s.kind, s.status, article_id, target_url, s.expires_at,
                      not_before, forward_query, replacement_url, (domain, code) = (short_domain, short_code),
                      s.created_at = a.created_at) as line
     from short_links s join articles a on a.id = article_id order by 1",
    "select concat_ws(' ', kind, slug, name, language, article_count, last_used_at) as line
     from tags join tag_usage on tag_id = id order by 1",
    "select concat_ws(' ', action, noun, coalesce(article_id::text, c.name), c.version, diff) as line
     from changes c left join short_links on c.name = domain || '/' || code
     where noun <> 'key' order by 1",
];

/// Articles of every sort, each named by an id of its own and written whatever was written before.
fn stories() -> Vec<Value> {
    let day = |day: u32| format!("2026-01-{day:02}T09:30:00.25Z");
    let later = "2999-01-01T00:00:00Z";
    let all_of_it = json!({
        "status": "published", "kind": "analysis", "short_headline": "Short", "summary": "One.\nTwo.",
        "key_points": ["with \"quotes\"", "a\\b, {c}", "نقطة"], "dateline": "PORT ELARA", "byline": "Jane Doe",
        "language": "ar-eg", "canonical_url": "HTTPS://News.example:443/a/?utm_source=x&b=2&a=1#f",
        "external_ids": [{"source": "wire", "id": "z"}, {"source": "cms", "id": "1"}],
        "lead_image": {"url": "https://img.example/1.jpg", "alt": "A", "width": 10},
        "custom": {"n": [1, 2.5, null], "s": {"t": "\u{e9}"}}, "published_at": day(1), "updated_at": day(2),
        "embargoed_until": day(3), "expires_at": later, "body": "Cafe\u{301} one two",
        "tags": ["place:port-elara", {"kind": "place", "name": "PORT  elara"}, "wikidata:Q1", "topic:tides"]
    });
    let mut stories = vec![
        all_of_it,
        json!({}),
        json!({"status": "published", "published_at": later, "tags": ["topic:tides"]}),
        json!({"status": "published", "published_at": day(4), "embargoed_until": later, "tags": ["topic:tides"]}),
        json!({"status": "published", "published_at": day(4), "expires_at": day(5), "tags": ["topic:tides"]}),
        json!({"status": "withdrawn", "published_at": day(4), "word_count": 7, "tags": ["topic:tides"]}),
        json!({"status": "published", "published_at": day(9), "expires_at": later, "tags": ["topic:tides"]}),
        // Made by the first line, found by the second, and by its key in the third.
        json!({"language": "de", "tags": [{"kind": "topic", "name": "Neuer Begriff"}]}),
        json!({"tags": [{"kind": "topic", "name": "neuer begriff"}, "topic:tides"]}),
        json!({"tags": ["topic:neuer-begriff"], "external_ids": cms("9")}),
    ];
    stories.extend(
        (0..600).map(|number| json!({"status": "published", "published_at": day(1 + number % 28)})),
    );
    let mut earlier = Vec::new();
    for (number, story) in stories.iter_mut().enumerate() {
        let id = Uuid::from_u128(0x0199_f2e6_6c1a_7c35_9f0e_0000_0000_0000 + number as u128);
        story["id"] = json!(id);
        story["headline"] = json!(format!("Story {number}"));
        if number % 50 == 20 {
            story["related"] = json!(earlier);
        }
        earlier.insert(0, id);
        earlier.truncate(3);
    }
    stories
}

/// Tags that some of the articles carry.
async fn make_tags(app: &TestApp) {
    let admin = app.admin().await;
    let place =
        json!({"name": "Port Elara", "external_ids": [{"authority": "wikidata", "id": "Q1"}]});
    admin
        .put("/v1/tags/place:port-elara", place)
        .await
        .expect(201);
    admin
        .put("/v1/tags/topic:tides", json!({"name": "Tides"}))
        .await
        .expect(201);
}

#[tokio::test]
async fn articles_made_together_are_what_single_writes_make() {
    let (together, single) = (TestApp::start().await, TestApp::start().await);
    make_tags(&together).await;
    make_tags(&single).await;
    let stories = stories();
    let editor = single.admin().await;
    for story in &stories {
        let path = format!("/v1/articles/{}", story["id"].as_str().expect("an id"));
        editor.put(&path, story.clone()).await.expect(201);
    }

    let made = file_of(&stories).import(&together, &[]);

    assert_eq!(made.0, Some(0), "{}", made.1);
    // Those whose tags came with a line before were made by themselves.
    let moments = "select count(distinct created_at)::text as line from articles";
    assert_eq!(together.lines(moments).await, ["4"]);
    for query in LEFT {
        let (ours, theirs) = (together.lines(query).await, single.lines(query).await);
        for (ours, theirs) in ours.iter().zip(&theirs) {
            assert_eq!(ours, theirs);
        }
        assert_eq!(ours.len(), theirs.len(), "{query}");
    }
    for story in stories.iter().take(10) {
        let id = story["id"].as_str().expect("an id");
        let path = format!(
            "/v1/articles/{id}?include=body&fields=id,version,status,visibility,headline,key_points,language,\
             canonical_url,external_ids,lead_image,word_count,tags,related,published_at,expires_at,custom"
        );
        let (ours, theirs) = (together.admin().await, single.admin().await);
        let (ours, theirs) = (ours.get(&path).await, theirs.get(&path).await);
        assert_eq!(ours.expect(200).json(), theirs.expect(200).json());
    }
    let newest = "/v1/articles?tag=topic:tides&fields=id,headline,tags&count=exact";
    let listed = together.anybody().get(newest).await.json();
    assert_eq!(listed, single.anybody().get(newest).await.json());
    assert_eq!(listed["total"], 2);
    let code = "select short_code as line from articles where canonical_url is not null";
    let code = together.lines(code).await.concat();
    let followed = together
        .follow(Method::GET, "exmp.news", &format!("/{code}"))
        .await;
    assert_eq!(followed.status, 302);
}

#[tokio::test]
async fn lines_about_one_article_take_effect_in_their_order() {
    let app = TestApp::start().await;
    make_tags(&app).await;
    let (a, b) = ("https://news.example/a", "https://news.example/b");
    let lines = [
        json!({"headline": "A1", "external_ids": cms("1"), "canonical_url": a}),
        json!({"headline": "A2", "canonical_url": a, "external_ids": cms("1"), "tags": ["topic:tides"]}),
        json!({"headline": "Not A", "external_ids": cms("2"), "canonical_url": a}),
        json!({"headline": "B1", "canonical_url": b, "tags": ["topic:none"]}),
        json!({"headline": "B2", "canonical_url": b}),
        json!({"headline": "A3", "external_ids": cms("1")}),
        json!({"headline": "A now free", "external_ids": cms("3"), "canonical_url": a}),
    ];
    let file = file_of(&lines);

    let first = file.import(&app, &[]);
    let told = file.report();
    let again = file.import(&app, &[]);

    assert!(
        first
            .1
            .contains("7 lines: 3 created, 2 updated, 0 unchanged, 2 refused"),
        "{}",
        first.1
    );
    insta::assert_snapshot!(told.unwrap_or_default(), @r"
    line,code,reason
    3,canonical-url-taken,/canonical_url is taken
    4,unknown-tag,/tags/0 names no tag: topic:none
    ");
    let articles =
        "select concat_ws(' ', headline, version, normalised_url) as line from articles order by 1";
    let refused = "7 lines: 0 created, 0 updated, 3 unchanged, 4 refused";
    assert!(again.1.contains(refused), "{}", again.1);
    let left = [
        "A now free 1 https://news.example/a",
        "A3 3",
        "B2 1 https://news.example/b",
    ];
    assert_eq!(app.lines(articles).await, left);
}

#[tokio::test]
async fn a_line_that_takes_back_what_a_line_before_changed_is_not_taken_for_unchanged() {
    let app = TestApp::start().await;
    let line = |headline: &str| json!({"headline": headline, "external_ids": cms("1")});
    file_of(&[line("One")]).import(&app, &[]);

    let done = file_of(&[line("Two"), line("One"), line("One")]).import(&app, &[]);

    assert!(
        done.1.contains("0 created, 2 updated, 1 unchanged"),
        "{}",
        done.1
    );
    let left = app
        .lines("select headline || version as line from articles")
        .await;
    assert_eq!(left, ["One3"]);
}

#[tokio::test]
async fn an_article_that_somebody_makes_meanwhile_stands_in_no_other_s_way() {
    let app = TestApp::start().await;
    let lines: Vec<Value> = (0..20)
        .map(|number| {
            let url = format!("https://news.example/{number}");
            json!({"headline": "Ours", "external_ids": cms(&number.to_string()), "canonical_url": url})
        })
        .collect();
    let mut other = app.database.connect().await;
    let theirs = "insert into articles (id, status, kind, headline, key_points, language, canonical_url, normalised_url, \
                  external_ids, related, custom, created_at, modified_at) \
                  values (gen_random_uuid(), 'draft', 'article', 'Theirs', '{}', 'en', 'https://news.example/7', \
                  'https://news.example/7', '[]', '{}', '{}', now(), now())";
    let (file, mut import) = (file_of(&lines), None);

    let committed = other.transaction(async |conn| {
        diesel::sql_query(theirs).execute(conn).await?;
        import = Some(file.start(&app));
        let waiting = "select 'waits' as line from pg_stat_activity \
                       where datname = current_database() and wait_event = 'transactionid'";
        while app.lines(waiting).await.is_empty() {
            tokio::task::yield_now().await;
        }
        diesel::QueryResult::Ok(())
    });
    committed.await.expect("a commit");
    let import = import
        .expect("an import")
        .wait_with_output()
        .expect("an end");

    let told = String::from_utf8_lossy(&import.stderr).into_owned();
    assert!(
        told.contains("20 lines: 19 created, 0 updated, 0 unchanged, 1 refused"),
        "{told}"
    );
    let report = file.report().unwrap_or_default();
    assert!(
        report.contains("8,canonical-url-taken,/canonical_url is taken"),
        "{report}"
    );
    let counts = "select concat_ws(' ', (select count(*) from articles), (select count(*) from short_links), \
                  (select count(*) from article_external_ids)) as line";
    assert_eq!(app.lines(counts).await, ["20 19 19"]);
}

#[tokio::test]
async fn writers_of_the_same_articles_beside_an_import_lose_and_double_nothing() {
    let app = TestApp::start().await;
    make_tags(&app).await;
    let editor = app.admin().await;
    let story = |number: usize, headline: &str| {
        let tags = if number.is_multiple_of(2) {
            ["topic:tides", "place:port-elara"]
        } else {
            ["place:port-elara", "topic:tides"]
        };
        json!({
            "headline": headline, "status": "published", "tags": tags, "external_ids": cms(&number.to_string()),
            "canonical_url": format!("https://news.example/{number}"),
        })
    };
    let lines: Vec<Value> = (0..1500).map(|number| story(number, "Ours")).collect();
    let file = file_of(&lines);

    let mut import = file.start(&app);
    let mut written = 0;
    while import.try_wait().expect("a process").is_none() || written < 20 {
        let put = |nth: usize| {
            let number = (written + nth) * 37 % 1500;
            let path = format!("/v1/articles/by-external-id/cms/{number}");
            let body = story(number, "Theirs");
            let editor = &editor;
            async move { editor.put(&path, body).await.status.as_u16() }
        };
        let statuses = futures_util::future::join_all((0..4).map(put)).await;
        assert!(
            statuses.iter().all(|status| matches!(status, 200 | 201)),
            "{statuses:?}"
        );
        written += 4;
    }
    let import = import.wait_with_output().expect("an end");

    let told = String::from_utf8_lossy(&import.stderr).into_owned();
    assert_eq!(import.status.code(), Some(0), "{told}");
    let counts = "select concat_ws(' ', (select count(*) from articles), (select count(*) from short_links), \
                  (select count(*) from article_external_ids), (select count(*) from article_tags), \
                  (select string_agg(article_count::text, ' ') from tag_usage)) as line";
    assert_eq!(app.lines(counts).await, ["1500 1500 1500 3000 1500 1500"]);
}

#[tokio::test]
async fn an_import_into_empty_tables_tells_the_planner_how_they_grow() {
    let app = TestApp::start().await;
    let empty = "analyze articles, short_links, article_external_ids, article_tags";
    TestApp::execute(&app, empty).await.expect("a survey");
    let line = |number: u32| json!({"headline": "A", "external_ids": cms(&number.to_string())});
    let lines: Vec<Value> = (0..7).map(line).collect();

    file_of(&lines).import(&app, &[]);

    let known = "select reltuples::text as line from pg_class where relname = 'articles'";
    assert_eq!(app.lines(known).await, ["7"]);
}

//! Many articles, merged and taken apart again

use serde_json::json;

use super::{editor, make, merge, undo};
use crate::support::TestApp;

const TAGS: usize = 8;

/// Numbers that look random and are the same in every run.
fn draws(mut seed: u64) -> impl FnMut(usize) -> usize {
    move |below| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).expect("31 bits") % below
    }
}

/// What every article carries, in order, and the counts that are kept beside a recount.
async fn state(app: &TestApp) -> (Vec<String>, Vec<String>) {
    let carried = "select article_id || ' ' || string_agg(tag_id::text, ',' order by position) as line \
                   from article_tags group by article_id order by 1";
    let wrong = "select u.tag_id || ': ' || u.article_count as line from tag_usage u where article_count <> \
                 (select count(*) from article_tags t join articles a on a.id = t.article_id \
                   where t.tag_id = u.tag_id and a.is_counted)";
    (app.lines(carried).await, app.lines(wrong).await)
}

#[tokio::test]
async fn whatever_is_merged_comes_back_as_it_was() {
    let app = TestApp::start().await;
    let editor = editor(&app).await;
    let mut draw = draws(11);
    for number in 0..TAGS {
        make(
            &editor,
            json!({"kind": "topic", "name": format!("T{number}")}),
        )
        .await;
    }
    for _ in 0..40 {
        let mut tags: Vec<String> = (0..TAGS).map(|number| format!("topic:t{number}")).collect();
        for place in 0..TAGS {
            tags.swap(place, draw(TAGS));
        }
        tags.truncate(draw(TAGS));
        let status = ["draft", "published"][draw(2)];
        let story = json!({"headline": "A story", "status": status, "tags": tags});
        editor.post("/v1/articles", story).await.expect(201);
    }
    let start = state(&app).await;
    assert!(start.1.is_empty(), "{:?}", start.1);

    for _ in 0..6 {
        let mut merges = Vec::new();
        let mut free: Vec<String> = (0..TAGS).map(|number| format!("topic:t{number}")).collect();
        for place in 0..TAGS {
            free.swap(place, draw(TAGS));
        }
        while free.len() > 2 {
            let count = 1 + draw(free.len() - 1).min(2);
            let sources: Vec<String> = free.drain(..count).collect();
            let sources: Vec<&str> = sources.iter().map(String::as_str).collect();
            let target = free[draw(free.len())].clone();
            merges.push(merge(&editor, &target, &sources).await.expect(201));
            let (_, wrong) = state(&app).await;
            assert!(wrong.is_empty(), "{wrong:?}");
        }
        while let Some(merged) = merges.pop() {
            undo(&editor, &merged).await.expect(200);
        }
        assert_eq!(state(&app).await, start);
    }
}

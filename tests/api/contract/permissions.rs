//! Who may call what

use reqwest::Method;

use dateline::keys::Scope;

use super::{document::Document, ground::Ground};
use crate::support::TestApp;

#[tokio::test]
async fn an_operation_that_needs_a_key_refuses_callers_without_a_valid_one() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut operations = document.api_operations();
    operations.retain(|operation| operation.needs_key());
    assert!(operations.len() > 20);

    for operation in operations {
        for key in [None, Some("nonsense"), Some("dl_000000000000_nonsense")] {
            // Whatever the body is: it is not read.
            let request = app
                .anybody()
                .request(operation.method(), &Ground::nowhere(operation))
                .header("content-type", "application/x-nonsense")
                .body("nonsense");
            let request = match key {
                Some(key) => request.bearer_auth(key),
                None => request,
            };
            let answer = app.anybody().send(request).await;

            let id = operation.id();
            assert_eq!(answer.status, 401, "{id}: {}", answer.text());
            assert_eq!(answer.code(), "unauthenticated", "{id}");
            assert_eq!(
                answer.header("www-authenticate"),
                r#"Bearer realm="dateline""#,
                "{id}"
            );
            document.check(operation, &answer);
        }
    }
}

#[tokio::test]
async fn a_bad_key_is_refused_even_where_none_is_needed() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut operations = document.api_operations();
    operations.retain(|operation| !operation.ways_in().is_empty() && !operation.needs_key());
    assert!(operations.len() > 4);

    for operation in operations {
        let request = app
            .anybody()
            .request(operation.method(), &Ground::nowhere(operation))
            .bearer_auth("nonsense");
        let answer = app.anybody().send(request).await.expect(401);

        document.check(operation, &answer);
    }
}

/// A scope lets its callers in where they are not answered 403.
#[tokio::test]
async fn every_operation_lets_in_these_scopes_and_no_others() {
    let app = TestApp::start().await;
    let document = Document::of(&app).await;
    let mut callers = Vec::new();
    for scope in Scope::ALL {
        callers.push((scope.as_str(), app.caller(&[*scope]).await));
    }

    let mut told = String::new();
    for operation in document.api_operations() {
        let mut let_in = Vec::new();
        for (scope, caller) in &callers {
            let request = caller.request(operation.method(), &Ground::nowhere(operation));
            let answer = caller.send(request).await;
            match answer.status.as_u16() {
                403 => {
                    assert_eq!(answer.code(), "forbidden", "{}", operation.id());
                    document.check(operation, &answer);
                }
                401 | 405 | 500.. => panic!("{}: {}", operation.id(), answer.text()),
                _ => let_in.push(*scope),
            }
        }
        if !operation.needs_key() {
            assert_eq!(let_in.len(), callers.len(), "{}", operation.id());
            let_in = vec!["anybody"];
        }
        told += &format!("{}: {}\n", operation.id(), let_in.join(", "));
    }

    insta::assert_snapshot!(told, @"
    show_index: anybody
    check_liveness: anybody
    show_metrics: anybody
    show_openapi_json: anybody
    show_openapi_yaml: anybody
    check_readiness: anybody
    list_articles: anybody
    create_article: articles:write, admin
    write_articles: articles:write, admin
    find_article_by_external_id: anybody
    upsert_article_by_external_id: articles:write, admin
    find_article_by_url: anybody
    upsert_article_by_url: articles:write, admin
    export_articles: anybody
    look_up_articles: anybody
    find_article: anybody
    replace_article: articles:write, admin
    update_article: articles:write, admin
    delete_article: articles:write, admin
    restore_article: articles:write, admin
    ensure_article_short_link: articles:write, admin
    list_article_short_links: links:write, admin
    show_article_stats: stats:read, admin
    suggest_article_tags: articles:write, admin
    replace_article_tags: articles:write, admin
    put_article_tag: articles:write, admin
    remove_article_tag: articles:write, admin
    list_domains: admin
    create_domain: admin
    find_domain: admin
    update_domain: admin
    list_keys: admin
    create_key: admin
    find_key: admin
    revoke_key: admin
    list_short_links: links:write, admin
    create_short_link: links:write, admin
    write_short_links: links:write, admin
    export_short_links: links:write, admin
    resolve_short_links: anybody
    find_short_link: links:write, admin
    update_short_link: links:write, admin
    delete_short_link: links:write, admin
    list_short_link_changes: links:write, admin
    restore_short_link: links:write, admin
    show_short_link_stats: stats:read, admin
    list_top_links: stats:read, admin
    list_tag_merges: tags:write, admin
    find_tag_merge: tags:write, admin
    undo_tag_merge: tags:write, admin
    list_tags: anybody
    create_tag: tags:write, admin
    autocomplete_tags: anybody
    write_tags: tags:write, admin
    list_duplicate_tags: tags:write, admin
    export_tags: anybody
    import_tags: tags:write, admin
    count_tags: anybody
    resolve_tags: anybody
    suggest_tags: articles:write, admin
    find_tag: anybody
    replace_tag: tags:write, admin
    update_tag: tags:write, admin
    delete_tag: tags:write, admin
    list_tag_ancestors: anybody
    list_tag_descendants: anybody
    merge_tags: tags:write, admin
    show_version: anybody
    ");
}

#[tokio::test]
async fn a_service_that_is_closed_to_the_public_needs_a_key_for_all_of_the_api() {
    let app = TestApp::with(|config| config.public_read = false).await;
    let document = Document::of(&app).await;

    for operation in document.api_operations() {
        if operation.path.starts_with("/v1/") {
            let request = app
                .anybody()
                .request(operation.method(), &Ground::nowhere(operation));
            let answer = app.anybody().send(request).await.expect(401);

            document.check(operation, &answer);
        }
    }
    let admin = app.admin().await;
    let found = admin.send(admin.request(Method::GET, "/v1/articles")).await;
    assert_eq!(
        found.expect(200).header("cache-control"),
        "private, no-store"
    );
}

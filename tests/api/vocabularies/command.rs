//! `dateline import tags`

use super::PREFIXES;
use crate::support::{ImportFile, TestApp};

#[tokio::test]
async fn a_vocabulary_is_imported_and_its_problems_are_written_beside_it() {
    let app = TestApp::start().await;
    let file = ImportFile::of(
        "tags",
        "ttl",
        &format!(
            r#"{PREFIXES}
        term:a a skos:Concept ; skos:prefLabel "Alpha"@en .
        term:b a skos:Concept ; skos:prefLabel "Alpha"@en ; skos:broader term:c .
        term: a skos:ConceptScheme .
        "#
        ),
    );

    let tried = file.import(&app, &["--dry-run", "--kind", "genre"]);
    let count = "select count(*)::text as line from tags";
    let after_trial = app.lines(count).await;
    let first = file.import(&app, &["--kind", "genre"]);
    let second = file.import(&app, &[]);

    let told = "2 tags read: 2 created, 0 updated, 0 unchanged, 0 refused; 1 nodes that are no concepts ignored";
    assert!(
        tried
            .1
            .contains(&format!("dry run, nothing written; {told}")),
        "{}",
        tried.1
    );
    assert_eq!(after_trial, ["0"]);
    assert!(
        first.1.contains(told) && first.1.contains("3 problems are in"),
        "{}",
        first.1
    );
    assert!(
        second.1.contains("0 created, 0 updated, 2 unchanged"),
        "{}",
        second.1
    );
    assert_eq!((tried.0, first.0, second.0), (Some(0), Some(0), Some(0)));
    insta::assert_snapshot!(file.report().unwrap_or_default(), @r#"
    where,code,key,detail
    https://terms.example/b,unknown-tag,genre:alpha-2,broader iri:https://terms.example/c names no tag.
    https://terms.example/a,tag-name-taken,genre:alpha,"""Alpha"" (en) is a name of genre:alpha-2 too."
    https://terms.example/b,tag-name-taken,genre:alpha-2,"""Alpha"" (en) is a name of genre:alpha too."
    "#);
}

#[tokio::test]
async fn refused_tags_are_told_by_the_exit_code() {
    let app = TestApp::start().await;
    let file = ImportFile::of("tags", "txt", "kind,name\ntopic,Ships\nplanet,Mars\n");

    let unnamed = file.import(&app, &[]);
    let refused = file.import(&app, &["--format", "csv"]);
    let report = file.report.to_string_lossy();
    let again = file.import_stdin(&app, &["--format", "csv", "--report", &*report]);

    assert_eq!(unnamed.0, Some(1));
    assert!(unnamed.1.contains("--format"), "{}", unnamed.1);
    assert_eq!(refused.0, Some(3), "{}", refused.1);
    assert!(
        refused
            .1
            .contains("1 created, 0 updated, 0 unchanged, 1 refused"),
        "{}",
        refused.1
    );
    assert_eq!(again.0, Some(3), "{}", again.1);
    assert!(again.1.contains("1 unchanged, 1 refused"), "{}", again.1);
}

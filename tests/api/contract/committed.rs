//! `openapi/`, as it is committed

use std::process::Command;

/// What `dateline openapi` prints, under settings that must not show in it.
fn printed(arguments: &[&str]) -> String {
    let printed = Command::new(env!("CARGO_BIN_EXE_dateline"))
        .arg("openapi")
        .args(arguments)
        .env("SHORT_BASE_URLS", "https://exmp.news")
        .output()
        .expect("the binary");
    assert!(printed.status.success(), "{printed:?}");
    String::from_utf8(printed.stdout).expect("text")
}

fn committed(name: &str) -> String {
    let path = format!("{}/openapi/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap_or_default()
}

#[track_caller]
fn assert_same(name: &str, made: &str) {
    let kept = committed(name);
    let differing = || kept.lines().zip(made.lines()).position(|(a, b)| a != b);
    assert!(
        kept == made,
        "openapi/{name} is not what the code makes, from line {} on; write it anew with `make openapi`",
        differing().unwrap_or_default() + 1
    );
}

#[test]
fn the_committed_json_is_what_the_code_makes() {
    assert_same("openapi.json", &printed(&[]));
}

#[test]
fn the_committed_yaml_is_what_the_code_makes() {
    assert_same("openapi.yaml", &printed(&["--yaml"]));
}

#[test]
fn the_document_is_written_into_a_folder() {
    let folder = std::env::temp_dir().join(format!("dateline-openapi-{}", uuid::Uuid::now_v7()));
    std::fs::create_dir(&folder).expect("a folder");

    printed(&["--write", &folder.to_string_lossy()]);

    for name in ["openapi.json", "openapi.yaml"] {
        let written = std::fs::read_to_string(folder.join(name)).expect(name);
        assert_same(name, &written);
    }
    std::fs::remove_dir_all(folder).expect("a folder");
}

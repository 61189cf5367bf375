//! Files that the command line imports.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use uuid::Uuid;

use super::TestApp;
use crate::ops::dateline;

/// A file to import, and where its report would be.
pub struct ImportFile {
    /// Where it is.
    pub path: PathBuf,
    /// What it holds, as the command line calls it.
    noun: &'static str,
    /// Where its report is, if it has one.
    pub report: PathBuf,
}

impl ImportFile {
    /// A file of this name's ending.
    pub fn of(noun: &'static str, ending: &str, text: &str) -> Self {
        let name = format!("{noun}-{}.{ending}", Uuid::now_v7().simple());
        let path = std::env::temp_dir().join(name);
        fs::write(&path, text).expect("a file");
        let what = if noun == "tags" {
            "problems"
        } else {
            "refused"
        };
        let report = PathBuf::from(format!("{}.{what}.csv", path.display()));
        Self { path, noun, report }
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What the report says.
    pub fn report(&self) -> Option<String> {
        fs::read_to_string(&self.report).ok()
    }

    /// Imports the file; answers the exit code and what was told.
    pub fn import(&self, app: &TestApp, more: &[&str]) -> (Option<i32>, String) {
        let path = self.path.to_string_lossy();
        self.run(app, &[&[&*path], more].concat(), Stdio::null())
    }

    /// Imports what comes in; answers the exit code and what was told.
    pub fn import_stdin(&self, app: &TestApp, more: &[&str]) -> (Option<i32>, String) {
        let input = fs::File::open(&self.path).expect("a file");
        self.run(app, &[&["-"], more].concat(), input.into())
    }

    /// Begins to import the file.
    pub fn start(&self, app: &TestApp) -> Child {
        let path = self.path.to_string_lossy();
        let mut command = self.command(app, &[&path]);
        let command = command.stdin(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the binary")
    }

    fn run(&self, app: &TestApp, more: &[&str], input: Stdio) -> (Option<i32>, String) {
        let run = self.command(app, more).stdin(input).output();
        let run = run.expect("the binary");
        let told = String::from_utf8_lossy(&run.stderr).into_owned();
        (run.status.code(), told)
    }

    fn command(&self, app: &TestApp, more: &[&str]) -> Command {
        let arguments = [&["import", self.noun], more].concat();
        let settings = [
            ("DATABASE_URL", &*app.database.url),
            ("SHORT_BASE_URLS", "https://exmp.news,https://arab.example"),
            ("RUST_LOG", "off"),
        ];
        dateline(&arguments, &settings)
    }
}

impl Drop for ImportFile {
    fn drop(&mut self) {
        fs::remove_file(&self.path).ok();
        fs::remove_file(&self.report).ok();
    }
}

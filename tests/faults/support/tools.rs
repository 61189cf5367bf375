//! Programs of Postgres and its neighbours

use std::{
    path::PathBuf,
    process::{Command, Output},
};

/// A client program of Postgres: where the server is, else along `PATH`.
pub fn client_program(name: &str) -> Command {
    let named = std::env::var_os("POSTGRES_BIN").map(PathBuf::from);
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten();
    let mut folders: Vec<PathBuf> = debian.flatten().map(|it| it.path().join("bin")).collect();
    folders.sort();
    // The newest: older ones refuse to dump what a newer server holds.
    let found = named.into_iter().chain(folders.into_iter().rev());
    let mut programs = found.map(|folder| folder.join(name));
    let program = programs.find(|program| program.exists());
    let mut command = Command::new(program.unwrap_or_else(|| name.into()));
    command.env_clear().env("LC_ALL", "C.UTF-8");
    command
}

/// The same program as somebody whom servers accept: they refuse root, and are started as the private Postgres is.
pub fn as_no_root(program: Command) -> Command {
    let asked = Command::new("id").arg("--user").output().expect("a user");
    if asked.stdout != b"0\n" {
        return program;
    }
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-user=65534", "--map-group=65534", "--"]);
    command.arg(program.get_program()).args(program.get_args());
    command
}

/// What a program said that did well.
#[track_caller]
pub fn run(command: &mut Command) -> Output {
    let output = command.output().expect("a program");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {said}");
    output
}

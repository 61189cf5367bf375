//! Starting processes on one core, and stopping them whatever happens.

use std::{
    path::Path,
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use crate::Result;

/// Pause between two attempts. Short, because it is in what a start takes.
const PAUSE: Duration = Duration::from_millis(2);
/// How long a process may take to stop before it is killed.
const STOP_LIMIT: Duration = Duration::from_secs(30);

/// Which core does what.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    /// Service, limits and Postgres.
    pub served: usize,
    /// The load generator.
    pub generator: usize,
}

impl Cores {
    /// Two different ones, if the machine has two.
    pub fn choose() -> Result<Self> {
        let count = std::thread::available_parallelism()?.get();
        Ok(Self {
            served: 0,
            generator: usize::from(count > 1),
        })
    }
}

/// A command that runs on one core and is told to end if this process dies.
pub fn on_core(core: usize, program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "TERM", "--", "taskset", "--cpu-list"])
        .arg(core.to_string())
        .arg(program)
        .stdin(Stdio::null());
    command
}

/// A process that ends with this value.
pub struct Started(Child);

impl Started {
    /// Starts a command.
    pub fn new(command: &mut Command) -> Result<Self> {
        let child = command.spawn();
        let named = |fault| format!("{} cannot be started: {fault}", describe(command));
        Ok(Self(child.map_err(named)?))
    }

    /// The process id: all that comes before the program replaces itself by it.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        !matches!(self.0.try_wait(), Ok(None))
    }

    /// Closes what the process reads, which tells some to end.
    pub fn close_input(&mut self) {
        drop(self.0.stdin.take());
    }

    /// Waits for the end as long as a process may take; kills it after that.
    pub fn wait(&mut self) {
        let begun = Instant::now();
        while !self.has_ended() {
            if begun.elapsed() > STOP_LIMIT {
                let _ = self.0.kill();
                let _ = self.0.wait();
            }
            sleep(Duration::from_millis(20));
        }
    }

    /// The child itself.
    pub fn child(&mut self) -> &mut Child {
        &mut self.0
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        if !self.has_ended() {
            // Only `kill` can ask; the standard library kills.
            let id = self.id().to_string();
            let _ = Command::new("kill").args(["-s", "TERM", &id]).status();
        }
        self.wait();
    }
}

/// Runs a command to its end and returns what it wrote.
pub fn output_of(command: &mut Command) -> Result<String> {
    let output = command.stdin(Stdio::null()).output();
    let output = output.map_err(|fault| format!("{}: {fault}", describe(command)))?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(text);
    }
    let complaint = String::from_utf8_lossy(&output.stderr);
    Err(format!(
        "{}: {}\n{complaint}{text}",
        describe(command),
        output.status
    )
    .into())
}

/// Does something again until it succeeds, at most for so many seconds.
pub fn until<T>(seconds: u64, mut attempt: impl FnMut() -> Result<T>) -> Result<T> {
    let begun = Instant::now();
    loop {
        match attempt() {
            Err(_) if begun.elapsed().as_secs() < seconds => sleep(PAUSE),
            result => return result,
        }
    }
}

/// The name of a program, without the path that leads to it: it may end up in a result.
fn describe(command: &Command) -> String {
    let words: Vec<_> = command.get_args().collect();
    let cores = words.iter().position(|word| *word == "--cpu-list");
    let program = cores.and_then(|place| words.get(place + 2).copied());
    let program = Path::new(program.unwrap_or(command.get_program()));
    let name = program.file_name().unwrap_or(program.as_os_str());
    name.to_string_lossy().into_owned()
}

//! The verbs of the binary.

mod import;

use std::{
    error::Error,
    io::{ErrorKind, Read, Write},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Parser, Subcommand};
use tokio::signal::unix::{SignalKind, signal};

use crate::{
    app,
    base::{
        clock::Clock,
        config::Config,
        db::Database,
        embedded::{Durability, Embedded, Settings},
        migrations,
    },
    changes::Writer,
    keys::{self, Scope, Secret},
    ops::Documents,
};

type CliResult<T> = Result<T, Box<dyn Error>>;

/// Keeps the metadata of a newsroom's stories.
#[derive(Parser)]
#[command(name = "dateline", version)]
struct Cli {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Serve the API and the short links; without DATABASE_URL on a private Postgres in DATA_DIR
    Serve,
    /// Bring the database to the shape that this version needs
    Migrate,
    /// Print the OpenAPI document
    Openapi {
        /// As YAML instead of JSON
        #[arg(long, conflicts_with = "write")]
        yaml: bool,
        /// Write openapi.json and openapi.yaml into this folder instead
        #[arg(long, value_name = "FOLDER")]
        write: Option<PathBuf>,
    },
    /// Ask the service on this machine whether it is ready
    Healthcheck,
    /// Manage keys
    #[command(subcommand)]
    Keys(KeyVerb),
    /// Import what was given out elsewhere
    #[command(subcommand)]
    Import(import::ImportVerb),
    /// Run a command with a private Postgres, its address in DATABASE_URL
    Postgres {
        /// In a folder that is removed afterwards, without care for a crash: for tests
        #[arg(long, conflicts_with = "data_dir")]
        throwaway: bool,
        /// In this folder instead of DATA_DIR
        #[arg(long, value_name = "FOLDER")]
        data_dir: Option<PathBuf>,
        /// The command and its arguments
        #[arg(required = true, last = true)]
        command: Vec<String>,
    },
}

#[derive(Subcommand)]
enum KeyVerb {
    /// Make a key and print it, this once
    Create {
        /// What its owner calls it
        #[arg(long)]
        name: String,
        /// What it may do; repeat for more
        #[arg(long = "scope", required = true, num_args = 1..)]
        scopes: Vec<Scope>,
    },
    /// List every key, without its secret
    List,
    /// Revoke a key by its id, or all of a name
    Revoke {
        /// The public half of the key
        #[arg(required_unless_present = "name")]
        id: Option<String>,
        /// What its owner calls it
        #[arg(long, conflicts_with = "id")]
        name: Option<String>,
    },
}

/// Runs the verb that the command line names.
pub fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(code) => code,
        Err(fault) => {
            eprintln!("dateline: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn run(cli: Cli) -> CliResult<ExitCode> {
    let config = Config::from_env()?;
    // Migrations need a runtime with several threads.
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match cli.verb {
            Verb::Serve => serve(config).await?,
            Verb::Migrate => with_database(&config, async |db| migrate(&config, db).await).await?,
            Verb::Openapi { yaml, write } => openapi(yaml, write.as_deref())?,
            Verb::Healthcheck => healthcheck(config.api_listen)?,
            Verb::Keys(verb) => {
                with_database(&config, async |db| manage_keys(verb, db).await).await?
            }
            Verb::Import(verb) => return import::import(&config, verb).await,
            Verb::Postgres {
                throwaway,
                data_dir,
                command,
            } => {
                return with_postgres(&config, throwaway, data_dir, &command).await;
            }
        }
        Ok(ExitCode::SUCCESS)
    })
}

/// Runs something on the configured database, or on the private one for as long as it takes.
async fn with_database<T>(
    config: &Config,
    work: impl AsyncFnOnce(&str) -> CliResult<T>,
) -> CliResult<T> {
    if let Some(url) = &config.database_url {
        return work(&url.0).await;
    }
    let settings = Settings {
        data_dir: config.data_dir.clone(),
        binaries: config.postgres_bin.clone(),
        durability: Durability::Full,
    };
    let postgres = Embedded::start(&settings).await?;
    let result = work(&postgres.url()).await;
    postgres.stop().await?;
    result
}

async fn serve(config: Config) -> CliResult<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    with_database(&config.clone(), async move |url| {
        let db = Database::new(&config, url)?;
        let running = app::start(config.clone(), &db, Clock::default()).await?;
        log::info!(
            "event=started api=http://{} public=http://{}",
            running.api,
            running.public
        );
        // The listeners are open meanwhile: `/livez` answers, and what needs the database answers 503.
        let migrating = async {
            if config.migrate_on_start {
                migrate_within(&config, url, Duration::MAX).await?;
            }
            std::future::pending().await
        };
        let stopper = running.stopper();
        let stop = async {
            let ended = tokio::select! {
                _ = terminate.recv() => Ok(()),
                _ = interrupt.recv() => Ok(()),
                ended = migrating => ended,
            };
            log::info!("event=stopping");
            stopper.stop().await;
            ended
        };
        let (ran, ended) = tokio::join!(running.run(), stop);
        ran?;
        log::info!("event=stopped");
        ended
    })
    .await
}

/// How long commands wait for a database that is still starting; `serve` waits for as long as it takes.
const DATABASE_PATIENCE: Duration = Duration::from_secs(30);

async fn migrate(config: &Config, url: &str) -> CliResult<()> {
    migrate_within(config, url, DATABASE_PATIENCE).await
}

async fn migrate_within(config: &Config, url: &str, patience: Duration) -> CliResult<()> {
    let connector = crate::base::db::Connector::new(url, config.statement_timeout)?;
    let begun = tokio::time::Instant::now();
    let connection = loop {
        match connector.connect().await {
            Ok(connection) => break connection,
            Err(fault) if begun.elapsed() > patience => return Err(fault.into()),
            Err(fault) => log::warn!("event=waiting_for_database cause={:?}", fault.to_string()),
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    };
    for migration in migrations::run(connection.into_inner()).await? {
        log::info!("event=migrated migration={migration}");
    }
    Ok(())
}

fn openapi(yaml: bool, folder: Option<&Path>) -> CliResult<()> {
    // Always with the default settings, so that the committed document does not depend on a machine.
    let defaults = Config::read(|_| None)?;
    let documents = Documents::of(&app::document(&defaults.short_base_urls[0].base_url))?;
    match folder {
        Some(folder) => {
            std::fs::write(folder.join("openapi.json"), documents.json)?;
            std::fs::write(folder.join("openapi.yaml"), documents.yaml)?;
        }
        None if yaml => print!("{}", documents.yaml),
        None => print!("{}", documents.json),
    }
    Ok(())
}

/// Asks `/readyz` over a plain connection: an image without a shell has no curl either.
fn healthcheck(mut address: SocketAddr) -> CliResult<()> {
    if address.ip().is_unspecified() {
        address.set_ip(if address.is_ipv4() {
            [127, 0, 0, 1].into()
        } else {
            std::net::Ipv6Addr::LOCALHOST.into()
        });
    }
    let limit = Duration::from_secs(5);
    let mut stream = TcpStream::connect_timeout(&address, limit)?;
    stream.set_read_timeout(Some(limit))?;
    write!(
        stream,
        "GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )?;
    let mut answer = String::new();
    let read = stream.take(16 * 1024).read_to_string(&mut answer);
    // The system's word for a time limit of a socket is that it is temporarily unavailable.
    read.map_err(|fault| match fault.kind() {
        ErrorKind::WouldBlock => format!("/readyz did not answer within {limit:?}"),
        _ => format!("/readyz: {fault}"),
    })?;
    let status = answer.split(' ').nth(1).unwrap_or("no status");
    if status == "200" {
        Ok(())
    } else {
        Err(format!("/readyz answered {status}").into())
    }
}

async fn manage_keys(verb: KeyVerb, url: &str) -> CliResult<()> {
    let config = Config::from_env()?;
    if config.migrate_on_start {
        migrate(&config, url).await?;
    }
    let db = Database::new(&config, url)?;
    let mut connection = db.pool().await?;
    let writer = Writer {
        key_id: None,
        at: Clock::default().now(),
    };
    match verb {
        KeyVerb::Create { name, scopes } => {
            let (name, scopes) = keys::check(name, scopes)?;
            let secret = Secret::generate();
            keys::create(&mut connection, &writer, &secret, &name, &scopes).await?;
            println!("{}", secret.reveal());
        }
        KeyVerb::List => {
            for key in keys::list(&mut connection).await? {
                println!("{key}");
            }
        }
        KeyVerb::Revoke { id: Some(id), .. } => {
            if !keys::revoke(&mut connection, &writer, &id).await? {
                return Err(format!("there is no key {id}").into());
            }
        }
        KeyVerb::Revoke { id: None, name } => {
            let revoked =
                keys::revoke_by_name(&mut connection, &writer, &name.unwrap_or_default()).await?;
            eprintln!("{revoked} revoked");
        }
    }
    Ok(())
}

async fn with_postgres(
    config: &Config,
    throwaway: bool,
    data_dir: Option<PathBuf>,
    command: &[String],
) -> CliResult<ExitCode> {
    let temporary = std::env::temp_dir().join(format!("dateline-{}", std::process::id()));
    let settings = Settings {
        data_dir: if throwaway {
            temporary.clone()
        } else {
            data_dir.unwrap_or_else(|| config.data_dir.clone())
        },
        binaries: config.postgres_bin.clone(),
        durability: if throwaway {
            Durability::None
        } else {
            Durability::Full
        },
    };
    let postgres = Embedded::start(&settings).await?;
    let mut child = tokio::process::Command::new(&command[0]);
    // A terminal's Ctrl-C reaches the command as well; this process waits for its end, to stop Postgres after it.
    let _interrupt = signal(SignalKind::interrupt())?;
    let status = child
        .args(&command[1..])
        .env("DATABASE_URL", postgres.url())
        .status()
        .await;
    postgres.stop().await?;
    if throwaway {
        std::fs::remove_dir_all(temporary)?;
    }
    let code = status?.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

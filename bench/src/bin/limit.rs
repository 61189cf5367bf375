//! The limit of what is answered from memory on this machine: an actix handler that answers bytes from a static map.
//!
//! It asks the service once for each path, and from then on replays status, headers and body.
//! `Date` and `Content-Length` are written by actix here as there; `X-Request-Id` stays what it was.

use std::{collections::HashMap, net::SocketAddr, path::PathBuf, sync::Arc};

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer,
    http::{
        StatusCode,
        header::{HeaderName, HeaderValue},
    },
    web::{self, Bytes, Data},
};
use clap::Parser;
use dateline_bench::{
    Result,
    http::{Answer, Client},
};

// The service's allocator.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Answers what a service answered, from memory.
#[derive(Parser)]
struct Arguments {
    /// Where to listen
    #[arg(long)]
    listen: SocketAddr,
    /// The service to learn from
    #[arg(long)]
    from: SocketAddr,
    /// The host to ask it for
    #[arg(long)]
    host: String,
    /// A file of paths, one on each line, with a header line behind a tab where it has one of its own
    #[arg(long)]
    paths: PathBuf,
}

struct Replay {
    status: StatusCode,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

type Replays = HashMap<String, Replay>;

#[actix_web::main]
async fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let replays = Data::from(Arc::new(learn(&arguments)?));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(replays.clone())
            .default_service(web::get().to(answer))
    });
    server.bind(arguments.listen)?.run().await?;
    Ok(())
}

async fn answer(request: HttpRequest, replays: Data<Replays>) -> HttpResponse {
    let Some(replay) = replays.get(request.path()) else {
        return HttpResponse::NotFound().finish();
    };
    let mut response = HttpResponse::with_body(replay.status, replay.body.clone());
    for (name, value) in &replay.headers {
        response.headers_mut().insert(name.clone(), value.clone());
    }
    response.map_into_boxed_body()
}

fn learn(arguments: &Arguments) -> Result<Replays> {
    // Not a browser, so that this is counted as no reader's visit.
    let agent = "User-Agent: dateline-bench (bot)\r\n";
    let mut service = Client::connect(arguments.from, &arguments.host, agent)?;
    let mut replays = Replays::new();
    for line in std::fs::read_to_string(&arguments.paths)?.lines() {
        let replay = replay(service.ask(line)?)?;
        let (path, _) = line.split_once('\t').unwrap_or((line, ""));
        replays.insert(path.to_owned(), replay);
    }
    Ok(replays)
}

fn replay(answer: Answer) -> Result<Replay> {
    let by_actix = ["date", "content-length", "connection"];
    let mut headers = Vec::new();
    for (name, value) in &answer.headers {
        if !by_actix.contains(&name.as_str()) {
            headers.push((name.parse()?, value.parse()?));
        }
    }
    Ok(Replay {
        status: StatusCode::from_u16(answer.status)?,
        headers,
        body: answer.body.into(),
    })
}

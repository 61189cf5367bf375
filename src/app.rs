//! The only file that knows every slice: routes, workers, two listeners.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use actix_web::{
    App, HttpRequest, HttpServer,
    dev::{Server, ServerHandle},
    middleware::from_fn,
    web::{self, Data},
};
use futures_util::FutureExt;
use tokio::{sync::Mutex, task::JoinSet, time::timeout};
use utoipa::{
    OpenApi,
    openapi::{self, Server as DocumentedServer},
};
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};

use crate::{
    articles,
    base::{
        answer_cache::{self, AnswerCache},
        clock::Clock,
        coding, coherence,
        config::Config,
        context::Context,
        db::Database,
        deadline,
        fallback::{self, Routes},
        limits::{self, Limits},
        listener, logging,
        metrics::{Metrics, WorkerMetrics},
        migrations, openapi as documentation, own_writes,
    },
    codes::{self, Minter},
    domains::{self, Watch},
    keys, links, merges, ops,
    redirect::{self, Links},
    retries,
    suggestions::{self, Terms},
    tags,
    visits::{self, Flusher, Recorder},
    vocabularies,
};

/// What the document says of the whole.
const DESCRIPTION: &str = "\
Dateline keeps the metadata of a newsroom's stories: headline, key points, dateline, authors, languages, dates, tags, \
related stories, and the short address that is printed under each.

Live content is readable without a key; everything else needs one, as `Authorization: Bearer dl_<id>_<secret>`. \
Failures are `application/problem+json` (RFC 9457) with a stable `code`.

Every write answers `Dateline-Position`. A read that sends it back sees that write, also where a deployment has some \
reads answered by standbys that may lag.

Every answer carries `X-Request-Id`, under which the service's log knows the request; a caller may choose it. Where \
the deployment gives keys or addresses a quota, every answer under it tells how it stands in `RateLimit-Policy` and \
`RateLimit` (draft-ietf-httpapi-ratelimit-headers).";

#[derive(OpenApi)]
#[openapi(
    info(title = "Dateline", description = DESCRIPTION, license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
         contact(name = "The Dateline authors")),
    servers((url = "/", description = "This deployment")),
    tags(
        (name = "articles", description = "The metadata of published stories, and which tags they carry."),
        (name = "tags", description = "The vocabulary that stories are filed under."),
        (name = "short_links", description = "Short addresses, to be printed under stories."),
        (name = "domains", description = "The short domains, each with a code space of its own."),
        (name = "visits", description = "How often short links were followed."),
        (name = "redirect", description = "Following short links, on the public listener."),
        (name = "keys", description = "Who may call."),
        (name = "operations", description = "Health, metrics and this document."),
    ),
)]
struct Document;

/// How long the listeners stay closed for what the database knows: it may be there and hang.
const DATABASE_PATIENCE: Duration = Duration::from_secs(1);

fn api_routes(config: &mut ServiceConfig) {
    articles::routes(config);
    // Before tags, whose variable would take the words of its paths for names.
    vocabularies::routes(config);
    tags::routes(config);
    merges::routes(config);
    suggestions::routes(config);
    links::routes(config);
    domains::routes(config);
    visits::routes(config);
    keys::routes(config);
    ops::routes(config);
}

/// The OpenAPI document of both listeners, out of the very routes that they serve. `public_base` is
/// where short links are followed.
pub fn document(public_base: &str) -> openapi::OpenApi {
    let mut document = api_document();
    let mut public = redirect::Documented::openapi();
    let server = DocumentedServer::builder()
        .url(public_base)
        .description(Some("The public listener"))
        .build();
    for item in public.paths.paths.values_mut() {
        item.servers = Some(vec![server.clone()]);
    }
    document.paths.paths.extend(public.paths.paths);
    if let Some(components) = public.components {
        let schemas = &mut document.components.get_or_insert_default().schemas;
        schemas.extend(components.schemas);
    }
    documentation::complete(&mut document);
    document
}

fn api_document() -> openapi::OpenApi {
    App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .configure(api_routes)
        .split_for_parts()
        .1
}

/// A service that answers.
pub struct Running {
    /// Where the API listens.
    pub api: SocketAddr,
    /// Where short links are followed.
    pub public: SocketAddr,
    servers: [Server; 2],
    workers: JoinSet<()>,
    flusher: Arc<Mutex<Flusher>>,
    patience: Duration,
}

/// Stops a service from somewhere else.
#[derive(Clone)]
pub struct Stopper([ServerHandle; 2]);

impl Stopper {
    /// Takes no more connections, and waits until requests in flight are answered.
    pub async fn stop(&self) {
        futures_util::future::join_all(self.0.iter().map(|server| server.stop(true))).await;
    }
}

impl Running {
    /// What stops this service.
    pub fn stopper(&self) -> Stopper {
        Stopper([self.servers[0].handle(), self.servers[1].handle()])
    }

    /// Answers until the service is stopped.
    pub async fn run(self) -> io::Result<()> {
        let Self {
            servers: [api, public],
            mut workers,
            flusher,
            patience,
            ..
        } = self;
        let ended = futures_util::future::try_join(api, public).await;
        workers.shutdown().await;
        // Nobody is redirected any more: what is counted now is all.
        flusher.lock().await.drain(patience).await;
        ended.map(|_| ())
    }
}

/// Opens both listeners and starts the workers. The service answers once [`Running::run`] is polled.
pub async fn start(
    config: Config,
    db: &Database,
    clock: Clock,
) -> Result<Running, Box<dyn std::error::Error>> {
    let documents = ops::Documents::of(&document(&config.short_base_urls[0].base_url))?;
    let context = Context::new(config, db.clone(), clock)?;
    // A database that is away is asked again when it is back; until then the settings' domains hold.
    let _ = timeout(DATABASE_PATIENCE, learn_domains(&context)).await;
    let minter = Minter::new(context.domains.current().all().map(|domain| &*domain.name));
    let recorder = Recorder::new(&context.config);
    let links = Links::new(&context.config, &context.coherence);
    let answers = AnswerCache::new(&context.config, &context.coherence);
    let limits = Limits::new(context.config.limits.clone(), context.clock.clone());
    let metrics = Data::new(Metrics::with(|registry| {
        limits.register(registry);
        visits::register(registry, &recorder, &context.clock);
        links.register(registry);
        answers.register(registry);
        context.standbys.register(registry);
    }));
    let shared = Shared {
        context: context.clone(),
        answers,
        limits,
        metrics,
        terms: Terms::default(),
    };
    let (api, api_server) = serve_api(&shared, &minter, documents)?;
    let (public, public_server) = serve_public(&shared, &links, &recorder)?;
    let patience = Duration::from_secs(context.config.shutdown_timeout_s);
    let flusher = Arc::new(Mutex::new(Flusher::new(context, recorder)));
    Ok(Running {
        api,
        public,
        servers: [api_server, public_server],
        workers: start_workers(shared, minter, &flusher),
        flusher,
        patience,
    })
}

async fn learn_domains(context: &Context) {
    if migrations::seem_current(&context.db).await
        && let Err(fault) = domains::reload(context).await
    {
        log::warn!("event=domains_unknown cause={:?}", fault.to_string());
    }
}

/// What both listeners and the workers have in common.
struct Shared {
    context: Context,
    answers: AnswerCache,
    limits: Limits,
    metrics: Data<Metrics>,
    terms: Terms,
}

fn start_workers(shared: Shared, minter: Minter, flusher: &Arc<Mutex<Flusher>>) -> JoinSet<()> {
    let Shared { context, terms, .. } = shared;
    let (db, domains) = (context.db.clone(), Watch::default());
    let subscribers: Vec<Arc<dyn coherence::Subscriber>> =
        vec![Arc::new(domains.clone()), Arc::new(terms.clone())];
    let mut workers = JoinSet::new();
    let coherence = context.coherence.clone();
    workers.spawn(context.standbys.clone().watch_forever(coherence.clone()));
    workers.spawn(coherence.listen_forever(db.connector().clone(), subscribers));
    // The others need tables, which may still be made.
    let migrated = migrations::until_current(db.clone()).boxed().shared();
    let flusher = Arc::clone(flusher);
    let flush = async move { flusher.lock().await.flush_forever().await };
    for work in [
        domains.reload_forever(context.clone()).boxed(),
        codes::watch_fill(db, minter).boxed(),
        terms.make_forever(context.clone()).boxed(),
        flush.boxed(),
        visits::roll_up_forever(context.clone()).boxed(),
        retries::forget_forever(context.clone()).boxed(),
        articles::settle_forever(context).boxed(),
    ] {
        workers.spawn(migrated.clone().then(|()| work));
    }
    workers
}

/// A server with the settings of both; not a function, because the type of its requests has no name here.
macro_rules! opened {
    ($server:expr, $config:expr) => {{
        let threads = $config.threads()?;
        $server
            .workers(threads)
            .disable_signals()
            .shutdown_timeout($config.shutdown_timeout_s)
            .client_request_timeout($config.limits.header_timeout)
            .keep_alive($config.limits.keep_alive)
            .max_connections($config.limits.max_connections.div_ceil(threads))
    }};
}

fn serve_api(
    shared: &Shared,
    minter: &Minter,
    documents: ops::Documents,
) -> io::Result<(SocketAddr, Server)> {
    let context = shared.context.clone();
    let (metrics, coherence) = (shared.metrics.clone(), Data::new(context.coherence.clone()));
    let answers = Data::new(shared.answers.clone());
    let (minter, documents) = (Data::new(minter.clone()), Data::new(documents));
    let (terms, limits) = (Data::new(shared.terms.clone()), shared.limits.clone());
    let routes = Routes::of(&api_document()).with_pages(&["/docs", "/docs/", "/docs/{file}"]);
    let routes = Data::new(routes);
    let server = HttpServer::new(move || {
        let (app, _) = App::new()
            .app_data(Data::new(context.for_worker()))
            .app_data(minter.clone())
            .app_data(terms.clone())
            .app_data(metrics.clone())
            .app_data(Data::new(WorkerMetrics::new(metrics.clone())))
            .app_data(coherence.clone())
            .app_data(answers.clone())
            .app_data(documents.clone())
            .app_data(routes.clone())
            // One for each thread: what every request counts its users of is not shared.
            .app_data(Data::new(limits.clone()))
            .into_utoipa_app()
            .configure(api_routes)
            .split_for_parts();
        app.service(web::redirect("/docs", "/docs/"))
            .service(ops::docs())
            .default_service(web::to(answer_others))
            .wrap(from_fn(own_writes::follow))
            .wrap(from_fn(fallback::refuse_early))
            .wrap(from_fn(fallback::head_follows_get))
            .wrap(from_fn(deadline::hold))
            .wrap(from_fn(coding::compress))
            .wrap(from_fn(answer_cache::answer_from_memory))
            .wrap(from_fn(limits::guard))
            .wrap(from_fn(logging::trace))
    });
    let config = &shared.context.config;
    // Who closes its half of a connection has gone: its work is dropped.
    let server = opened!(server, config).h1_allow_half_closed(false);
    let server = server.listen(listener::open(config, "API_LISTEN", config.api_listen)?)?;
    Ok((server.addrs()[0], server.run()))
}

fn serve_public(
    shared: &Shared,
    links: &Links,
    recorder: &Recorder,
) -> io::Result<(SocketAddr, Server)> {
    let (context, metrics) = (shared.context.clone(), shared.metrics.clone());
    let (links, recorder) = (links.clone(), recorder.clone());
    let server = HttpServer::new(move || {
        let redirector = redirect::Redirector::new(
            context.for_worker(),
            links.clone(),
            recorder.clone(),
            WorkerMetrics::new(metrics.clone()),
        );
        App::new()
            .app_data(Data::new(redirector))
            .default_service(web::to(redirect::answer))
    });
    let config = &shared.context.config;
    let listener = listener::open(config, "PUBLIC_LISTEN", config.public_listen)?;
    let server = opened!(server, config).listen(listener)?;
    Ok((server.addrs()[0], server.run()))
}

async fn answer_others(request: HttpRequest, routes: Data<Routes>) -> actix_web::HttpResponse {
    fallback::answer(&request, &routes)
}

# Dateline in a container: the binary on Debian, and nothing else. Migrations, the OpenAPI document
# and Swagger UI are inside it; at run time it needs libc alone and writes no file.

FROM rust:1.95-slim-bookworm AS build
WORKDIR /src

# The dependencies, built against an empty crate: they are built again only when these files change.
# The bench is a member of the workspace, so cargo wants its manifest, but nothing of it is built.
COPY Cargo.toml Cargo.lock ./
COPY bench/Cargo.toml bench/
RUN mkdir src bench/src \
 && echo 'fn main() {}' > bench/src/main.rs \
 && echo 'fn main() {}' > src/main.rs \
 && touch src/lib.rs \
 && cargo build --locked --release \
 && cargo clean --locked --release --package dateline \
 && rm -r src

# The crate itself: what .dockerignore lets through.
COPY . .
RUN cargo build --locked --release

FROM debian:bookworm-slim
LABEL org.opencontainers.image.title="Dateline" \
      org.opencontainers.image.description="Story metadata for newsrooms: articles, tags and short links over a JSON API" \
      org.opencontainers.image.licenses="MIT OR Apache-2.0"

COPY --from=build /src/target/release/dateline /usr/local/bin/dateline

# Settings and their defaults: .env.sample. DATABASE_URL is the one that has to be given.
ENV API_LISTEN=0.0.0.0:8080 \
    PUBLIC_LISTEN=0.0.0.0:8081
EXPOSE 8080 8081

USER 10001:10001
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s \
    CMD ["/usr/local/bin/dateline", "healthcheck"]
ENTRYPOINT ["/usr/local/bin/dateline"]
CMD ["serve"]

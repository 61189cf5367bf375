//! `/{code}.svg` and `/{code}.png`

use reqwest::Method;

use crate::support::{Answer, Story, TestApp};

async fn get(app: &TestApp, path: &str) -> Answer {
    app.follow(Method::GET, "exmp.news", path).await
}

/// The side of a PNG image, and what another library reads out of it.
fn read(image: &[u8]) -> (usize, String) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(image))
        .read_info()
        .expect("a PNG image");
    let side = usize::try_from(reader.info().width).expect("a width");
    let mut rows = vec![0; reader.output_buffer_size().expect("a size")];
    reader.next_frame(&mut rows).expect("pixels");
    let row = side.div_ceil(8);
    let is_dark = |x: usize, y: usize| rows[y * row + x / 8] >> (7 - x % 8) & 1 == 0;
    let mut prepared = rqrr::PreparedImage::prepare_from_bitmap(side, side, is_dark);
    let grids = prepared.detect_grids();
    let (_, text) = grids[0].decode().expect("a QR code");
    (side, text)
}

#[tokio::test]
async fn a_png_holds_the_short_address() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;
    let address = format!("HTTPS://EXMP.NEWS/{}", code.to_uppercase());

    // 21 modules and twice the margin of 4, or of 1: the side is a multiple of 29, or of 23.
    for (path, side) in [
        (format!("/{code}.png"), 29 * 17),
        (format!("/{}.PNG", code.to_uppercase()), 29 * 17),
        (format!("/{code}.png?size=100"), 29 * 3),
        (format!("/{code}.png?margin=1&size=230"), 230),
    ] {
        let image = get(&app, &path).await.expect(200);
        assert_eq!(image.header("content-type"), "image/png", "{path}");
        assert_eq!(read(&image.body), (side, address.clone()), "{path}");
    }
}

#[tokio::test]
async fn an_svg_has_the_size_that_is_asked_for() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;

    let image = get(&app, &format!("/{code}.svg?size=100&margin=2"))
        .await
        .expect(200);
    assert_eq!(image.header("content-type"), "image/svg+xml");
    assert!(image.text().starts_with("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\" viewBox=\"0 0 25 25\""));
    assert!(image.text().contains(&format!(
        "<title>QR code of https://exmp.news/{code}</title>"
    )));

    let head = app
        .follow(Method::HEAD, "exmp.news", &format!("/{code}.svg"))
        .await
        .expect(200);
    assert!(head.body.is_empty());
    assert_eq!(head.header("content-type"), "image/svg+xml");
}

#[tokio::test]
async fn a_parameter_at_fault_is_named() {
    let app = TestApp::start().await;
    let editor = app.admin().await;
    let Story { code, .. } = Story::publish(&editor, "https://news.example/a").await;

    for (query, name) in [
        ("size=0", "size"),
        ("size=2049", "size"),
        ("margin=17", "margin"),
        ("margin=x", "margin"),
        ("size=64&size=64", "size"),
        ("colour=red", "colour"),
    ] {
        for kind in ["svg", "png"] {
            let answer = get(&app, &format!("/{code}.{kind}?{query}"))
                .await
                .expect(400);
            assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
            assert!(
                answer.text().contains(&format!("parameter {name}")),
                "{query}"
            );
        }
    }
    let hostile = get(&app, &format!("/{code}.svg?<script>"))
        .await
        .expect(400);
    assert!(!hostile.text().contains("<script>"));
}

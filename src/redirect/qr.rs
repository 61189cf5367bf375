//! The QR code of a short address, as SVG and as PNG.
//!
//! An address whose characters all have a place in the alphanumeric set of QR codes is rendered in
//! upper case, where a character takes five and a half bits instead of eight: 25 characters then fit
//! the smallest symbol, 21 × 21 modules. That changes nothing, because case does not count in schemes
//! and hosts, nor in codes and channels.

use std::{fmt::Write, str::FromStr};

use qrcode::{Color, EcLevel, QrCode, types::QrError};

use super::page::escape;

/// Fewest and most pixels of an image's side.
const SIZES: (u32, u32) = (32, 2048);

/// Pixels of an image's side if nothing else is asked for.
const DEFAULT_SIZE: u32 = 512;

/// Widest quiet zone, in modules.
const MAX_MARGIN: u32 = 16;

/// The quiet zone that readers of QR codes count on, in modules. Source: ISO/IEC 18004.
const DEFAULT_MARGIN: u32 = 4;

/// How a QR code is to be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QrOptions {
    /// Side of the image in pixels, 32 to 2,048. An SVG has exactly this width and height. A PNG has
    /// the next smaller side at which every module is a whole number of pixels, so that its edges
    /// are sharp; but at least one pixel for each module.
    pub size: u32,
    /// Width of the quiet zone around the symbol, in modules, 0 to 16.
    pub margin: u32,
}

impl Default for QrOptions {
    fn default() -> Self {
        Self {
            size: DEFAULT_SIZE,
            margin: DEFAULT_MARGIN,
        }
    }
}

impl QrOptions {
    /// Reads the query of a request, what stands behind its `?`; the error is a sentence that names
    /// the parameter and can be shown as it is, once it is escaped.
    pub fn parse(query: &str) -> Result<Self, String> {
        let (mut size, mut margin) = (None, None);
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
            match name {
                "size" => set(&mut size, name, value, SIZES)?,
                "margin" => set(&mut margin, name, value, (0, MAX_MARGIN))?,
                _ => {
                    let name: String = name.chars().take(40).collect();
                    return Err(format!(
                        "There is no parameter {name}, but size and margin."
                    ));
                }
            }
        }
        Ok(Self {
            size: size.unwrap_or(DEFAULT_SIZE),
            margin: margin.unwrap_or(DEFAULT_MARGIN),
        })
    }
}

fn set(
    place: &mut Option<u32>,
    name: &str,
    value: &str,
    (least, most): (u32, u32),
) -> Result<(), String> {
    // Digits alone: the standard library would read a sign too.
    let digits = Some(value).filter(|value| value.bytes().all(|b| b.is_ascii_digit()));
    let number = digits.and_then(|digits| u32::from_str(digits).ok());
    let number = number.filter(|number| (least..=most).contains(number));
    match (number, &place) {
        (_, Some(_)) => Err(format!("The parameter {name} is given twice.")),
        (None, None) => Err(format!(
            "The parameter {name} must be a number from {least} to {most}."
        )),
        (number, None) => {
            *place = number;
            Ok(())
        }
    }
}

/// The QR code of one address.
pub struct Symbol {
    address: String,
    code: QrCode,
}

impl Symbol {
    /// Makes the smallest symbol that an address fits, with the best protection against damage that
    /// this size has room for.
    pub fn of(address: &str) -> Result<Self, QrError> {
        let upper = address.to_ascii_uppercase();
        let text = match upper.bytes().all(is_alphanumeric) {
            true => &upper,
            false => address,
        };
        let smallest = QrCode::with_error_correction_level(text, EcLevel::L)?;
        let mut levels = [EcLevel::H, EcLevel::Q, EcLevel::M].into_iter();
        let better =
            levels.find_map(|level| QrCode::with_version(text, smallest.version(), level).ok());
        Ok(Self {
            address: address.to_owned(),
            code: better.unwrap_or(smallest),
        })
    }

    /// The symbol as an SVG document: black modules as one path, on white.
    pub fn svg(&self, options: QrOptions) -> String {
        let QrOptions { size, margin } = options;
        let side = self.side(margin);
        let address = escape(&self.address);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{size}\" height=\"{size}\" \
             viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR code of {address}\">\
             <title>QR code of {address}</title><rect width=\"{side}\" height=\"{side}\" fill=\"#fff\"/>\
             <path d=\"{}\"/></svg>\n",
            self.path(margin)
        )
    }

    /// The symbol as a PNG image in black and white, one bit for each pixel.
    pub fn png(&self, options: QrOptions) -> Result<Vec<u8>, png::EncodingError> {
        let side = self.side(options.margin);
        let scale = (options.size / side).max(1);
        let pixels = side * scale;
        let mut image = Vec::new();
        let mut encoder = png::Encoder::new(&mut image, pixels, pixels);
        encoder.set_color(png::ColorType::Grayscale);
        encoder.set_depth(png::BitDepth::One);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.pixels(options.margin, scale))?;
        writer.finish()?;
        Ok(image)
    }

    /// Modules of a side, the quiet zones included.
    fn side(&self, margin: u32) -> u32 {
        u32::try_from(self.code.width()).unwrap_or(u32::MAX) + 2 * margin
    }

    /// The dark modules of each row, as ranges, without the quiet zone.
    fn runs(&self) -> impl Iterator<Item = Vec<std::ops::Range<usize>>> {
        let width = self.code.width();
        (0..width).map(move |y| {
            let mut runs: Vec<std::ops::Range<usize>> = Vec::new();
            for x in (0..width).filter(|&x| self.code[(x, y)] == Color::Dark) {
                match runs.last_mut() {
                    Some(run) if run.end == x => run.end += 1,
                    _ => runs.push(x..x + 1),
                }
            }
            runs
        })
    }

    fn path(&self, margin: u32) -> String {
        let margin = usize::try_from(margin).unwrap_or_default();
        let mut path = String::new();
        for (y, runs) in self.runs().enumerate() {
            for run in runs {
                let (x, y, length) = (run.start + margin, y + margin, run.len());
                // Writing to a string cannot fail.
                let _ = write!(path, "M{x} {y}h{length}v1h-{length}z");
            }
        }
        path
    }

    /// The rows of a PNG: a bit for each pixel, 1 for white, each row filled up to whole bytes.
    fn pixels(&self, margin: u32, scale: u32) -> Vec<u8> {
        let whole = |number: u32| usize::try_from(number).unwrap_or_default();
        let (margin, scale, side) = (whole(margin), whole(scale), whole(self.side(margin)));
        let length = (side * scale).div_ceil(8);
        let white = vec![u8::MAX; length];
        let mut rows = white.repeat(margin * scale);
        for runs in self.runs() {
            let mut row = white.clone();
            for x in runs
                .into_iter()
                .flat_map(|run| (run.start + margin) * scale..(run.end + margin) * scale)
            {
                row[x / 8] &= !(0x80 >> (x % 8));
            }
            rows.extend(row.repeat(scale));
        }
        rows.extend(white.repeat(margin * scale));
        rows
    }
}

/// Whether a byte is of the alphanumeric set. Source: ISO/IEC 18004, table 5.
fn is_alphanumeric(byte: u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit() || b" $%*+-./:".contains(&byte)
}

#[cfg(test)]
mod tests {
    use qrcode::Version;

    use super::*;

    const ADDRESSES: &[(&str, &str)] = &[
        ("https://arab.example/6GW9Y", "HTTPS://ARAB.EXAMPLE/6GW9Y"),
        ("https://exmp.news/7kq3m2", "HTTPS://EXMP.NEWS/7KQ3M2"),
        (
            "https://exmp.news/7kq3m2/print",
            "HTTPS://EXMP.NEWS/7KQ3M2/PRINT",
        ),
        (
            "http://localhost:8080/eid-2026",
            "HTTP://LOCALHOST:8080/EID-2026",
        ),
        (
            "https://exmp.news/harbour_2026",
            "https://exmp.news/harbour_2026",
        ),
        ("https://[::1]:80/7kq3m2", "https://[::1]:80/7kq3m2"),
    ];

    const SHAPES: &[(u32, u32)] = &[(32, 0), (100, 4), (128, 1), (512, 4), (777, 16), (2048, 4)];

    /// A square image, true where it is dark.
    struct Image {
        side: usize,
        dark: Vec<bool>,
    }

    impl Image {
        fn of_png(bytes: &[u8]) -> Self {
            let mut reader = png::Decoder::new(std::io::Cursor::new(bytes))
                .read_info()
                .unwrap();
            let info = reader.info();
            assert_eq!(
                (info.color_type, info.bit_depth),
                (png::ColorType::Grayscale, png::BitDepth::One)
            );
            assert_eq!(info.width, info.height);
            let side = usize::try_from(info.width).unwrap();
            let mut rows = vec![0; reader.output_buffer_size().unwrap()];
            reader.next_frame(&mut rows).unwrap();
            let row = side.div_ceil(8);
            let is_dark = |pixel: usize| {
                rows[pixel / side * row + pixel % side / 8] >> (7 - pixel % side % 8) & 1 == 0
            };
            Self {
                side,
                dark: (0..side * side).map(is_dark).collect(),
            }
        }

        /// Draws the one path of our own documents, `scale` pixels for each module.
        fn of_svg(svg: &str, scale: usize) -> Self {
            let between = |start: &str, end: &str| {
                let (_, rest) = svg.split_once(start).unwrap();
                rest.split_once(end).unwrap().0.to_owned()
            };
            let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
            let mut image = Self {
                side: side * scale,
                dark: vec![false; side * scale * side * scale],
            };
            for run in between("<path d=\"", "\"").split_terminator('z') {
                let numbers: Vec<usize> = run
                    .split(['M', ' ', 'h', 'v', '-'])
                    .filter_map(|it| it.parse().ok())
                    .collect();
                let [x, y, length, 1, back] = numbers[..] else {
                    panic!("{run}")
                };
                assert_eq!(length, back);
                for row in y * scale..(y + 1) * scale {
                    for column in x * scale..(x + length) * scale {
                        image.dark[row * side * scale + column] = true;
                    }
                }
            }
            image
        }

        /// What another library reads, with a quiet zone around, which some of the images lack.
        fn read(&self) -> (usize, u16, String) {
            let edge = 40;
            let whole = self.side + 2 * edge;
            let dark = |x: usize, y: usize| {
                let inside = |it: usize| (edge..edge + self.side).contains(&it);
                inside(x) && inside(y) && self.dark[(y - edge) * self.side + x - edge]
            };
            let mut image = rqrr::PreparedImage::prepare_from_bitmap(whole, whole, dark);
            let grids = image.detect_grids();
            assert_eq!(grids.len(), 1);
            let (meta, text) = grids[0].decode().unwrap();
            (meta.version.to_size(), meta.ecc_level, text)
        }
    }

    #[test]
    fn another_library_reads_the_address_out_of_every_image() {
        for (address, text) in ADDRESSES {
            let symbol = Symbol::of(address).unwrap();
            for &(size, margin) in SHAPES {
                let options = QrOptions { size, margin };

                let png = Image::of_png(&symbol.png(options).unwrap());
                let svg = Image::of_svg(&symbol.svg(options), 4);

                let what = format!("{address} {options:?}");
                let side = usize::try_from(symbol.side(margin)).unwrap();
                assert_eq!((png.side % side, svg.side), (0, side * 4), "{what}");
                assert!(
                    png.side <= usize::try_from(size).unwrap().max(side),
                    "{what}"
                );
                assert!(png.side + side > usize::try_from(size).unwrap(), "{what}");
                let width = symbol.code.width();
                for read in [
                    (2 * side..1000).contains(&png.side).then(|| png.read()),
                    Some(svg.read()),
                ]
                .into_iter()
                .flatten()
                {
                    assert_eq!((read.0, read.2.as_str()), (width, *text), "{what}");
                }
            }
        }
    }

    #[test]
    fn a_png_shows_the_same_modules_as_the_svg() {
        let symbol = Symbol::of("https://exmp.news/7kq3m2").unwrap();
        for (size, margin, scale) in [(32, 2, 1), (64, 0, 3), (200, 4, 6)] {
            let options = QrOptions { size, margin };
            let png = Image::of_png(&symbol.png(options).unwrap());
            let svg = Image::of_svg(&symbol.svg(options), scale);
            assert_eq!(png.side, svg.side);
            assert!(png.dark == svg.dark, "{options:?}");
        }
    }

    #[test]
    fn twenty_five_characters_fit_21_modules() {
        for (address, length, width) in [
            ("https://exmp.news/7kq3m2", 24, 21),
            ("https://arab.example/6GW9", 25, 21),
            ("https://arab.example/6GW9Y", 26, 25),
            ("https://exmp.news/7kq_m2", 24, 25),
        ] {
            let symbol = Symbol::of(address).unwrap();
            assert_eq!(
                (address.len(), symbol.code.width()),
                (length, width),
                "{address}"
            );
        }
    }

    #[test]
    fn the_best_level_that_fits_the_smallest_symbol_is_taken() {
        for (text, version, level) in [
            ("http://a.b", 1, EcLevel::H),
            ("http://a.bc/def", 1, EcLevel::Q),
            ("http://a.bc/7kq3m2/x", 1, EcLevel::M),
            ("https://exmp.news/7kq3m2", 1, EcLevel::L),
            ("https://exmp.news/7kq3m2xyz", 2, EcLevel::Q),
        ] {
            let code = Symbol::of(text).unwrap().code;
            assert_eq!(
                (code.version(), code.error_correction_level()),
                (Version::Normal(version), level),
                "{text}"
            );
        }
    }

    #[test]
    fn an_svg_is_one_path_with_a_label_and_without_script() {
        let svg = Symbol::of("https://exmp.news/7kq3m2")
            .unwrap()
            .svg(QrOptions::default());
        assert!(svg.starts_with(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"512\" height=\"512\" viewBox=\"0 0 29 29\" \
             shape-rendering=\"crispEdges\" role=\"img\" aria-label=\"QR code of https://exmp.news/7kq3m2\">\
             <title>QR code of https://exmp.news/7kq3m2</title>"
        ));
        assert_eq!(svg.matches("<path").count(), 1);
        let hostile = Symbol::of("https://a.example/\"><script>&")
            .unwrap()
            .svg(QrOptions::default());
        assert!(!hostile.contains("<script") && hostile.contains("&quot;&gt;&lt;script&gt;&amp;"));
    }

    #[test]
    fn size_and_margin_are_read_from_the_query() {
        let read = |query| QrOptions::parse(query).map(|it| (it.size, it.margin));
        assert_eq!(read(""), Ok((512, 4)));
        assert_eq!(read("size=32&margin=0"), Ok((32, 0)));
        assert_eq!(read("&margin=16&size=2048&"), Ok((2048, 16)));
        assert_eq!(QrOptions::parse(""), Ok(QrOptions::default()));
    }

    #[test]
    fn a_parameter_at_fault_is_named() {
        for (query, name) in [
            ("size=31", "size"),
            ("size=2049", "size"),
            ("size=", "size"),
            ("size", "size"),
            ("size=%33%32", "size"),
            ("size=+64", "size"),
            ("size=-64", "size"),
            ("size=99999999999", "size"),
            ("size=64&size=64", "size"),
            ("margin=17", "margin"),
            ("margin=1.5", "margin"),
            ("colour=red", "colour"),
            ("Size=64", "Size"),
        ] {
            let fault = QrOptions::parse(query).unwrap_err();
            assert!(
                fault.contains(&format!("parameter {name}")),
                "{query}: {fault}"
            );
        }
        let long = QrOptions::parse(&"x".repeat(10_000)).unwrap_err();
        assert!(long.len() < 100);
    }

    #[test]
    fn what_fits_no_symbol_is_refused() {
        assert!(Symbol::of(&"a".repeat(5000)).is_err());
    }
}

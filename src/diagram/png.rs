//! Pixels, for places that take no SVG.
//!
//! Words are drawn with the bundled fonts, so that a picture is the same on every
//! machine; only letters that they lack are looked for in the fonts installed.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use fontdb::Database;
use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

use super::text::FONTS;

// What viewers and printers still open: pixels a side, and pixels in all.
const MOST_SIDE: f32 = 30_000.0;
const MOST_PIXELS: f32 = 200_000_000.0;

const BUNDLED: &str = "Liberation Sans";

static OURS: LazyLock<Arc<Database>> = LazyLock::new(|| Arc::new(bundled()));
static WITH_INSTALLED: LazyLock<Arc<Database>> = LazyLock::new(|| {
    let mut fonts = bundled();
    fonts.load_system_fonts();
    Arc::new(fonts)
});

fn bundled() -> Database {
    let mut fonts = Database::new();
    for font in FONTS {
        fonts.load_font_data(font.to_vec());
    }
    fonts.set_sans_serif_family(BUNDLED);
    fonts.set_serif_family(BUNDLED);
    fonts.set_monospace_family(BUNDLED);
    fonts.set_cursive_family(BUNDLED);
    fonts.set_fantasy_family(BUNDLED);
    fonts
}

/// Returns an SVG document as a PNG file, so many times as large.
///
/// # Errors
///
/// In words for a user, if the document cannot be read or the picture would be
/// too large.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, String> {
    let options = Options {
        fontdb: fonts(svg),
        font_family: BUNDLED.to_owned(),
        ..Options::default()
    };
    let tree = Tree::from_str(svg, &options)
        .map_err(|error| format!("the picture cannot be read: {error}"))?;
    let size = tree.size();
    let (width, height) = (
        (size.width() * scale).ceil(),
        (size.height() * scale).ceil(),
    );
    if !(width >= 1.0 && height >= 1.0) {
        return Err(format!("a picture cannot be drawn {scale} times as large"));
    }
    if width > MOST_SIDE || height > MOST_SIDE || width * height > MOST_PIXELS {
        return Err(format!(
            "it would be {width} by {height} pixels, more than an image can hold"
        ));
    }
    let mut pixels = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| format!("there is no memory for {width} by {height} pixels"))?;
    let scaled = Transform::from_scale(scale, scale);
    resvg::render(&tree, scaled, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

/// Returns the letters of a picture that no font has, neither bundled nor
/// installed; a PNG shows an empty box for each.
pub fn missing(svg: &str) -> Vec<char> {
    match lacking(svg, &OURS) {
        letters if letters.is_empty() => letters,
        _ => lacking(svg, &WITH_INSTALLED),
    }
}

// Other fonts are read only where they are needed.
fn fonts(svg: &str) -> Arc<Database> {
    match lacking(svg, &OURS).is_empty() {
        true => Arc::clone(&OURS),
        false => Arc::clone(&WITH_INSTALLED),
    }
}

fn lacking(svg: &str, fonts: &Database) -> Vec<char> {
    let mut letters: BTreeSet<char> = svg.chars().filter(|letter| !letter.is_ascii()).collect();
    for face in fonts.faces() {
        if letters.is_empty() {
            break;
        }
        fonts.with_face_data(face.id, |data, index| {
            if let Ok(face) = ttf_parser::Face::parse(data, index) {
                letters.retain(|letter| face.glyph_index(*letter).is_none());
            }
        });
    }
    letters.into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture(body: &str) -> String {
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"40\" \
             font-family=\"{}\"><rect width=\"100\" height=\"40\" fill=\"#ffffff\"/>{body}</svg>",
            super::super::text::FAMILY
        )
    }

    fn words(words: &str) -> String {
        picture(&format!(
            "<text x=\"10\" y=\"25\" font-size=\"16\">{words}</text>"
        ))
    }

    fn dark(svg: &str, scale: f32) -> usize {
        let pixels = Pixmap::decode_png(&png(svg, scale).unwrap()).unwrap();
        pixels
            .pixels()
            .iter()
            .filter(|pixel| pixel.red() < 90)
            .count()
    }

    #[test]
    fn words_are_drawn_where_no_font_is_installed() {
        assert_eq!(dark(&picture(""), 1.0), 0);
        assert!(dark(&words("load balancer"), 1.0) > 100);
        assert!(dark(&words("load balancer"), 2.0) > 400);
    }

    #[test]
    fn the_same_picture_gives_the_same_bytes() {
        let svg = words("gRPC · p99 ≤ 300 ms → ×9");
        assert!(missing(&svg).is_empty());
        assert_eq!(png(&svg, 1.5).unwrap(), png(&svg, 1.5).unwrap());
    }

    #[test]
    fn a_letter_that_no_font_has_is_a_box_and_is_reported() {
        // Never given to a letter.
        let svg = words("\u{378}");
        assert_eq!(missing(&svg), ['\u{378}']);
        assert!(dark(&svg, 4.0) > 100);
    }

    #[test]
    fn the_automatic_theme_is_light_in_pixels() {
        use super::super::canvas::{Canvas, Theme};
        use super::super::layout::Size;
        let size = Size {
            width: 10.0,
            height: 10.0,
        };
        let pixels = |theme| png(&Canvas::new(theme).finish(size, "a", "b"), 1.0).unwrap();
        assert_eq!(pixels(Theme::Auto), pixels(Theme::Light));
        assert_ne!(pixels(Theme::Auto), pixels(Theme::Dark));
    }

    #[test]
    fn a_picture_beyond_all_bounds_is_refused_in_words() {
        for scale in [1000.0, f32::INFINITY, f32::MAX] {
            let error = png(&picture(""), scale).unwrap_err();
            assert!(error.contains("more than an image can hold"), "{error}");
        }
        for scale in [0.0, -1.0, f32::NAN] {
            assert!(png(&picture(""), scale).is_err());
        }
        assert!(png("<svg", 1.0).is_err());
    }
}

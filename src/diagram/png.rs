//! Pixels, for places that take no SVG.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree, fontdb};

use super::text::FONTS;

// What viewers and printers still open: pixels a side, and pixels in all.
const MOST_SIDE: f32 = 30_000.0;
const MOST_PIXELS: f32 = 200_000_000.0;

static FONTBASE: LazyLock<Arc<fontdb::Database>> = LazyLock::new(|| {
    let mut base = fontdb::Database::new();
    for font in FONTS {
        base.load_font_data(font.to_vec());
    }
    let family = "Liberation Sans";
    base.set_sans_serif_family(family);
    base.set_serif_family(family);
    base.set_monospace_family(family);
    base.set_cursive_family(family);
    base.set_fantasy_family(family);
    Arc::new(base)
});

/// Returns an SVG document as a PNG file, so many times as large.
///
/// # Errors
///
/// In words for a user, if the document cannot be read or the picture would be
/// too large.
pub fn png(svg: &str, scale: f32) -> Result<Vec<u8>, String> {
    let options = Options {
        fontdb: Arc::clone(&FONTBASE),
        font_family: "Liberation Sans".to_owned(),
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
            "the picture would be {width} by {height} pixels, more than an image can hold; \
             ask for a smaller scale, or for SVG"
        ));
    }
    let mut pixels = Pixmap::new(width as u32, height as u32)
        .ok_or_else(|| format!("there is no memory for {width} by {height} pixels"))?;
    let scaled = Transform::from_scale(scale, scale);
    resvg::render(&tree, scaled, &mut pixels.as_mut());
    pixels.encode_png().map_err(|error| error.to_string())
}

/// Returns the letters that a picture shows and no bundled font has; a PNG shows
/// an empty box for each.
pub fn missing(svg: &str) -> Vec<char> {
    let has = |letter: char| {
        FONTBASE.faces().any(|face| {
            let glyph = FONTBASE.with_face_data(face.id, |data, index| {
                let face = ttf_parser::Face::parse(data, index).ok()?;
                face.glyph_index(letter)
            });
            glyph.flatten().is_some()
        })
    };
    let letters: BTreeSet<char> = svg.chars().filter(|letter| !letter.is_ascii()).collect();
    letters.into_iter().filter(|letter| !has(*letter)).collect()
}

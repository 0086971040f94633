//! How wide words are, in the font that every picture is measured with.
//!
//! The font is Liberation Sans: its widths are those of Arial and Helvetica, so
//! that a picture measured here fits wherever one of the three is installed.

use std::sync::LazyLock;

use ttf_parser::Face;

/// The families to ask a viewer for, best first; all but the last have the same widths.
pub const FAMILY: &str = "Helvetica, Arial, Liberation Sans, Arimo, sans-serif";

/// The bundled font files, regular and bold.
pub const FONTS: [&[u8]; 2] = [
    include_bytes!("font/LiberationSans-Regular.ttf"),
    include_bytes!("font/LiberationSans-Bold.ttf"),
];

/// How thick letters are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weight {
    /// As thick as this line.
    Regular,
    /// Thicker.
    Bold,
}

static FACES: LazyLock<[Option<Face<'static>>; 2]> =
    LazyLock::new(|| FONTS.map(|font| Face::parse(font, 0).ok()));

/// The widths of ASCII letters, which most words are made of.
static ASCII: LazyLock<[[f64; 128]; 2]> = LazyLock::new(|| {
    [Weight::Regular, Weight::Bold]
        .map(|weight| std::array::from_fn(|letter| look_up(letter as u8 as char, weight)))
});

/// Returns the width of a line in px, at a size in px.
pub fn width(line: &str, weight: Weight, size: f64) -> f64 {
    let units: f64 = line.chars().map(|letter| advance(letter, weight)).sum();
    units * size
}

/// Returns the width of a letter in units of the size.
fn advance(letter: char, weight: Weight) -> f64 {
    match ASCII[weight as usize].get(letter as usize) {
        Some(known) => *known,
        None => look_up(letter, weight),
    }
}

fn look_up(letter: char, weight: Weight) -> f64 {
    let face = &FACES[weight as usize];
    let known = face.as_ref().and_then(|face| {
        let glyph = face.glyph_index(letter)?;
        let units = face.glyph_hor_advance(glyph)?;
        Some(f64::from(units) / f64::from(face.units_per_em()))
    });
    known.unwrap_or_else(|| unknown(letter))
}

// Where another font must help: ideographs, kana and emoji fill a square, marks
// that join a letter nothing, and anything else about what a capital does.
fn unknown(letter: char) -> f64 {
    match letter as u32 {
        0x0300..=0x036f | 0x200b..=0x200f | 0x202a..=0x202e | 0x2060..=0x2064 | 0xfe00..=0xfe0f => {
            0.0
        }
        0x1100..=0x11ff
        | 0x2e80..=0xd7ff
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0x1f000..=0x1ffff
        | 0x20000..=0x3ffff => 1.05,
        _ => 0.75,
    }
}

/// Breaks a text into lines of at most a width in px, at blanks where there are
/// any; at most `most` lines, the last of which then ends with `…`.
pub fn wrap(text: &str, weight: Weight, size: f64, most_width: f64, most: usize) -> Vec<String> {
    let fits = |line: &str| width(line, weight, size) <= most_width;
    let mut lines: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in text.split_whitespace() {
        for piece in pieces(word, &fits) {
            let longer = match line.is_empty() {
                true => piece.clone(),
                false => format!("{line} {piece}"),
            };
            if line.is_empty() || fits(&longer) {
                line = longer;
            } else {
                lines.push(std::mem::replace(&mut line, piece));
            }
        }
    }
    if !line.is_empty() {
        lines.push(line);
    }
    if lines.len() > most {
        lines.truncate(most);
        if let Some(last) = lines.last_mut() {
            while !last.is_empty() && !fits(&format!("{last}…")) {
                last.pop();
            }
            last.truncate(last.trim_end().len());
            last.push('…');
        }
    }
    lines
}

/// Breaks a text as `wrap` does, into lines that are about equally long.
pub fn balanced(
    text: &str,
    weight: Weight,
    size: f64,
    most_width: f64,
    most: usize,
) -> Vec<String> {
    let blank = width(" ", weight, size);
    let words: Vec<f64> = text
        .split_whitespace()
        .map(|word| width(word, weight, size))
        .collect();
    let longest = words.iter().copied().fold(0.0, f64::max);
    let least = count_lines(&words, blank, most_width);
    if least < 2 || least > most || longest > most_width {
        return wrap(text, weight, size, most_width, most);
    }
    let (mut narrow, mut wide) = (longest, most_width);
    for _ in 0..10 {
        let middle = (narrow + wide) / 2.0;
        match count_lines(&words, blank, middle) > least {
            true => narrow = middle,
            false => wide = middle,
        }
    }
    let lines = wrap(text, weight, size, wide + 0.01, most);
    match lines.len() > least {
        true => wrap(text, weight, size, most_width, most),
        false => lines,
    }
}

/// Returns how many lines words of those widths make.
fn count_lines(words: &[f64], blank: f64, most_width: f64) -> usize {
    let mut lines = 0;
    let mut line = f64::INFINITY;
    for word in words {
        if line + blank + word <= most_width {
            line += blank + word;
        } else {
            lines += 1;
            line = *word;
        }
    }
    lines
}

// A word that no line can hold is cut where it must be.
fn pieces(word: &str, fits: &impl Fn(&str) -> bool) -> Vec<String> {
    if fits(word) {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let last = pieces.last().map_or("", String::as_str);
        let longer = format!("{last}{letter}");
        match pieces.last_mut() {
            Some(last) if last.is_empty() || fits(&longer) => *last = longer,
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_fonts_can_be_read_and_give_the_widths_of_helvetica() {
        // Adobe's font metrics of Helvetica: A 667, i 222, space 278; bold A 722.
        for (letter, weight, units) in [
            ('A', Weight::Regular, 667.0),
            ('i', Weight::Regular, 222.0),
            (' ', Weight::Regular, 278.0),
            ('A', Weight::Bold, 722.0),
        ] {
            assert!(
                (advance(letter, weight) * 1000.0 - units).abs() < 1.0,
                "{letter}"
            );
        }
    }

    #[test]
    fn a_text_is_broken_at_blanks_and_long_words_anywhere() {
        let lines = |text| wrap(text, Weight::Regular, 10.0, 50.0, 3);
        assert_eq!(lines("one two three"), ["one two", "three"]);
        assert_eq!(lines(""), [""; 0]);
        assert_eq!(lines("a\n b"), ["a b"]);
        let long = lines("abcdefghijklmnopqrstuvwxyz abcdefghijklmnopqrstuvwxyz");
        assert_eq!(long.len(), 3);
        assert!(long[2].ends_with('…'), "{long:?}");
        assert!(
            long.iter()
                .all(|line| width(line, Weight::Regular, 10.0) <= 50.0)
        );
    }

    #[test]
    fn letters_of_other_scripts_have_a_width_and_marks_have_none() {
        assert!(width("東京", Weight::Regular, 10.0) >= 20.0);
        assert!(width("🎉", Weight::Regular, 10.0) >= 10.0);
        assert!(width("e\u{301}", Weight::Regular, 10.0) < width("ee", Weight::Regular, 10.0));
    }
}

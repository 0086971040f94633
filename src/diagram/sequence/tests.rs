use super::*;
use crate::diagram::layout::Rect;
use crate::diagram::scene::{
    Branch, Frame, Item, Line, Message, Participant, Picture, Shape, Tone,
};

/// Numbers that look random and are the same on every run (xorshift).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % sides.max(1)
    }

    fn text(&mut self) -> String {
        const TEXTS: &[&str] = &[
            "",
            "newest 50 entries",
            "p50 1 ms, p99 4 ms",
            "a line with \"quotes\", <b>brackets</b> & more",
            "two\nlines",
            "🎉 fête 東京 مرحبا بالعالم",
            "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle",
            "a sentence that somebody wrote without ever thinking of how wide a picture may become, \
             and then went on and on, since there was still some paper left to fill with words",
        ];
        TEXTS[self.roll(TEXTS.len())].to_owned()
    }

    fn message(&mut self, columns: usize) -> Item {
        let label = (0..self.roll(4)).map(|_| self.text()).collect();
        Item::Message(Message {
            id: "relation:a -> b".to_owned(),
            from: self.roll(columns),
            to: self.roll(columns),
            line: [Line::Solid, Line::Dashed][self.roll(2)],
            both: self.roll(5) == 0,
            label,
            sensitive: self.roll(3) == 0,
        })
    }

    fn items(&mut self, columns: usize, depth: usize) -> Vec<Item> {
        (0..self.roll(5))
            .map(|_| match depth > 0 && self.roll(3) == 0 {
                true => Item::Frame(self.frame(columns, depth - 1)),
                false => self.message(columns),
            })
            .collect()
    }

    fn frame(&mut self, columns: usize, depth: usize) -> Frame {
        let word = ["alt", "atomic", "loop", "opt", "par"][self.roll(5)];
        let branches = (0..1 + self.roll(3))
            .map(|_| Branch {
                title: self.text(),
                items: self.items(columns, depth),
            })
            .collect();
        Frame {
            word,
            caption: self.text(),
            branches,
        }
    }

    fn sequence(&mut self) -> Sequence {
        let columns = 1 + self.roll(8);
        Sequence {
            participants: (0..columns).map(|_| participant(&self.text())).collect(),
            items: self.items(columns, 4),
        }
    }
}

fn participant(title: &str) -> Participant {
    Participant {
        id: "component:a".to_owned(),
        kind: "service",
        shape: Shape::Box,
        tone: Tone::Compute,
        title: title.to_owned(),
        caption: "service".to_owned(),
    }
}

fn message(from: usize, to: usize, label: &str) -> Item {
    Item::Message(Message {
        id: format!("relation:{from} -> {to}"),
        from,
        to,
        line: Line::Solid,
        both: false,
        label: vec![label.to_owned()],
        sensitive: false,
    })
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    let wide = one.x < other.right() && other.x < one.right();
    let high = one.y < other.bottom() && other.y < one.bottom();
    wide && high && one.width > 0.0 && other.width > 0.0
}

fn within(inner: &Rect, outer: &Rect) -> bool {
    let wide = inner.x >= outer.x && inner.right() <= outer.right();
    wide && inner.y >= outer.y && inner.bottom() <= outer.bottom()
}

/// Says what is wrong with a placed sequence.
fn faults(placed: &Placed) -> Vec<String> {
    let mut faults = Vec::new();
    let mut words: Vec<(String, Rect)> = Vec::new();
    for head in &placed.heads {
        words.push(("head".to_owned(), head.rect));
        words.extend(head.foot.map(|foot| ("foot".to_owned(), foot)));
    }
    for message in &placed.messages {
        words.push((format!("label {:?}", message.says), message.label));
    }
    for frame in &placed.frames {
        words.push((format!("tab {}", frame.word), frame.tab));
        let sections = frame.sections.iter();
        words.extend(sections.map(|it| (format!("section {:?}", it.lines), it.label)));
    }
    let whole = Rect {
        x: 0.0,
        y: 0.0,
        width: placed.size.width,
        height: placed.size.height,
    };
    for (index, (name, rect)) in words.iter().enumerate() {
        if !within(rect, &whole) {
            faults.push(format!("{name} leaves the picture"));
        }
        let later = words[index + 1..].iter();
        let hit = later.filter(|(_, other)| overlap(rect, other));
        faults.extend(hit.map(|(other, _)| format!("{name} lies on {other}")));
    }
    faults.extend(message_faults(placed));
    faults.extend(frame_faults(placed, &whole));
    faults
}

/// Arrows must not go through words, and words stay between their lifelines.
fn message_faults(placed: &Placed) -> Vec<String> {
    let mut faults = Vec::new();
    let mut last = placed.lifeline.0;
    for message in &placed.messages {
        let name = &message.says;
        if message.y < last || message.y > placed.lifeline.1 {
            faults.push(format!("{name:?} is out of order"));
        }
        last = message.y;
        let (from, to) = (
            placed.heads[message.columns.0].x,
            placed.heads[message.columns.1].x,
        );
        let own = message.columns.0 == message.columns.1;
        let label = message.label;
        let beside = own && label.x >= from + place::LOOP.width;
        let between = !own && label.x > from.min(to) && label.right() < from.max(to);
        if !beside && !between {
            faults.push(format!("{name:?} does not stand at its arrow"));
        }
        let arrow = Rect {
            x: from.min(to),
            y: message.y - 4.5,
            width: (to - from).abs().max(1.0),
            height: 9.0,
        };
        let labels = placed.messages.iter().map(|it| it.label);
        let tabs = placed.frames.iter().map(|it| it.tab);
        let sections = placed.frames.iter().flat_map(|it| &it.sections);
        let words = labels.chain(tabs).chain(sections.map(|it| it.label));
        faults.extend(
            words
                .filter(|it| overlap(it, &arrow))
                .map(|_| format!("the arrow of {name:?} goes through words")),
        );
    }
    faults
}

/// Frames are nested or apart, and whatever is level with one and belongs to it lies in it.
fn frame_faults(placed: &Placed, whole: &Rect) -> Vec<String> {
    let mut faults = Vec::new();
    for (index, frame) in placed.frames.iter().enumerate() {
        if !within(&frame.rect, whole) {
            faults.push("a frame leaves the picture".to_owned());
        }
        let heads = placed.heads.iter();
        if heads.clone().any(|head| overlap(&head.rect, &frame.rect)) {
            faults.push("a frame lies on a head".to_owned());
        }
        for other in &placed.frames[index + 1..] {
            if overlap(&frame.rect, &other.rect) && !within(&other.rect, &frame.rect) {
                faults.push(format!("{} and {} cross", frame.word, other.word));
            }
        }
        for message in &placed.messages {
            let level = message.y > frame.rect.y && message.y < frame.rect.bottom();
            let ends = [message.columns.0, message.columns.1].map(|it| placed.heads[it].x);
            let inside = |x: &f64| *x > frame.rect.x && *x < frame.rect.right();
            let fits = ends.iter().all(inside) && within(&message.label, &frame.rect);
            if level && !fits {
                faults.push(format!("{:?} leaves its frame", message.says));
            }
        }
        for section in &frame.sections {
            if !within(&section.label, &frame.rect) {
                faults.push(format!("{:?} leave their frame", section.lines));
            }
        }
    }
    faults
}

#[test]
fn nothing_overlaps_in_any_sequence() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut drawn = 0;
    for round in 0..80 {
        let sequence = dice.sequence();
        let placed = place("A title", &sequence);
        assert_eq!(faults(&placed), [""; 0], "round {round}: {sequence:#?}");
        drawn += placed.messages.len();
    }
    assert!(drawn > 300, "{drawn}");
}

#[test]
fn the_oracle_sees_faults() {
    let sequence = Sequence {
        participants: vec![participant("a"), participant("b")],
        items: vec![message(0, 1, "one"), message(1, 0, "two")],
    };
    let placed = place("A title", &sequence);
    assert_eq!(faults(&placed), [""; 0]);
    let mut wrong = placed.clone();
    wrong.messages[1].label = wrong.messages[0].label;
    assert!(faults(&wrong).iter().any(|it| it.contains("lies on")));
    let mut wrong = placed.clone();
    wrong.size.width = 20.0;
    assert!(faults(&wrong).iter().any(|it| it.contains("leaves")));
    let mut wrong = placed;
    wrong.messages[1].y = wrong.messages[0].label.y + 5.0;
    assert!(faults(&wrong).iter().any(|it| it.contains("goes through")));
}

#[test]
fn extremes_look_sane() {
    let frame = |items| {
        Item::Frame(Frame {
            word: "opt",
            caption: "5 %".to_owned(),
            branches: vec![Branch {
                title: "on a miss".to_owned(),
                items,
            }],
        })
    };
    let deep = (0..20).fold(message(0, 1, "inside"), |inner, _| frame(vec![inner]));
    let many: Vec<Participant> = (0..60).map(|it| participant(&format!("no {it}"))).collect();
    let chain = (1..60).map(|it| message(it - 1, it, "on")).collect();
    let two = vec![participant("a"), participant("b")];
    let sequence = |participants: &[Participant], items| Sequence {
        participants: participants.to_vec(),
        items,
    };
    let cases = [
        sequence(&two, vec![deep]),
        sequence(&many, chain),
        sequence(&two[..1], Vec::new()),
        sequence(&two[..1], vec![frame(Vec::new()), message(0, 0, "again")]),
        sequence(&[], vec![frame(vec![message(0, 1, "to nobody")])]),
        sequence(
            &two,
            vec![message(0, 7, "to nobody"), message(1, 0, "back")],
        ),
    ];
    for (index, sequence) in cases.iter().enumerate() {
        assert_eq!(faults(&place("A title", sequence)), [""; 0], "case {index}");
    }
    let nested = place("A title", &cases[0]);
    assert_eq!(nested.frames.len(), 20);
    assert_eq!(nested.messages.len(), 1);
    assert_eq!(place("A title", &cases[5]).messages.len(), 1);
}

#[test]
fn heads_stand_at_the_bottom_of_tall_pictures_only() {
    let sequence = |messages: usize| Sequence {
        participants: vec![participant("a"), participant("b")],
        items: vec![message(0, 1, "one"); messages],
    };
    assert!(place("", &sequence(3)).heads[0].foot.is_none());
    assert!(place("", &sequence(30)).heads[0].foot.is_some());
}

#[test]
fn messages_and_participants_can_be_found_in_the_picture() {
    let sequence = Sequence {
        participants: vec![participant("<a>"), participant("b")],
        items: vec![message(0, 1, "one & two")],
    };
    let scene = Scene {
        name: "flow-A".to_owned(),
        title: "A".to_owned(),
        description: "An a.".to_owned(),
        picture: Picture::Sequence(sequence.clone()),
    };
    let text = svg(&scene, &sequence, Theme::Auto);
    assert!(text.contains(
        "<g class=\"message\" data-id=\"relation:0 -&gt; 1\"><title>one &amp; two</title>"
    ));
    assert!(text.contains(
        "<g class=\"participant\" data-id=\"component:a\"><title>&lt;a&gt;\nservice</title>"
    ));
    assert!(text.contains("prefers-color-scheme"));
    assert_eq!(text, svg(&scene, &sequence, Theme::Auto));
}

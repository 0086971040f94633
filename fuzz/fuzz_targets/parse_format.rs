//! Any bytes parse; what is formatted stays as it is when it is formatted again,
//! and says what it said.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpin::format::format;
use underpin::source::{FileId, SourceFile};
use underpin::syntax;

fuzz_target!(|bytes: &[u8]| {
    let file = SourceFile::from_bytes("a.arch", bytes.to_vec());
    let (tree, findings) = syntax::parse(FileId(0), &file);
    let once = SourceFile::new("a.arch", format(&tree, &file.text));
    let (again, findings_again) = syntax::parse(FileId(0), &once);
    assert_eq!(once.text, format(&again, &once.text), "not idempotent");
    if findings.is_empty() {
        assert!(findings_again.is_empty(), "broken by formatting: {findings_again:?}");
        assert_eq!(tree.items.len(), again.items.len(), "statements lost or made");
    }
});

//! `include/latchkey.h` is what this crate is to C: it is made from the source, and committed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, clippy::panic)]
#![allow(clippy::disallowed_methods, reason = "a test may ask its environment what to do")]

use std::path::Path;

use cbindgen::{Builder, Config, Language, Style};

fn header(folder: &Path) -> String {
    let mut config =
        Config { language: Language::C, style: Style::Both, cpp_compat: true, ..Config::default() };
    config.enumeration.prefix_with_name = true;
    config.documentation = true;
    // Numbers that functions take, so that no caller can pass what is none of them.
    config.export.include = ["LkChannel", "LkSend", "LkRenewal", "LkPhrase", "LkEvent", "LkQuestionKind"]
        .map(String::from)
        .to_vec();
    config.line_length = 110;
    let mut made = Vec::new();
    Builder::new()
        .with_config(config)
        .with_crate(folder)
        .with_include_guard("LATCHKEY_H")
        .with_header(include_str!("header/preamble.h").trim_end())
        .generate()
        .unwrap()
        .write(&mut made);
    let made = String::from_utf8(made).unwrap();
    // Rust's sections and links say nothing in C.
    let made = made
        .lines()
        .map(|line| line.replace("# Safety", "Safety:").replace(['[', ']'], ""))
        .collect::<Vec<_>>();
    made.join("\n") + "\n"
}

#[test]
fn the_header_is_as_the_source_says() {
    let folder = Path::new(".");
    let (file, wanted) = (folder.join("include/latchkey.h"), header(folder));
    if std::env::var_os("LATCHKEY_WRITE_HEADER").is_some() {
        std::fs::write(&file, &wanted).unwrap();
    }
    let there = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        there == wanted,
        "write it anew: LATCHKEY_WRITE_HEADER=1 cargo test -p latchkey-client-c --test header"
    );
}

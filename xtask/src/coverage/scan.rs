//! Finds citations in one file of tests, line by line. Rows in a comment belong to the test that comes
//! next, or, inside of a test's body, to that test.

use std::collections::VecDeque;

/// What the name of a row begins with.
pub const LETTERS: [&str; 10] = ["P", "PB", "C", "M", "MS", "K", "S", "RL", "R", "B"];

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    Rust,
    /// Rust in a folder of tests: every function there is one, or a part of a suite that a macro runs.
    RustSuite,
    Script,
    Python,
}

impl Language {
    pub fn of(file: &str) -> Option<Self> {
        if file.starts_with("xtask/") {
            return None;
        }
        match file.rsplit_once('.')?.1 {
            "rs" if file.contains("/tests/") => Some(Self::RustSuite),
            "rs" => Some(Self::Rust),
            "mjs" | "js" if file.starts_with("tests/") => Some(Self::Script),
            "py" if file.starts_with("tests/") => Some(Self::Python),
            _ => None,
        }
    }

    fn is_rust(self) -> bool {
        matches!(self, Self::Rust | Self::RustSuite)
    }

    fn comment(self, line: &str) -> Option<&str> {
        match self {
            Self::Rust | Self::RustSuite | Self::Script => line.strip_prefix("//"),
            Self::Python => line.strip_prefix('#').or_else(|| line.strip_prefix("\"\"\"")),
        }
    }

    /// The name of the test that begins on this line.
    fn test(self, line: &str, marked: bool) -> Option<&str> {
        match self {
            Self::Rust | Self::RustSuite if marked => {
                let (before, after) = line.split_once("fn ")?;
                let plain = before.is_empty() || before.ends_with(' ');
                plain.then(|| after.split(['(', '<']).next().unwrap_or(after).trim())
            }
            Self::Rust | Self::RustSuite => None,
            Self::Script => {
                let rest = ["test(", "it(", "inBrowser(", "await test(", "await t.test("]
                    .iter()
                    .find_map(|call| line.strip_prefix(call))?;
                let quote = rest.chars().next().filter(|quote| "'\"`".contains(*quote))?;
                rest.get(1..)?.split(quote).next()
            }
            Self::Python => {
                let name = line.strip_prefix("def ").or_else(|| line.strip_prefix("async def "))?;
                name.starts_with("test_").then(|| name.split('(').next().unwrap_or(name))
            }
        }
    }
}

/// Pairs of row and test.
pub fn citations(language: Language, text: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut waiting: VecDeque<String> = VecDeque::new();
    let mut current: Option<&str> = None;
    let mut marked = language != Language::Rust;
    for line in text.lines().map(str::trim) {
        if let Some(comment) = language.comment(line) {
            waiting.extend(rows(comment));
        } else if line.starts_with("#[") && language.is_rust() {
            marked |= is_test_mark(line);
        } else if let Some(name) = language.test(line, marked) {
            current = Some(name);
            marked = language != Language::Rust;
            found.extend(waiting.drain(..).map(|row| (row, name.to_owned())));
        } else if !line.is_empty() && !line.starts_with('@') {
            let owner = current.filter(|_| !begins_item(language, line));
            let rows = waiting.drain(..);
            if let Some(name) = owner {
                found.extend(rows.map(|row| (row, name.to_owned())));
            } else {
                drop(rows);
                current = None;
            }
        }
    }
    found
}

fn is_test_mark(line: &str) -> bool {
    line.starts_with("#[test]") || line.contains("::test]") || line.contains("::test(")
}

/// A line that cannot belong to the test before it.
fn begins_item(language: Language, line: &str) -> bool {
    language.is_rust()
        && ["fn ", "pub ", "async fn ", "impl ", "struct ", "mod ", "use ", "const "]
            .iter()
            .any(|word| line.starts_with(word))
}

/// The rows named in a comment, ranges such as `P-025…P-029` unrolled.
fn rows(comment: &str) -> Vec<String> {
    let mut rows: Vec<String> = Vec::new();
    let mut end_of_last = 0;
    for (at, _) in comment.match_indices('-') {
        let Some((start, letters, digits)) = row_at(comment, at) else { continue };
        let between = comment.get(end_of_last..start).unwrap_or_default().trim();
        let first: Option<u32> =
            rows.last().and_then(|last| last.strip_prefix(letters)?.strip_prefix('-')?.parse().ok());
        if let (Some(first), Ok(last), true) =
            (first, digits.parse::<u32>(), matches!(between, "…" | ".." | "..=" | "–" | "to"))
        {
            let width = digits.len();
            rows.extend((first + 1..last).map(|number| format!("{letters}-{number:0width$}")));
        }
        rows.push(format!("{letters}-{digits}"));
        end_of_last = at + 1 + digits.len();
    }
    rows
}

/// The row whose hyphen is at `at`: where it starts, its letters, its digits.
fn row_at(text: &str, at: usize) -> Option<(usize, &str, &str)> {
    let before = text.get(..at)?;
    let letters_at = before.rfind(|found: char| !found.is_ascii_uppercase()).map_or(0, |found| {
        found + before.get(found..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
    });
    let letters = before.get(letters_at..)?;
    let preceded = before.get(..letters_at)?.chars().next_back();
    let after = text.get(at + 1..)?;
    let length = after.find(|found: char| !found.is_ascii_digit()).unwrap_or(after.len());
    let digits = after.get(..length)?;
    let followed = after.get(length..)?.chars().next();
    let alone = !preceded.is_some_and(|found| found.is_alphanumeric() || found == '-' || found == '_')
        && !followed.is_some_and(|found| found.is_alphanumeric() || found == '-');
    (alone && LETTERS.contains(&letters) && (2..=3).contains(&length))
        .then_some((letters_at, letters, digits))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(language: Language, text: &str) -> Vec<String> {
        citations(language, text).into_iter().map(|(row, test)| format!("{row} {test}")).collect()
    }

    #[test]
    fn rows_above_and_inside_of_a_rust_test_are_its_rows() {
        let text =
            "/// P-054, RL-10\n#[tokio::test]\nasync fn third_try_kills() {\n    // M-04\n    go();\n}\n";
        let expected = ["P-054 third_try_kills", "RL-10 third_try_kills", "M-04 third_try_kills"];
        assert_eq!(pairs(Language::Rust, text), expected);
    }

    #[test]
    fn rows_above_shipped_code_prove_nothing() {
        let text = "/// Refused (P-054).\npub fn shipped() {}\n\n#[test]\nfn unrelated() {}\n";
        assert!(pairs(Language::Rust, text).is_empty());
    }

    #[test]
    fn scripts_and_python_cite_in_their_own_comments() {
        let script = "// P-070\ntest('signs in', async () => {\n  // P-127\n  await x();\n});\n";
        assert_eq!(pairs(Language::Script, script), ["P-070 signs in", "P-127 signs in"]);
        let python = "# P-070\n@mark\ndef test_signs_in(server):\n    \"\"\"P-127\"\"\"\n    go()\n";
        assert_eq!(pairs(Language::Python, python), ["P-070 test_signs_in", "P-127 test_signs_in"]);
    }

    #[test]
    fn ranges_are_unrolled() {
        assert_eq!(rows(" P-025…P-028 and RL-01"), ["P-025", "P-026", "P-027", "P-028", "RL-01"]);
        assert_eq!(rows(" P-025, P-028"), ["P-025", "P-028"]);
        assert_eq!(rows(" MS-001…MS-003"), ["MS-001", "MS-002", "MS-003"]);
    }

    #[test]
    fn what_is_left_out_of_the_management_api_and_what_it_should_have_are_rows_of_their_own() {
        let text = "/// K-001, MS-006, S-006\n#[test]\nfn refused() {}\n";
        assert_eq!(pairs(Language::Rust, text), ["K-001 refused", "MS-006 refused", "S-006 refused"]);
    }

    #[test]
    fn words_that_look_like_rows_are_not() {
        assert!(rows("RFC-2119 SHA-256 PS-256 P-2560 UTF-8 EP-123 x-P-12").is_empty());
    }
}

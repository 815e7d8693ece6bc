//! How long a file may be: 500 lines before its tests, 250 for an endpoint, 800 for a file of tests.

use anyhow::Result;

use crate::tree::Tree;

pub fn findings(tree: &Tree) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in tree.files()?.iter().filter(|file| file.ends_with(".rs")) {
        let lines = tree.text(file)?.map_or(0, |text| shipped_lines(&text));
        let limit = limit(file);
        if lines > limit {
            findings.push(format!("{file}: {lines} lines, at most {limit} (split it)"));
        }
    }
    Ok(findings)
}

fn limit(file: &str) -> usize {
    if file.contains("/tests/") || file.ends_with("/tests.rs") {
        800
    } else if file.starts_with("crates/http/src/routes/") {
        250
    } else {
        500
    }
}

/// Lines before the tests at the foot of the file.
fn shipped_lines(text: &str) -> usize {
    text.lines().take_while(|line| *line != "#[cfg(test)]").count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_at_the_foot_do_not_count() {
        assert_eq!(shipped_lines("one\ntwo\n#[cfg(test)]\nmod tests {}\n"), 2);
    }

    #[test]
    fn tests_may_be_longer_than_code_and_endpoints_shorter() {
        assert_eq!(limit("crates/core/tests/start.rs"), 800);
        assert_eq!(limit("crates/core/src/limit/tests.rs"), 800);
        assert_eq!(limit("crates/http/src/routes/oauth/token.rs"), 250);
        assert_eq!(limit("crates/core/src/limit.rs"), 500);
    }
}

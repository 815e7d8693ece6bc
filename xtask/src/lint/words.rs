//! Words that must not be committed: open work without an issue, the hosts of package registries
//! (lock files must work with any mirror), paths of the machine that a file was written on.

use anyhow::Result;

use crate::tree::Tree;

/// Written in halves, so that this file does not hold them.
const REGISTRY_HOSTS: [&str; 7] = [
    concat!("registry.npm", "js"),
    concat!("registry.yarn", "pkg"),
    concat!("py", "pi.org"),
    concat!("python", "hosted.org"),
    concat!("static.cra", "tes.io"),
    concat!("index.cra", "tes.io"),
    concat!("deb.deb", "ian.org"),
];
const MACHINE_PATHS: [&str; 3] = [concat!("/wo", "rk/"), concat!("/ro", "ot/"), concat!("/ho", "me/")];
const OPEN_WORK: [&str; 2] = [concat!("TO", "DO"), concat!("FIX", "ME")];

pub fn findings(tree: &Tree) -> Result<Vec<String>> {
    let mut findings = Vec::new();
    for file in tree.files()? {
        let Some(text) = tree.text(&file)? else { continue };
        for (number, line) in text.lines().enumerate() {
            if let Some(wrong) = wrong(&file, line) {
                findings.push(format!("{file}:{}: {wrong}", number + 1));
            }
        }
    }
    Ok(findings)
}

fn wrong(file: &str, line: &str) -> Option<&'static str> {
    if REGISTRY_HOSTS.iter().any(|host| line.contains(host)) {
        return Some("names the host of a package registry");
    }
    if MACHINE_PATHS.iter().any(|path| holds_path(line, path)) {
        return Some("names a path of one machine");
    }
    let is_code = [".rs", ".mjs", ".js", ".py", ".sql", ".css"].iter().any(|end| file.ends_with(end));
    if is_code && OPEN_WORK.iter().any(|word| is_open_work(line, word)) {
        return Some("open work without an issue: write it as (#number), or do it");
    }
    None
}

/// The path stands there as a path of its own, not in the middle of another or of a URL.
fn holds_path(line: &str, path: &str) -> bool {
    line.match_indices(path).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        !before.is_some_and(|before| before.is_alphanumeric() || "-_./}$~".contains(before))
    })
}

fn is_open_work(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let inside_of_a_word = |found: Option<char>| found.is_some_and(|next| next.is_alphanumeric());
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line.get(at + word.len()..).unwrap_or_default();
        !inside_of_a_word(before) && !inside_of_a_word(after.chars().next()) && !after.starts_with("(#")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn open_work_needs_an_issue() {
        let [word, _] = OPEN_WORK;
        assert!(wrong("a.rs", &format!("// {word}: later")).is_some());
        assert_eq!(wrong("a.rs", &format!("// {word}(#12): later")), None);
        assert_eq!(wrong("a.rs", &format!("const {word}LIST: u8 = 1;")), None);
        assert_eq!(wrong("a.md", &format!("{word} lists are for later")), None);
    }

    #[test]
    fn registry_hosts_are_found_in_any_file() {
        let [host, ..] = REGISTRY_HOSTS;
        assert!(wrong("package-lock.json", &format!("\"resolved\": \"https://{host}.org/x\"")).is_some());
    }

    #[test]
    fn paths_of_a_machine_are_found_but_not_parts_of_others() {
        let [path, ..] = MACHINE_PATHS;
        assert!(wrong("a.md", &format!("see {path}x")).is_some());
        assert_eq!(wrong("a.md", &format!("see docs{path}x")), None);
    }
}

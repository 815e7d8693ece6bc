//! An act that cannot be undone: whoever means it types a name, which the server compares
//! (`dashboard/danger.html`).

pub struct Danger {
    /// What its ids begin with; often the last segment of the path of its form.
    pub word: &'static str,
    /// The path of the form.
    pub action: String,
    /// What must be typed.
    pub name: String,
    pub typed: String,
    /// What was typed is not the name.
    pub failed: bool,
}

impl Danger {
    pub fn at(base: &str, word: &'static str, name: &str) -> Self {
        Self::sent_to(format!("{base}/{word}"), word, name)
    }

    /// Where several acts share a path.
    pub fn sent_to(action: String, word: &'static str, name: &str) -> Self {
        Self { word, action, name: name.to_owned(), typed: String::new(), failed: false }
    }

    /// Pages show one space where a name has several.
    pub fn is_confirmed(typed: &str, name: &str) -> bool {
        typed.split_whitespace().eq(name.split_whitespace())
    }

    pub fn fail(&mut self, typed: &str) {
        (self.typed, self.failed) = (typed.to_owned(), true);
    }
}

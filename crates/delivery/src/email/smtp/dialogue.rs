//! What is said between us and a mail server, for an operator who tries it. Logins are not in it, and the
//! content of the mail neither.

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

/// Nobody reads it unless it was [`Dialogue::kept`].
#[derive(Default)]
pub(super) struct Dialogue(Option<Vec<String>>);

impl Dialogue {
    pub fn kept() -> Self {
        Self(Some(Vec::new()))
    }

    pub fn lines(self) -> Vec<String> {
        self.0.unwrap_or_default()
    }

    pub fn note(&mut self, line: impl FnOnce() -> String) {
        if let Some(lines) = &mut self.0 {
            lines.push(line());
        }
    }

    /// What we say.
    pub fn ask(&mut self, line: impl FnOnce() -> String) {
        self.note(|| format!("> {}", line().trim()));
    }

    pub fn hear(&mut self, answer: &Result<Response, Error>) {
        let Some(lines) = &mut self.0 else { return };
        match answer {
            Ok(response) => {
                let code = response.code();
                lines.extend(response.message().map(|line| format!("< {code} {line}")));
            }
            Err(error) => lines.push(told_by(error)),
        }
    }

    pub fn fail(&mut self, error: &Error) {
        self.note(|| told_by(error));
    }
}

fn told_by(error: &Error) -> String {
    let mut causes = Vec::new();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        causes.push(inner.to_string());
        cause = inner.source();
    }
    let why = causes.last().cloned().unwrap_or_else(|| error.to_string());
    match error.status() {
        Some(code) => format!("< {code} {why}"),
        None => format!("! {why}"),
    }
}

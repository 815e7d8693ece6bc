//! The sign-in flow in a terminal: its view as lines, lines as its events.

use std::io::{BufRead, IsTerminal, Write};
use std::time::Duration;

use anyhow::{Result, bail};
use latchkey_client::{Channel, Client, Effect, Event, Screen, SignIn, SignedIn, View};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

/// A question at a time, on standard error; answers come line by line from standard input.
pub struct Terminal {
    client: Client,
    sign_in: SignIn,
    lines: mpsc::UnboundedReceiver<String>,
    calls: JoinSet<Option<Event>>,
    tick: Option<i64>,
    asked: Option<Asked>,
    have_code: bool,
    /// Somebody looks: countdowns move, and mistakes may be mended.
    live: bool,
}

/// What was said last, so that nothing is said twice.
#[derive(Clone, PartialEq, Eq)]
struct Asked {
    screen: Screen,
    error: Option<String>,
    notice: Option<String>,
}

impl Terminal {
    pub fn new(client: Client, sign_in: SignIn, have_code: bool) -> Self {
        Self {
            client,
            sign_in,
            lines: read_lines(),
            calls: JoinSet::new(),
            tick: None,
            asked: None,
            have_code,
            live: std::io::stdin().is_terminal() && std::io::stderr().is_terminal(),
        }
    }

    /// Until somebody is signed in, or gives up. `address` was given already.
    pub async fn talk(&mut self, address: Option<(Channel, String)>) -> Result<SignedIn> {
        let given = address.is_some();
        let mut events = address.map_or_else(Vec::new, |(channel, text)| self.identify(channel, text));
        loop {
            for event in std::mem::take(&mut events) {
                let effects = self.sign_in.handle(event, self.client.now());
                if let Some(signed_in) = self.do_all(effects) {
                    return Ok(signed_in);
                }
            }
            let view = self.sign_in.view(self.client.now());
            if given && !self.live && view.screen == Screen::Identify && view.error.is_some() {
                return self.give_up(&view);
            }
            self.say(&view);
            events = match self.next(&view).await {
                Some(next) => next,
                None => return self.give_up(&view),
            };
        }
    }

    /// `None` when nobody types any more.
    async fn next(&mut self, view: &View) -> Option<Vec<Event>> {
        if view.busy {
            let answered = self.calls.join_next().await?.ok().flatten();
            return answered.map(|event| vec![event]);
        }
        let wait = self.tick.map(|at| at.saturating_sub(self.client.now()).clamp(0, 1)).unwrap_or_default();
        let wait = Duration::from_secs(wait.unsigned_abs());
        tokio::select! {
            line = self.lines.recv() => line.map(|line| self.understand(view, line.trim())),
            () = tokio::time::sleep(wait), if self.tick.is_some() => {
                self.tick = None;
                Some(vec![Event::Tick])
            }
        }
    }

    fn understand(&mut self, view: &View, line: &str) -> Vec<Event> {
        // The question scrolled up with the line: it is asked again, even where nothing changed.
        self.asked = None;
        match view.screen {
            Screen::Identify => {
                let channel = if line.contains('@') { Channel::Email } else { Channel::Sms };
                self.identify(channel, line.to_owned())
            }
            Screen::Code => match line {
                "r" => vec![Event::Resend],
                "c" => {
                    // Who goes back wants to give another address, not to use the code of this one.
                    self.have_code = false;
                    vec![Event::Change]
                }
                "" => Vec::new(),
                code => vec![Event::Code(code.to_owned()), Event::Submit],
            },
            Screen::Done | Screen::Closed => Vec::new(),
        }
    }

    fn identify(&self, channel: Channel, text: String) -> Vec<Event> {
        let go = if self.have_code { Event::HaveCode } else { Event::Submit };
        vec![Event::Channel(channel), Event::Identifier(text), go]
    }

    fn do_all(&mut self, effects: Vec<Effect>) -> Option<SignedIn> {
        for effect in effects {
            match effect {
                Effect::Finished(signed_in) => return Some(*signed_in),
                Effect::Tick { at } => self.tick = Some(at),
                Effect::Cancel(_) => self.calls.abort_all(),
                Effect::Closed => {}
                call @ (Effect::Start { .. }
                | Effect::StartLink { .. }
                | Effect::SignIn { .. }
                | Effect::FinishLink { .. }) => {
                    let client = self.client.clone();
                    self.calls.spawn(async move { client.perform(call).await });
                }
            }
        }
        None
    }

    fn say(&mut self, view: &View) {
        let now = Asked { screen: view.screen, error: view.error.clone(), notice: view.notice.clone() };
        if view.busy {
            // Whatever comes next is worth saying, the same error included.
            self.asked = None;
            return;
        }
        if self.asked.as_ref() == Some(&now) {
            self.count(view);
            return;
        }
        let mut text = String::new();
        for line in view.error.iter().chain(&view.notice) {
            text.push_str(&format!("{line}\n"));
        }
        match view.screen {
            Screen::Identify => {
                let hint = view.field.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
                let other = view.switch.as_ref().map_or("", |_| " / ");
                text.push_str(&format!("{}{hint}{other}name@example.com: ", view.field.label));
            }
            Screen::Code => {
                let lead = view.lead.as_deref().unwrap_or_default();
                text.push_str(&format!("{lead}\n{}\n{}: ", choices(view), view.field.label));
            }
            Screen::Done | Screen::Closed => {}
        }
        eprint!("{text}");
        let _ = std::io::stderr().flush();
        self.asked = Some(now);
    }

    /// The line above the one where somebody types, which stays as it is.
    fn count(&self, view: &View) {
        if self.live && view.screen == Screen::Code {
            eprint!("\x1b7\x1b[1A\r\x1b[2K{}\x1b8", choices(view));
            let _ = std::io::stderr().flush();
        }
    }

    fn give_up(&self, view: &View) -> Result<SignedIn> {
        match (&view.error, self.sign_in.error(), view.screen) {
            (Some(text), Some(error), _) => Err(anyhow::Error::new(error.clone()).context(text.clone())),
            (_, _, Screen::Code) => bail!("not signed in: no code came on standard input"),
            _ => bail!("not signed in: no address came on standard input"),
        }
    }
}

/// What can be typed beside the code.
fn choices(view: &View) -> String {
    let resend = view.resend.as_ref().map(|resend| match resend.seconds {
        0 => format!("r = {}", resend.button.label),
        _ => resend.button.label.clone(),
    });
    let change = view.change.as_ref().map(|button| format!("c = {}", button.label));
    resend.into_iter().chain(change).collect::<Vec<_>>().join(", ")
}

/// Reads on a thread of its own: a read of a terminal cannot be given up.
fn read_lines() -> mpsc::UnboundedReceiver<String> {
    let (tell, told) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lock().lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    told
}

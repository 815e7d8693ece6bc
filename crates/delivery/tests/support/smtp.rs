//! A strict little mail server: it answers in step, keeps what it is told, and misbehaves on request.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use data_encoding::BASE64;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

pub const USER: &str = "mailer";
pub const PASSWORD: &str = "canary-smtp-pass-3b1f";

/// How the server speaks TLS.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tls {
    Never,
    Upgraded,
    AtOnce,
}

/// Where a script can step in. `Content` is after the final dot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum At {
    Greeting,
    Ehlo,
    Upgrade,
    Auth,
    Mail,
    Rcpt,
    Data,
    Content,
}

#[derive(Clone, Debug)]
pub enum Do {
    Say(String),
    /// Closes the connection.
    Cut,
    /// Says nothing.
    Hang,
}

/// A mail that was accepted.
#[derive(Clone, Debug)]
pub struct Kept {
    pub from: String,
    pub to: Vec<String>,
    /// As it came, dots unstuffed.
    pub data: Vec<u8>,
    pub secured: bool,
    pub user: Option<String>,
    /// Which connection it came by, counted from 1.
    pub connection: usize,
}

#[derive(Default)]
struct Shared {
    scripts: Mutex<HashMap<At, VecDeque<Do>>>,
    kept: Mutex<Vec<Kept>>,
    connections: Mutex<usize>,
    /// Every command line, and each breach of the protocol as `!…`.
    lines: Mutex<Vec<String>>,
}

pub struct MailServer {
    pub port: u16,
    pub pem: Vec<u8>,
    shared: Arc<Shared>,
}

impl MailServer {
    pub async fn start(tls: Tls) -> Self {
        let key = rcgen::generate_simple_self_signed([String::from("localhost")]).unwrap();
        let pem = key.cert.pem().into_bytes();
        let acceptor = super::acceptor(&key);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = Self { port: listener.local_addr().unwrap().port(), pem, shared: Arc::default() };
        let shared = server.shared.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = {
                    let mut connections = shared.connections.lock().unwrap();
                    *connections += 1;
                    *connections
                };
                tokio::spawn(serve(stream, tls, acceptor.clone(), shared.clone(), number));
            }
        });
        server
    }

    /// The next time that the server is there, it does this.
    pub fn script(&self, at: At, acts: impl IntoIterator<Item = Do>) {
        self.shared.scripts.lock().unwrap().entry(at).or_default().extend(acts);
    }

    pub fn kept(&self) -> Vec<Kept> {
        self.shared.kept.lock().unwrap().clone()
    }

    pub fn only(&self) -> Kept {
        let kept = self.kept();
        assert_eq!(kept.len(), 1, "{kept:?}");
        kept[0].clone()
    }

    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }

    pub fn lines(&self) -> Vec<String> {
        self.shared.lines.lock().unwrap().clone()
    }

    /// What the client did that RFC 5321 does not allow.
    pub fn breaches(&self) -> Vec<String> {
        self.lines().into_iter().filter(|line| line.starts_with('!')).collect()
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

struct Session {
    stream: Box<dyn Stream>,
    shared: Arc<Shared>,
    number: usize,
    secured: bool,
    user: Option<String>,
}

/// The connection is over.
struct Over;

async fn serve(stream: TcpStream, tls: Tls, acceptor: TlsAcceptor, shared: Arc<Shared>, number: usize) {
    let stream: Box<dyn Stream> = match tls {
        Tls::AtOnce => match acceptor.accept(stream).await {
            Ok(stream) => Box::new(stream),
            Err(_) => return,
        },
        _ => Box::new(stream),
    };
    let mut session = Session { stream, shared, number, secured: tls == Tls::AtOnce, user: None };
    let _ = session.run(tls, acceptor).await;
}

impl Session {
    async fn run(&mut self, tls: Tls, acceptor: TlsAcceptor) -> Result<(), Over> {
        self.answer(At::Greeting, "220 mail.test ESMTP").await?;
        let mut from: Option<String> = None;
        let mut to: Vec<String> = Vec::new();
        loop {
            let line = self.line().await?;
            let (verb, rest) = line.split_once(' ').unwrap_or((&line, ""));
            match verb {
                "EHLO" => {
                    let starttls =
                        if tls == Tls::Upgraded && !self.secured { "250-STARTTLS\r\n" } else { "" };
                    let hello = format!("250-mail.test\r\n{starttls}250-AUTH PLAIN LOGIN\r\n250 8BITMIME");
                    self.answer(At::Ehlo, &hello).await?;
                }
                "STARTTLS" => {
                    if !self.answer(At::Upgrade, "220 go ahead").await? {
                        continue;
                    }
                    let plain = std::mem::replace(&mut self.stream, Box::new(tokio::io::empty()));
                    self.stream = Box::new(acceptor.accept(plain).await.map_err(|_| Over)?);
                    self.secured = true;
                }
                "AUTH" => self.log_in(rest).await?,
                "MAIL" => {
                    if from.is_some() {
                        self.breach("a second MAIL");
                    }
                    let path = self.path(rest, "FROM:");
                    if self.answer(At::Mail, "250 2.1.0 OK").await? {
                        from = path;
                    }
                }
                "RCPT" => {
                    if from.is_none() {
                        self.breach("RCPT before MAIL");
                    }
                    let path = self.path(rest, "TO:");
                    if self.answer(At::Rcpt, "250 2.1.5 OK").await? {
                        to.extend(path);
                    }
                }
                "DATA" => {
                    if to.is_empty() {
                        self.breach("DATA before RCPT");
                    }
                    if !self.answer(At::Data, "354 go ahead").await? {
                        continue;
                    }
                    let data = self.content().await?;
                    let mail = Kept {
                        from: from.take().unwrap_or_default(),
                        to: std::mem::take(&mut to),
                        data,
                        secured: self.secured,
                        user: self.user.clone(),
                        connection: self.number,
                    };
                    self.shared.kept.lock().unwrap().push(mail);
                    self.answer(At::Content, "250 2.0.0 queued").await?;
                }
                "QUIT" => {
                    self.write("221 bye").await?;
                    return Err(Over);
                }
                _ => {
                    self.breach(&format!("unknown command {line:?}"));
                    self.write("500 what?").await?;
                }
            }
        }
    }

    async fn log_in(&mut self, rest: &str) -> Result<(), Over> {
        let decode = |text: &str| String::from_utf8(BASE64.decode(text.as_bytes()).unwrap()).unwrap();
        if let Some(plain) = rest.strip_prefix("PLAIN ") {
            let plain = decode(plain);
            if plain != format!("\0{USER}\0{PASSWORD}") {
                return self.write("535 5.7.8 wrong").await;
            }
        } else {
            self.write("334 VXNlcm5hbWU6").await?;
            let user = decode(&self.line().await?);
            self.write("334 UGFzc3dvcmQ6").await?;
            let password = decode(&self.line().await?);
            if (user.as_str(), password.as_str()) != (USER, PASSWORD) {
                return self.write("535 5.7.8 wrong").await;
            }
        }
        if self.answer(At::Auth, "235 2.7.0 welcome").await? {
            self.user = Some(USER.into());
        }
        Ok(())
    }

    /// The address in `FROM:<a@b> …`.
    fn path(&self, rest: &str, word: &str) -> Option<String> {
        let path = rest.strip_prefix(word).and_then(|rest| rest.strip_prefix('<'));
        let Some((path, _)) = path.and_then(|rest| rest.split_once('>')) else {
            self.breach(&format!("no path in {rest:?}"));
            return None;
        };
        Some(path.to_owned())
    }

    /// Says what the script has for this step, or else `usual`; whether that was good news.
    async fn answer(&mut self, at: At, usual: &str) -> Result<bool, Over> {
        let scripted = self.shared.scripts.lock().unwrap().get_mut(&at).and_then(VecDeque::pop_front);
        match scripted {
            None => self.write(usual).await.map(|()| true),
            Some(Do::Say(text)) => {
                self.write(&text).await?;
                Ok(text.starts_with(['2', '3']))
            }
            Some(Do::Cut) => Err(Over),
            Some(Do::Hang) => std::future::pending().await,
        }
    }

    async fn write(&mut self, text: &str) -> Result<(), Over> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await.map_err(|_| Over)?;
        self.stream.flush().await.map_err(|_| Over)
    }

    /// One command. A client that speaks before it was answered would have its next one in here too.
    async fn line(&mut self) -> Result<String, Over> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\n") {
            let mut byte = [0];
            match self.stream.read(&mut byte).await {
                Ok(1) => bytes.push(byte[0]),
                _ => return Err(Over),
            }
        }
        if !bytes.ends_with(b"\r\n") || bytes.len() > 512 {
            self.breach("a command with a bare line feed, or too long");
        }
        let line = String::from_utf8_lossy(&bytes).trim_end().to_owned();
        self.shared.lines.lock().unwrap().push(line.clone());
        Ok(line)
    }

    /// To `CR LF . CR LF` and not one byte further: what follows would be the next command.
    async fn content(&mut self) -> Result<Vec<u8>, Over> {
        let mut data = Vec::new();
        let mut line = Vec::new();
        loop {
            let mut byte = [0];
            match self.stream.read(&mut byte).await {
                Ok(1) => line.push(byte[0]),
                _ => return Err(Over),
            }
            if !line.ends_with(b"\r\n") {
                continue;
            }
            let inner = &line[..line.len() - 2];
            if inner.contains(&b'\n') || inner.contains(&b'\r') {
                self.breach("a bare line feed or carriage return");
            }
            if inner.len() > 998 {
                self.breach("a line that is too long");
            }
            if line == b".\r\n" {
                return Ok(data);
            }
            data.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
            line.clear();
        }
    }

    fn breach(&self, what: &str) {
        self.shared.lines.lock().unwrap().push(format!("!{what}"));
    }
}

//! Debian's mail server, Exim, without any privilege: its configuration, spool, certificates and mails
//! are in a folder of its own, and each of its ports is another kind of server.

use std::fs::File;
use std::os::unix::fs::{MetadataExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use tempfile::TempDir;

use super::free_port;

const PROGRAM: &str = "/usr/sbin/exim4";
pub const USER: &str = "mailer";
pub const PASSWORD: &str = "canary-smtp-pass, \"söhne\"";
/// Who has no mailbox.
pub const NOBODY: &str = "nobody@example.com";
/// Seconds for which a server that greylists puts mails off.
pub const GREY: u32 = 60;
/// How often an effect is looked for: half a minute, and more on a busy machine.
const LOOKS: u32 = 1500;

pub struct Exim {
    server: Child,
    folder: TempDir,
    pub ports: Ports,
}

/// All of them ask for a login before they take a mail.
pub struct Ports {
    /// `STARTTLS`, then PLAIN or LOGIN.
    pub usual: u16,
    /// TLS from the first byte.
    pub tls: u16,
    /// As `usual`, with LOGIN only.
    pub login: u16,
    /// No `STARTTLS`.
    pub bare: u16,
    /// As `usual`, with a certificate that nobody vouches for.
    pub stranger: u16,
    /// As `usual`, greylisting by the clock in [`Exim::clock_file`].
    pub grey: u16,
}

impl Exim {
    /// `settings` are further lines of the main configuration.
    pub fn start(settings: &str) -> Self {
        assert!(Path::new(PROGRAM).exists(), "{PROGRAM} is missing; cargo xtask test installs it");
        let folder = tempfile::Builder::new().prefix("latchkey-exim-").tempdir().unwrap();
        let ports = Ports {
            usual: free_port(),
            tls: free_port(),
            login: free_port(),
            bare: free_port(),
            stranger: free_port(),
            grey: free_port(),
        };
        let owner = Owner::of(folder.path());
        write_certificates(folder.path());
        let configuration = configuration(folder.path(), &ports, &owner, settings);
        std::fs::write(folder.path().join("exim.conf"), configuration).unwrap();
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            owner.take(&entry.unwrap().path());
        }
        owner.take(folder.path());
        let server = owner
            .command(PROGRAM)
            .args(["-bdf", "-C"])
            .arg(folder.path().join("exim.conf"))
            .stdout(Stdio::null())
            .stderr(File::create(folder.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let exim = Self { server, folder, ports };
        exim.be_ahead(0);
        exim.wait_for_log("daemon started");
        exim
    }

    /// The authority to trust.
    pub fn ca_file(&self) -> PathBuf {
        self.folder.path().join("ca.pem")
    }

    /// Holds the seconds by which the clock is ahead.
    pub fn clock_file(&self) -> PathBuf {
        self.folder.path().join("clock")
    }

    /// Sets the clock, for whoever reads the file.
    pub fn be_ahead(&self, seconds: u32) {
        let next = self.folder.path().join("clock.next");
        std::fs::write(&next, seconds.to_string()).unwrap();
        std::fs::rename(next, self.clock_file()).unwrap();
    }

    pub fn log(&self) -> String {
        String::from_utf8_lossy(&std::fs::read(self.folder.path().join("log")).unwrap()).into_owned()
    }

    /// Waits until the log holds the text; the log.
    pub fn wait_for_log(&self, text: &str) -> String {
        wait(|| Some(self.log()).filter(|log| log.contains(text))).unwrap_or_else(|| {
            panic!("no {text:?} in the log of Exim: {}", self.log());
        })
    }

    /// Every mail in the mailbox, in the order they came.
    pub fn mails(&self) -> Vec<Vec<u8>> {
        let new = std::fs::read_dir(self.folder.path().join("mail/new"));
        let mut files: Vec<PathBuf> = new.into_iter().flatten().map(|entry| entry.unwrap().path()).collect();
        files.sort_by_key(|file| file.metadata().unwrap().modified().unwrap());
        files.iter().map(|file| std::fs::read(file).unwrap()).collect()
    }

    /// Waits until there are so many mails; the last one.
    pub fn wait_for_mails(&self, count: usize) -> Vec<u8> {
        let there = wait(|| Some(self.mails()).filter(|mails| mails.len() >= count));
        let mut mails = there.unwrap_or_else(|| panic!("no mail {count}: {}", self.log()));
        assert_eq!(mails.len(), count, "{}", self.log());
        mails.pop().unwrap()
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// Polls until there is something; `None` when patience ends.
pub fn wait<T>(mut look: impl FnMut() -> Option<T>) -> Option<T> {
    for _ in 0..LOOKS {
        let found = look();
        if found.is_some() {
            return found;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    None
}

/// Whom the server runs as. It does not deliver as root.
struct Owner {
    uid: u32,
    gid: u32,
    dropped: bool,
}

impl Owner {
    /// Whoever owns the folder, or nobody where that is root.
    fn of(folder: &Path) -> Self {
        let meta = folder.metadata().unwrap();
        match (meta.uid(), meta.gid()) {
            (0, _) => Self { uid: 65534, gid: 65534, dropped: true },
            (uid, gid) => Self { uid, gid, dropped: false },
        }
    }

    fn take(&self, path: &Path) {
        if self.dropped {
            chown(path, Some(self.uid), Some(self.gid)).unwrap();
        }
    }

    /// The program as the owner, without what its setuid bit would add; it ends with us.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("setpriv");
        if self.dropped {
            command.args([format!("--reuid={}", self.uid), format!("--regid={}", self.gid)]);
            command.arg("--clear-groups");
        }
        command.args(["--no-new-privs", "--pdeathsig", "TERM", program]).stdin(Stdio::null());
        command
    }
}

/// `ca.pem`, what it vouches for, and a certificate that nobody does.
fn write_certificates(folder: &Path) {
    let mut authority = CertificateParams::default();
    authority.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    let authority_key = KeyPair::generate().unwrap();
    let ca = authority.self_signed(&authority_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = || CertificateParams::new([String::from("localhost")]).unwrap();
    let cert = names().signed_by(&key, &Issuer::from_params(&authority, &authority_key)).unwrap();
    let stranger = names().self_signed(&key).unwrap();
    for (name, pem) in [
        ("ca.pem", ca.pem()),
        ("cert.pem", cert.pem()),
        ("stranger.pem", stranger.pem()),
        ("key.pem", key.serialize_pem()),
    ] {
        std::fs::write(folder.join(name), pem).unwrap();
    }
}

fn configuration(folder: &Path, ports: &Ports, owner: &Owner, settings: &str) -> String {
    let folder = folder.display();
    let (uid, gid) = (owner.uid, owner.gid);
    let Ports { usual, tls, login, bare, stranger, grey } = ports;
    format!(
        r#"
primary_hostname = mail.test
exim_user = {uid}
exim_group = {gid}
never_users =
keep_environment =
local_interfaces = 127.0.0.1
daemon_smtp_ports = {usual} : {tls} : {login} : {bare} : {stranger} : {grey}
daemon_startup_retries = 0
tls_on_connect_ports = {tls}
tls_advertise_hosts = ${{if eq{{$received_port}}{{{bare}}}{{}}{{*}}}}
tls_certificate = {folder}/${{if eq{{$received_port}}{{{stranger}}}{{stranger}}{{cert}}}}.pem
tls_privatekey = {folder}/key.pem
spool_directory = {folder}
pid_file_path = {folder}/pid
log_selector = +tls_cipher +received_recipients +smtp_protocol_error +smtp_syntax_error
acl_smtp_rcpt = rcpt
acl_smtp_data = data
{settings}

begin acl

rcpt:
  deny
    !authenticated = *
    message = 5.7.1 Log in first
  deny
    condition = ${{if eq{{$local_part@$domain}}{{{NOBODY}}}}}
    message = 5.1.1 There is nobody of that name
  defer
    condition = ${{if eq{{$received_port}}{{{grey}}}}}
    condition = ${{if <{{${{readfile{{{folder}/clock}}}}}}{{{GREY}}}}}
    message = 4.7.1 Greylisted
  accept

data:
  deny
    condition = ${{if >{{$max_received_linelength}}{{998}}}}
    message = 5.6.0 A line is longer than mail has them
  accept

begin routers

all:
  driver = accept
  transport = mailbox

begin transports

mailbox:
  driver = appendfile
  directory = {folder}/mail
  maildir_format
  create_directory
  return_path_add
  envelope_to_add
  user = {uid}
  group = {gid}

begin authenticators

plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = ${{if and{{ {{eq{{$auth2}}{{{USER}}}}} {{eq{{$auth3}}{{{PASSWORD}}}}} }}}}
  server_set_id = $auth2
  server_advertise_condition = ${{if eq{{$received_port}}{{{login}}}{{no}}{{yes}}}}

login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if and{{ {{eq{{$auth1}}{{{USER}}}}} {{eq{{$auth2}}{{{PASSWORD}}}}} }}}}
  server_set_id = $auth1
"#
    )
}

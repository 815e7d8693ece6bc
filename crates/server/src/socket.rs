//! The UNIX socket by which commands of this machine reach a running server.
//!
//! Invariant: whoever gets through it is an owner, so nobody does but the user who runs the server, and the
//! superuser: the file is made where only they can look, with mode 0600, and who connects is asked of the system.

use std::fs::DirBuilder;
use std::os::unix::fs::{DirBuilderExt, FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use latchkey_http::Console;
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{mpsc, watch};

use crate::listen::{Face, speak};

pub struct Socket {
    listener: UnixListener,
    path: PathBuf,
    owner: u32,
}

impl Socket {
    /// Takes the place of one that nobody listens at any more.
    pub async fn open(path: &Path) -> Result<Self> {
        clear(path).await?;
        let cannot = || format!("cannot make the socket {}", path.display());
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let name = format!(".sock-{}", std::process::id());
        let private = folder.unwrap_or(Path::new(".")).join(name);
        // Made in a folder of its own, and moved to its place once nobody else can open it.
        let _ = std::fs::remove_dir_all(&private);
        DirBuilder::new().mode(0o700).create(&private).with_context(cannot)?;
        let made = bind(&private.join("s"), path);
        let _ = std::fs::remove_dir_all(&private);
        let (listener, owner) = made.with_context(cannot)?;
        Ok(Self { listener, path: path.to_owned(), owner })
    }

    /// Serves until `stop`. Connections hold a clone of `alive`.
    pub async fn serve(
        self,
        console: Arc<Console>,
        mut stop: watch::Receiver<bool>,
        alive: mpsc::Sender<()>,
    ) {
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                _ = stop.changed() => break,
            };
            match accepted {
                Ok((stream, _)) => {
                    let Some(user) = self.admitted(&stream) else { continue };
                    let face = Face::Console { console: Arc::clone(&console), user: user.into() };
                    let (stop, alive) = (stop.clone(), alive.clone());
                    tokio::spawn(async move {
                        speak(stream, face, stop).await;
                        drop(alive);
                    });
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection to the socket could not be accepted");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
        // Before the server counts as stopped.
        drop(self);
        drop(alive);
    }

    /// Who connected, where they may.
    fn admitted(&self, stream: &UnixStream) -> Option<String> {
        let id = stream.peer_cred().ok()?.uid();
        if id != self.owner && id != 0 {
            tracing::warn!(uid = id, "another user of this machine tried the socket");
            return None;
        }
        Some(user_name(id))
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

fn bind(at: &Path, path: &Path) -> Result<(UnixListener, u32)> {
    let listener = UnixListener::bind(at)?;
    std::fs::set_permissions(at, PermissionsExt::from_mode(0o600))?;
    let owner = std::fs::metadata(at)?.uid();
    std::fs::rename(at, path)?;
    Ok((listener, owner))
}

/// What a server left behind that was killed. Nothing else is deleted.
async fn clear(path: &Path) -> Result<()> {
    let Ok(found) = std::fs::symlink_metadata(path) else { return Ok(()) };
    if !found.file_type().is_socket() {
        bail!("{} is there already, and is no socket", path.display());
    }
    if UnixStream::connect(path).await.is_ok() {
        bail!("another Latchkey listens at {}: name another one in [server] socket", path.display());
    }
    std::fs::remove_file(path).with_context(|| format!("cannot delete {}", path.display()))
}

/// Whether who listens there is somebody to tell secrets to: this user, or the superuser; and the superuser tells
/// them to the server of any user.
pub fn is_trusted(stream: &UnixStream) -> bool {
    let (Ok(peer), Some(own)) = (stream.peer_cred(), own_id()) else { return false };
    peer.uid() == own || peer.uid() == 0 || own == 0
}

/// The user who runs this process.
pub fn this_user() -> String {
    own_id().map_or_else(|| String::from("unknown"), user_name)
}

fn own_id() -> Option<u32> {
    let (one, _other) = UnixStream::pair().ok()?;
    Some(one.peer_cred().ok()?.uid())
}

/// As the machine names them; their number where it does not.
fn user_name(id: u32) -> String {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let named = users.lines().find_map(|line| {
        let mut parts = line.split(':');
        let name = parts.next()?;
        (parts.nth(1)? == id.to_string()).then(|| name.to_owned())
    });
    named.unwrap_or_else(|| format!("uid {id}"))
}

//! Storage in a file that only its owner reads.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use zeroize::Zeroizing;

use super::{Storage, StorageError, from_bytes, to_bytes};
use crate::host::off_thread;
use crate::tokens::Tokens;
use crate::transport::BoxFuture;

/// Most bytes of a file that is read.
const MAX_FILE: u64 = 1024 * 1024;

/// Keeps the tokens in a file, as JSON: mode 0600, replaced whole, so that a crash leaves the old or the new one.
/// For programs of people who trust their own machine; a phone has its keychain.
#[derive(Clone, Debug)]
pub struct FileStorage(PathBuf);

impl FileStorage {
    /// The folder must be there.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Path) -> Result<T, StorageError> + Send + 'static,
    ) -> Result<T, StorageError> {
        let path = self.0.clone();
        let done = off_thread(move || work(&path)).await;
        done.unwrap_or_else(|| Err(StorageError::Failed(String::from("no thread to do it on"))))
    }
}

impl Storage for FileStorage {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, StorageError>> {
        Box::pin(self.work(load))
    }

    fn save(&self, tokens: Tokens) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(self.work(move |path| replace(path, &Zeroizing::new(to_bytes(&tokens)?))))
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), StorageError>> {
        Box::pin(self.work(|path| match std::fs::remove_file(path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed("delete", path, &error)),
            _ => Ok(()),
        }))
    }
}

fn load(path: &Path) -> Result<Option<Tokens>, StorageError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("open", path, &error)),
    };
    let mut bytes = Zeroizing::new(Vec::new());
    file.take(MAX_FILE).read_to_end(&mut bytes).map_err(|error| failed("read", path, &error))?;
    from_bytes(&bytes).map(Some)
}

/// Of the writes of this process.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// Writes beside the file, then puts that in its place. What another process or thread writes at the same time
/// has a name of its own: the last one stays, whole.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), StorageError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    let write_number = WRITES.fetch_add(1, Ordering::Relaxed);
    name.push(format!(".{}.{write_number}.new", std::process::id()));
    let fresh = path.with_file_name(name);
    // Left behind by a process of that number that was ended.
    let _ = std::fs::remove_file(&fresh);
    let written = write(&fresh, bytes).and_then(|()| std::fs::rename(&fresh, path));
    written.map_err(|error| {
        let _ = std::fs::remove_file(&fresh);
        failed("write", path, &error)
    })?;
    sync_folder(path);
    Ok(())
}

fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

/// The new name is on the disk, too, where the system can say so.
fn sync_folder(path: &Path) {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

fn failed(what: &str, path: &Path, error: &std::io::Error) -> StorageError {
    StorageError::Failed(format!("cannot {what} {}: {error}", path.display()))
}

//! `[server]`: where it listens and what it is called.

use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Server {
    /// Address and port to listen on.
    pub listen: String,
    /// The public URL, with which every token's issuer begins. Empty: `http://` and the address that it listens on.
    pub public_url: String,
    /// Certificate chain (PEM file). With it the listener speaks TLS.
    pub tls_cert: Option<String>,
    /// Private key of the certificate (PEM file).
    pub tls_key: Option<String>,
    /// Networks of reverse proxies whose `X-Forwarded-For` is believed, such as `["10.0.0.0/8"]`.
    pub trusted_proxies: Vec<String>,
    /// The UNIX socket for commands on this machine, which its owner alone may open. Unless set: `latchkey.sock` beside the SQLite file or the master key file. Empty: none.
    pub socket: Option<String>,
    /// The tenant's name, in messages and in `/client/{id}.js`.
    pub tenant: String,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: String::from("127.0.0.1:3000"),
            public_url: String::new(),
            tls_cert: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            socket: None,
            tenant: String::from("latchkey"),
        }
    }
}

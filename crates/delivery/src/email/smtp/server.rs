//! The mail server: where it is, how it is reached, and that it is the right one.
//!
//! Invariant: a login or a mail leaves only over TLS with a certificate that was verified, or to a
//! network that the operator listed (S-134, S-143). A server that does not offer `STARTTLS` any more
//! is not spoken to in the clear.

use std::net::SocketAddr;
use std::time::Duration;

use latchkey_core::sender::BadOption;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use tokio::net::TcpStream;
use tokio::time::timeout;
use url::{Host, Url};

use super::by_line::ByLine;
use super::dialogue::Dialogue;
use super::outcome::{Cause, Failed, Step};
use crate::Delivery;
use crate::guard::{Guard, SystemLookup, Unresolved};
use crate::options::Options;

pub(super) struct Server {
    guard: Guard,
    host: Host,
    port: u16,
    security: Security,
    credentials: Option<Credentials>,
    own_name: ClientId,
    connect_timeout: Duration,
}

enum Security {
    StartTls(TlsParameters),
    Tls(TlsParameters),
    /// Listed networks only.
    None,
}

impl Server {
    pub fn build(delivery: &Delivery, options: &Options<'_>) -> Result<Self, BadOption> {
        let settings = &delivery.settings;
        let security = options.text("smtp_security")?.unwrap_or("starttls");
        let networks = settings.allow_private_targets.clone();
        let guard = match security {
            "none" => Guard::listed_only(networks),
            _ => Guard::new(networks),
        };
        let name = options.required("smtp_host")?;
        let host = guard.check_host(name).map_err(|e| options.bad("smtp_host", e.to_string()))?;
        let (security, usual_port) = match security {
            "starttls" => (Security::StartTls(tls(delivery, options, &host)?), 587),
            "tls" => (Security::Tls(tls(delivery, options, &host)?), 465),
            "none" if settings.allow_private_targets.is_empty() => {
                return Err(options.bad("smtp_security", "none needs a network in allow_private_targets"));
            }
            "none" => (Security::None, 587),
            _ => return Err(options.bad("smtp_security", "must be starttls, tls or none")),
        };
        let port = options.number("smtp_port")?.unwrap_or(usual_port);
        // Low ports belong to other protocols.
        if port < 1024 && !matches!(port, 25 | 465 | 587) {
            return Err(options.bad("smtp_port", "is not a port of mail servers"));
        }
        let credentials = match options.text("smtp_user")? {
            Some(user) => Some(Credentials::new(user.to_owned(), options.required("smtp_pass")?.to_owned())),
            None => None,
        };
        let own_name = own_name(settings.issuer.as_deref());
        let connect_timeout = settings.connect_timeout;
        Ok(Self { guard, host, port, security, credentials, own_name, connect_timeout })
    }

    /// What we greet with: the host of the issuer.
    pub fn own_name(&self) -> String {
        self.own_name.to_string()
    }

    /// A connection that is logged in.
    pub async fn connect(&self, dialogue: &mut Dialogue) -> Result<AsyncSmtpConnection, Failed> {
        let addresses = self.addresses().await?;
        dialogue.note(|| format!("Connecting to {}, port {}", self.host, self.port));
        let connected = match &self.security {
            Security::Tls(tls) => {
                let (patience, tls) = (Some(self.connect_timeout), Some(tls.clone()));
                AsyncSmtpConnection::connect_tokio1(&*addresses, patience, &self.own_name, tls, None).await
            }
            Security::StartTls(_) | Security::None => {
                let stream = Box::new(ByLine::new(self.open(&addresses).await?));
                AsyncSmtpConnection::connect_with_transport(stream, &self.own_name).await
            }
        };
        let mut connection = connected.map_err(|error| of_connect(&error, dialogue))?;
        dialogue.ask(|| format!("EHLO {}", self.own_name));
        dialogue.note(|| format!("< {}", connection.server_info()));
        if let Security::StartTls(tls) = &self.security {
            dialogue.ask(|| String::from("STARTTLS"));
            let upgraded = connection.starttls(tls.clone(), &self.own_name).await;
            upgraded.map_err(|error| of_connect(&error, dialogue))?;
            dialogue.note(|| format!("< {}", connection.server_info()));
        }
        if let Some(credentials) = &self.credentials {
            dialogue.ask(|| String::from("AUTH …"));
            let answer = connection.auth(DEFAULT_MECHANISMS, credentials).await;
            dialogue.hear(&answer);
            super::refused(Step::LogIn, answer, 235..=235)?;
        }
        Ok(connection)
    }

    async fn addresses(&self) -> Result<Vec<SocketAddr>, Failed> {
        let resolved = self.guard.resolve(self.host.clone(), &SystemLookup).await;
        let addresses = resolved.map_err(|why| {
            let cause = match why {
                Unresolved::Denied(_) => Cause::Denied,
                Unresolved::Failed(_) => Cause::Broken,
            };
            Failed::new(Step::Connect, cause)
        })?;
        Ok(addresses.into_iter().map(|ip| SocketAddr::new(ip, self.port)).collect())
    }

    async fn open(&self, addresses: &[SocketAddr]) -> Result<TcpStream, Failed> {
        let mut cause = Cause::Broken;
        for address in addresses {
            match timeout(self.connect_timeout, TcpStream::connect(address)).await {
                Ok(Ok(stream)) => return Ok(stream),
                Ok(Err(_)) => cause = Cause::Broken,
                Err(_) => cause = Cause::TimedOut,
            }
        }
        Err(Failed::new(Step::Connect, cause))
    }
}

fn of_connect(error: &Error, dialogue: &mut Dialogue) -> Failed {
    dialogue.fail(error);
    Failed::of(Step::Connect, error)
}

fn tls(delivery: &Delivery, options: &Options<'_>, host: &Host) -> Result<TlsParameters, BadOption> {
    // Also installs the provider of the arithmetic.
    delivery.outbound().map_err(|e| options.bad("provider", e.to_string()))?;
    let name = match host {
        Host::Domain(name) => name.clone(),
        Host::Ipv4(ip) => ip.to_string(),
        Host::Ipv6(ip) => ip.to_string(),
    };
    let mut builder = TlsParameters::builder(name);
    let unusable = |_| options.bad("provider", "the trusted root certificates cannot be used");
    if let Some(pem) = &delivery.settings.extra_roots_pem {
        builder = builder.add_root_certificate(Certificate::from_pem(pem).map_err(unusable)?);
    }
    builder.build_rustls().map_err(unusable)
}

fn own_name(issuer: Option<&str>) -> ClientId {
    let url = issuer.and_then(|issuer| Url::parse(issuer).ok());
    match url.as_ref().and_then(Url::host) {
        Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
        Some(Host::Ipv4(ip)) => ClientId::Ipv4(ip),
        Some(Host::Ipv6(ip)) => ClientId::Ipv6(ip),
        None => ClientId::Domain(String::from("localhost")),
    }
}

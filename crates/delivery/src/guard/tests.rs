use std::sync::atomic::{AtomicUsize, Ordering};

use reqwest::dns::Resolve;

use super::resolver::Lookup;
use super::*;

fn public_only() -> Guard {
    Guard::new(Vec::new())
}

/// S-134
#[test]
fn urls_that_do_not_lead_to_the_public_internet_are_refused() {
    for url in [
        "http://sms.example.com/send",
        "file:///etc/passwd",
        "gopher://sms.example.com/",
        "ftp://sms.example.com/",
        "//sms.example.com/",
        "sms.example.com",
        "",
        "https://user@sms.example.com/",
        "https://user:password@sms.example.com/",
        "https://sms.example.com@127.0.0.1/",
        "https://sms.example.com:22/",
        "https://sms.example.com:25/",
        "https://localhost/",
        "https://localhost./",
        "https://LOCALHOST/",
        "https://gateway.localhost/",
        "https://printer.local/",
        "https://intranet/",
        "https://metadata.google.internal/computeMetadata/v1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://017700000001/",
        "https://0/",
        "https://0.0.0.0/",
        "https://10.0.0.1/",
        "https://100.64.0.1/",
        "https://100.100.100.200/",
        "https://168.63.129.16/",
        "https://169.254.169.254/latest/meta-data/",
        "https://172.16.0.1/",
        "https://172.31.255.255/",
        "https://192.0.0.192/",
        "https://192.168.1.1/",
        "https://198.18.0.1/",
        "https://224.0.0.1/",
        "https://255.255.255.255/",
        "https://１２７.0.0.1/",
        "https://[::]/",
        "https://[::1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::a00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[2001:0:7f00:1::]/",
        "https://[2606:4700::5efe:10.0.0.1]/",
        "https://[2001:db8::1]/",
        "https://[fc00::1]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1]/",
        "https://[fec0::1]/",
        "https://[ff02::1]/",
        "https://[100::1]/",
    ] {
        assert!(public_only().check_url(url).is_err(), "{url}");
    }
    assert!(public_only().check_url(&format!("https://sms.example.com/{}", "a".repeat(255))).is_err());
}

/// S-134
#[test]
fn public_https_urls_are_accepted() {
    for url in [
        "https://sms.example.com/send",
        "https://sms.example.com:443/",
        "https://sms.example.com:8443/x?y=z",
        "https://8.8.8.8/",
        "https://172.32.0.1/",
        "https://[2606:4700::1111]/",
    ] {
        assert!(public_only().check_url(url).is_ok(), "{url}");
    }
}

/// S-134
#[test]
fn listed_networks_may_be_called_and_only_they_over_http() {
    let guard = Guard::new(vec!["10.1.0.0/16".parse().unwrap()]);
    for url in ["https://10.1.2.3/", "http://10.1.2.3/", "https://[::ffff:10.1.2.3]/", "http://sms.internal/"]
    {
        assert!(guard.check_url(url).is_ok(), "{url}");
    }
    for url in ["https://10.2.0.1/", "http://127.0.0.1/", "http://8.8.8.8/", "http://10.1.2.3:22/"] {
        assert!(guard.check_url(url).is_err(), "{url}");
    }
    assert!(!Guard::listed_only(Vec::new()).permits("8.8.8.8".parse().unwrap()));
}

/// Answers once with the first addresses and ever after with loopback.
struct Rebinding {
    first: Vec<IpAddr>,
    asked: AtomicUsize,
}

impl Lookup for Rebinding {
    async fn lookup(&self, _name: String) -> std::io::Result<Vec<IpAddr>> {
        match self.asked.fetch_add(1, Ordering::Relaxed) {
            0 => Ok(self.first.clone()),
            _ => Ok(vec!["127.0.0.1".parse().unwrap()]),
        }
    }
}

async fn resolve(resolver: &GuardedResolver<Rebinding>) -> Option<Vec<String>> {
    let found = resolver.resolve("sms.example.com".parse().unwrap()).await;
    found.ok().map(|addresses| addresses.map(|address| address.ip().to_string()).collect())
}

/// S-134
#[tokio::test]
async fn a_name_that_rebinds_to_loopback_is_denied_at_once() {
    let first = vec!["8.8.8.8".parse().unwrap()];
    let resolver = GuardedResolver::new(public_only(), Rebinding { first, asked: AtomicUsize::new(0) });
    assert_eq!(resolve(&resolver).await, Some(vec![String::from("8.8.8.8")]));
    assert_eq!(resolve(&resolver).await, None);
}

/// S-134
#[tokio::test]
async fn one_private_address_among_public_ones_spoils_the_name() {
    let first = vec!["8.8.8.8".parse().unwrap(), "10.0.0.1".parse().unwrap()];
    let resolver = GuardedResolver::new(public_only(), Rebinding { first, asked: AtomicUsize::new(0) });
    assert_eq!(resolve(&resolver).await, None);
}

//! Links that the system hands to an app.
#![no_main]

use latchkey_client::{AppLink, Domain};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|url: &str| {
    let domain: Domain = "login.example.com".parse().expect("it is one");
    if let Some(link) = AppLink::parse(&domain, url) {
        assert!(url.to_ascii_lowercase().contains("login.example.com"));
        assert!((4..=12).contains(&link.code.len()) && link.code.bytes().all(|byte| byte.is_ascii_digit()));
    }
    // Domains come from the app, or from a server's document for it.
    if let Ok(domain) = url.parse::<Domain>() {
        let _ = (domain.host().len(), AppLink::parse(&domain, url));
    }
});

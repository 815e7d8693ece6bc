//! Links that open an app, with a code in them (protocol 1.4, F7).

use http::Uri;

use crate::address::{self, Channel};
use crate::domain::Domain;

/// A link of a message, which the system handed to the app.
#[derive(Clone, PartialEq, Eq)]
pub struct AppLink {
    /// How it came.
    pub channel: Channel,
    /// To be given to [`Event::Received`](crate::Event::Received), or to a
    /// [`CodeSignIn`](crate::CodeSignIn).
    pub code: String,
}

impl AppLink {
    /// `None` for a URL that is no such link of this server: it is for somebody else.
    ///
    /// ```
    /// use latchkey_client::AppLink;
    ///
    /// let domain = "login.example.com".parse()?;
    /// let link = AppLink::parse(&domain, "https://login.example.com/ios/com.example.App/email?code=123456");
    /// assert_eq!(link.unwrap().code, "123456");
    /// assert!(AppLink::parse(&domain, "https://evil.example/ios/com.example.App/email?code=123456").is_none());
    /// # Ok::<(), latchkey_client::BadDomain>(())
    /// ```
    #[must_use]
    pub fn parse(domain: &Domain, url: &str) -> Option<Self> {
        let uri: Uri = url.split('#').next()?.parse().ok()?;
        if !uri.host()?.eq_ignore_ascii_case(domain.host()) {
            return None;
        }
        let mut parts = uri.path().split('/').skip(1);
        let (system, app, channel) = (parts.next()?, parts.next()?, parts.next()?);
        let is_app =
            ["ios", "android"].iter().any(|name| system.eq_ignore_ascii_case(name)) && !app.is_empty();
        let channel = match channel {
            "sms" => Channel::Sms,
            "email" => Channel::Email,
            _ => return None,
        };
        if !is_app || parts.next().is_some() {
            return None;
        }
        let query = uri.query().unwrap_or_default();
        let (_, code) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "code")?;
        Some(Self { channel, code: address::code(&code)? })
    }
}

impl std::fmt::Debug for AppLink {
    /// Without the code.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AppLink").field("channel", &self.channel).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn parse(url: &str) -> Option<AppLink> {
        AppLink::parse(&"login.example.com".parse().unwrap(), url)
    }

    #[test]
    fn the_link_of_each_system_and_channel_gives_its_code() {
        for (path, channel) in [
            ("ios/com.example.App/email", Channel::Email),
            ("IOS/com.example.App/sms", Channel::Sms),
            ("android/com.example.app/sms", Channel::Sms),
        ] {
            let link = parse(&format!("https://Login.example.com/{path}?x=1&code=123456#y")).unwrap();
            assert_eq!(link, AppLink { channel, code: "123456".into() }, "{path}");
        }
    }

    #[test]
    fn what_is_no_such_link_is_left_to_others() {
        for url in [
            "https://login.example.com/ios/com.example.App/email",
            "https://login.example.com/ios/com.example.App/email?code=abc",
            "https://login.example.com/ios/com.example.App/fax?code=123456",
            "https://login.example.com/ios//email?code=123456",
            "https://login.example.com/ios/a/email/more?code=123456",
            "https://login.example.com/web/a/email?code=123456",
            "https://login.example.com.evil.example/ios/a/email?code=123456",
            "/ios/a/email?code=123456",
            "",
        ] {
            assert_eq!(parse(url), None, "{url}");
        }
    }

    proptest! {
        #[test]
        fn whatever_the_system_hands_over_is_a_link_or_none(url in ".{0,200}", tail in "[a-z/?=&0-9%]{0,60}") {
            let _ = parse(&url);
            let _ = parse(&format!("https://login.example.com/{tail}"));
        }
    }
}

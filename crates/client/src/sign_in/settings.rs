//! What an app decides about its sign-in.

use latchkey_wire::passwordless::SendKind;
use latchkey_words::Locale;

use crate::address::Channel;
use crate::browser::Authorize;
use crate::code::CodeSignIn;
use crate::country::Country;

/// How people sign in to an app. Make one with [`sms`](Self::sms), [`email`](Self::email) or [`either`](Self::either),
/// and change what is unusual.
#[derive(Clone, Debug)]
pub struct SignInSettings {
    /// The language of all texts.
    pub locale: Locale,
    /// What people may give; the first is asked for.
    pub channels: Vec<Channel>,
    /// The country that numbers without one are of, until another is chosen.
    pub country: Option<Country>,
    /// What the message carries. A mail with a link has a code, too, which can be typed.
    pub send: SendKind,
    /// Where a browser comes back to that opened a [`SendKind::Link`] of a mail: a callback of the client's that the system
    /// hands to the app, for [`Event::Opened`](super::Event::Opened). Without it, such a link signs in the browser alone.
    pub callback: Option<String>,
    /// The name of the app, for the title.
    pub app: Option<String>,
    /// Connections that are not called `sms` and `email`.
    pub connections: Vec<(Channel, String)>,
    /// In place of the usual scope.
    pub scope: Option<String>,
    /// The API that the access token is for.
    pub audience: Option<String>,
    /// The name of this device, for the old pipeline's refresh tokens.
    pub device: Option<String>,
    /// Get the profile, too.
    pub profile: bool,
}

impl SignInSettings {
    /// By a code in a text message.
    #[must_use]
    pub fn sms(locale: Locale) -> Self {
        Self::of(locale, vec![Channel::Sms])
    }

    /// By a code in an email.
    #[must_use]
    pub fn email(locale: Locale) -> Self {
        Self::of(locale, vec![Channel::Email])
    }

    /// By a code in a text message, or in an email for who wants that.
    #[must_use]
    pub fn either(locale: Locale) -> Self {
        Self::of(locale, vec![Channel::Sms, Channel::Email])
    }

    fn of(locale: Locale, channels: Vec<Channel>) -> Self {
        Self {
            locale,
            channels,
            country: None,
            send: SendKind::Code,
            callback: None,
            app: None,
            connections: Vec::new(),
            scope: None,
            audience: None,
            device: None,
            profile: true,
        }
    }

    pub(super) fn first_channel(&self) -> Channel {
        self.channels.first().copied().unwrap_or(Channel::Sms)
    }

    pub(super) fn connection(&self, channel: Channel) -> Option<&str> {
        self.connections.iter().find(|(of, _)| *of == channel).map(|(_, name)| name.as_str())
    }

    /// What a link is asked for with that ends in a browser, and goes on here.
    pub(super) fn authorize(&self, channel: Channel) -> Option<Authorize> {
        let callback = self.callback.as_deref()?;
        if self.send != SendKind::Link || channel != Channel::Email {
            return None;
        }
        let mut authorize = Authorize::new(callback);
        if let Some(scope) = &self.scope {
            authorize = authorize.scope(scope);
        }
        if let Some(audience) = &self.audience {
            authorize = authorize.audience(audience);
        }
        Some(authorize)
    }

    /// Whether a message opens this app.
    pub(super) fn comes_back(&self, channel: Channel) -> bool {
        channel == Channel::Email
            && match self.send {
                SendKind::Code => false,
                SendKind::LinkIos | SendKind::LinkAndroid => true,
                SendKind::Link => self.callback.is_some(),
            }
    }

    pub(super) fn dress(&self, mut sign_in: CodeSignIn) -> CodeSignIn {
        if let Some(scope) = &self.scope {
            sign_in = sign_in.scope(scope);
        }
        if let Some(audience) = &self.audience {
            sign_in = sign_in.audience(audience);
        }
        if let Some(device) = &self.device {
            sign_in = sign_in.device(device);
        }
        sign_in
    }
}

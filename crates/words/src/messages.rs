//! Every message, declared once: its name here is its name in the files of texts.
//!
//! A message that is used but not declared, or without an argument, does not compile; one that lacks
//! in a language fails the tests.

use fluent_bundle::FluentArgs;

use crate::argument::Argument;
use crate::bundle;
use crate::locale::Locale;

/// The texts of one language. One method per message; the result is plain text, not HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words(Locale);

impl Words {
    /// Cheap: a language is parsed once, when its first text is asked for.
    pub fn of(locale: Locale) -> Self {
        Self(locale)
    }

    pub fn locale(self) -> Locale {
        self.0
    }

    /// What a scope allows, as a line below [`consent_title`](Self::consent_title).
    pub fn consent_scope(self, scope: &str) -> String {
        match scope {
            "openid" => self.consent_scope_openid(),
            "profile" => self.consent_scope_profile(),
            "email" => self.consent_scope_email(),
            "address" => self.consent_scope_address(),
            "phone" => self.consent_scope_phone(),
            "offline_access" => self.consent_scope_offline_access(),
            other => self.consent_scope_other(other),
        }
    }

    /// A name or an address as our texts show it, for a text that is not ours.
    pub fn inserted(self, text: &str) -> String {
        Argument::Text(text).shown(self.0.direction())
    }

    fn text(self, message: &str, arguments: &[(&'static str, Argument<'_>)]) -> String {
        let mut values = FluentArgs::with_capacity(arguments.len());
        for (name, argument) in arguments {
            values.set(*name, argument.value(self.0.direction()));
        }
        let mut errors = Vec::new();
        let text = bundle::format(self.0.bundle(), message, &values, &mut errors);
        debug_assert!(errors.is_empty(), "{message} in {}: {errors:?}", self.0);
        // The tests prove that every message is there.
        text.unwrap_or_else(|| message.to_owned())
    }
}

/// Makes a method of [`Words`] from each line. The kinds of arguments are those of [`Argument`].
macro_rules! words {
    ($($(#[$attribute:meta])* $name:ident $(($($argument:ident: $kind:ident),+))?;)+) => {
        impl Words {
            $(
                $(#[$attribute])*
                pub fn $name(self $($(, $argument: type_of!($kind))+)?) -> String {
                    self.text(
                        stringify!($name),
                        &[$($((stringify!($argument), Argument::$kind($argument))),+)?],
                    )
                }
            )+
        }

        /// Each message and its arguments, filled with something for the tests.
        #[cfg(test)]
        const DECLARED: &[(&str, &[(&str, Argument<'static>)])] = &[
            $((stringify!($name), &[$($((stringify!($argument), sample_of!($kind))),+)?])),+
        ];
    };
}

macro_rules! type_of {
    (Count) => {
        u32
    };
    (Number) => {
        u32
    };
    (Text) => {
        &str
    };
    (Ltr) => {
        &str
    };
}

#[cfg(test)]
macro_rules! sample_of {
    (Count) => {
        Argument::Count(2)
    };
    (Number) => {
        Argument::Number(6)
    };
    (Text) => {
        Argument::Text("Acme (test)")
    };
    (Ltr) => {
        Argument::Ltr("+1 415 555 0100")
    };
}

words! {
    // Every page.
    /// The page's `<title>` when it shows an error: that is what a screen reader says first.
    page_title_error(title: Text);
    language_label;
    skip_to_content;
    /// Stands beside the label of a field.
    field_required;
    signed_in_as(address: Ltr);

    // Asking for the phone number or email address.
    identify_title;
    /// Continues the title.
    identify_lead(app: Text);
    identify_phone_label;
    identify_phone_hint;
    identify_email_label;
    identify_submit;
    identify_use_phone;
    identify_use_email;
    identify_use_passkey;
    /// In apps, as the next ones.
    identify_have_code;
    identify_country_label;
    identify_country_search;
    identify_close;
    /// In apps that were opened by a link, instead of [`identify_lead`](Self::identify_lead).
    identify_link_lead;
    /// A link to the page that makes somebody new a passkey.
    identify_sign_up;
    identify_remember;
    identify_privacy;

    // Making a passkey.
    sign_up_title;
    passkey_about;
    sign_up_name_label;
    sign_up_submit;
    sign_up_back;
    /// In place of what needs a script, and a browser that has passkeys.
    passkey_unable;
    passkey_no_script;
    new_passkey_title;
    new_passkey_later;

    // Asking for the code.
    code_title;
    code_lead(digits: Number, address: Ltr);
    /// Instead of [`code_lead`](Self::code_lead) where the outcome of sending must not show.
    code_lead_careful(address: Ltr);
    code_label;
    code_submit;
    code_resend;
    code_resend_wait(seconds: Count);
    code_resent;
    code_change_phone;
    code_change_email;
    code_lifetime(minutes: Count);

    // A link that was opened, in the browser that asked for it.
    link_title;
    link_lead(app: Text, address: Ltr);
    /// The time may have a date. The device is [`device_named`](Self::device_named) or
    /// [`device_unknown`](Self::device_unknown), here and in mails.
    link_asked(time: Text, device: Text);
    link_submit;
    device_named(browser: Text, system: Text);
    device_unknown;

    // A link that was opened in another browser.
    link_other_lead;
    /// The label of the field for what [`link_wait_signs`](Self::link_wait_signs) shows.
    link_other_signs;
    link_other_submit;
    link_other_hint;
    link_elsewhere_title;
    link_elsewhere_text;
    /// In a tab that was left behind, after [`link_elsewhere_title`](Self::link_elsewhere_title).
    signed_in_text;

    // Waiting for a link to be opened.
    link_wait_title;
    link_wait_lead(address: Ltr);
    /// Instead of [`link_wait_lead`](Self::link_wait_lead) on pages that do not go on by themselves.
    link_wait_here(address: Ltr);
    /// Instead of [`link_wait_lead`](Self::link_wait_lead) in apps that the link opens.
    link_wait_app(address: Ltr);
    link_wait_code;
    /// The confirmation follows, in large type.
    link_wait_signs;
    link_wait_not_yet;

    // A link that no longer works, and why.
    link_dead_title;
    link_dead_used;
    link_dead_expired;
    link_dead_replaced;
    link_dead_resend;

    // A link for the app on a phone, opened in a browser.
    app_link_title(app: Text);
    app_link_lead;
    app_link_submit(app: Text);
    /// The code follows, in large type.
    app_link_code;
    /// Instead of [`app_link_code`](Self::app_link_code), where the link has no code.
    app_link_no_code;

    // Consent. The lines of the list continue the title.
    consent_title(app: Text);
    consent_scope_openid;
    consent_scope_profile;
    consent_scope_email;
    consent_scope_address;
    consent_scope_phone;
    consent_scope_offline_access;
    consent_scope_other(scope: Ltr);
    consent_allow;
    consent_decline;

    // A device without a keyboard, which shows a code.
    activate_title;
    activate_lead;
    activate_label;
    activate_hint;
    activate_confirm_title(app: Text);
    /// The code follows, in large type.
    activate_confirm_code;
    /// As [`link_asked`](Self::link_asked).
    activate_asked(time: Text, device: Text);
    activate_network_same;
    activate_network_other(ip: Ltr);
    activate_warning;
    activate_allow;
    activate_done_title;
    activate_done_text;
    activate_declined_title;
    activate_declined_text;

    // What people see and change of their own account.
    account_title;
    /// Instead of the forms, where the last proof is too old.
    account_prove_text;
    account_prove_submit;
    /// Instead of the button, where only the key of a device in an app would do.
    account_prove_device;
    account_done;
    account_name_title;
    account_name_label;
    account_name_submit;
    account_addresses_title;
    account_address_proved;
    account_address_unproved;
    account_address_add;
    account_address_change;
    account_address_label;
    account_address_submit;
    /// Where the code is entered that was sent to a new address.
    account_address_title;
    account_address_confirm;
    /// Beside the button that removes one.
    account_address_remove_text;
    account_address_removed_title;
    account_address_last;
    account_error_address_code;
    /// The page of [`notice_undo`](Self::notice_undo).
    account_undo_title;
    account_undo_text;
    account_undo_submit;
    account_undone_title;
    account_undone_text;
    account_undo_dead;
    account_passkeys_title;
    account_passkeys_none;
    account_passkey_synced;
    account_passkey_bound;
    account_passkey_add;
    account_passkey_name_label;
    /// Instead of the form that takes it away.
    account_passkey_last;
    account_passkey_remove_text;
    account_devices_title;
    account_device_touch_id;
    account_device_name_label;
    /// Instead of the form that takes it away.
    account_device_last;
    account_device_remove_text;
    account_device_until(time: Text);
    account_rename;
    account_remove;
    account_added(time: Text);
    account_used(time: Text);
    account_sessions_title;
    account_session_this;
    account_sessions_end_others;
    account_apps_title;
    account_apps_none;
    account_app_since(time: Text);
    account_app_revoke;
    account_history_title;
    account_history_none;
    account_way_sms;
    account_way_email;
    account_way_passkey;
    account_way_touch_id;
    account_way_device;
    account_way_password;
    account_data_title;
    account_export_text;
    account_export_submit;
    account_delete_title;
    account_delete_text;
    /// The word is typed exactly so.
    account_delete_label(word: Ltr);
    account_deleted_title;
    account_deleted_text;
    /// Somebody gave up the sign-in that the page asked for.
    account_left_text;
    account_error_name;
    account_error_word(word: Ltr);
    account_error_gone;

    // Signing out.
    sign_out_title;
    sign_out_text;
    sign_out_submit;
    sign_out_cancel;
    signed_out_title;
    signed_out_text;

    // Errors. Each says what to do.
    /// Heads a page that is nothing but an error.
    error_title;
    error_wrong_code_phone;
    error_wrong_code_email;
    error_code_expired;
    error_no_tries_left;
    error_wrong_signs;
    error_wrong_user_code;
    error_passkey;
    /// The person closed the dialog, or had none.
    error_no_passkey;
    /// In place of both where there are no codes.
    error_passkey_alone;
    error_new_passkey;
    /// A code was right, and the account has something stronger.
    error_stronger;
    error_too_many_attempts(minutes: Count);
    error_bad_phone;
    error_bad_email;
    error_number_without_texts;
    error_country_not_allowed;
    error_not_sent;
    error_no_answer;
    error_page_expired;
    error_cookies_needed;
    error_unknown_app;
    error_bad_redirect;
    error_no_way_in;
    error_server(request_id: Ltr);
    error_sign_up_closed;
    error_blocked;
    /// A button below errors that only the app can mend.
    error_back_to_app;
    /// On error pages and below mails: the address of support follows.
    support_label;

    // Mails.
    mail_code_subject(code: Ltr, app: Text);
    mail_link_subject(app: Text);
    mail_heading(app: Text);
    mail_code_lead;
    mail_code_lifetime(minutes: Count);
    mail_link_lead;
    mail_link_button;
    /// Above the link's address, for programs that show no buttons.
    mail_link_copy;
    mail_link_or_code;
    mail_link_lifetime(minutes: Count);
    mail_link_lifetime_hours(hours: Count);
    mail_asked_from(device: Text);
    mail_not_you;
    /// Only where the mail has a code.
    mail_keep_secret;
    mail_footer(app: Text);

    // Notices: a way into the account came or went. The first eight are subjects, too.
    notice_passkey_added(app: Text);
    notice_passkey_removed(app: Text);
    notice_device_key_added(app: Text);
    notice_device_key_removed(app: Text);
    notice_address_added(app: Text);
    notice_address_changed(app: Text);
    notice_address_removed(app: Text);
    notice_account_linked(app: Text);
    notice_account_deleted(app: Text);
    notice_name(name: Text);
    notice_time(time: Ltr);
    notice_was_you;
    /// What to do, where the account is still there.
    notice_not_you;
    notice_not_you_deleted;
    /// The address of a page follows.
    notice_undo;
    /// A code to a new address of somebody who is signed in.
    address_code_subject(code: Ltr, app: Text);
    address_code_heading(app: Text);
    address_code_lead;
    address_code_not_you;
    /// Too many wrong codes came from somewhere.
    notice_codes_refused(app: Text);
    notice_codes_refused_text;
    /// In its place, where somebody has the address already.
    address_taken_heading(app: Text);
    address_taken_text;

    // Lengths of time that stand by themselves. In sentences the words may differ by case.
    unit_seconds(seconds: Count);
    unit_minutes(minutes: Count);
    unit_hours(hours: Count);
}

#[cfg(test)]
mod tests;

//! What a person is told when a way into their account comes or goes.

use latchkey_wire::Secret;

use crate::branding::MailLook;
use crate::sender::Mail;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeKind {
    PasskeyAdded,
    PasskeyRemoved,
    DeviceKeyAdded,
    DeviceKeyRemoved,
    AddressAdded,
    AddressChanged,
    AddressRemoved,
    /// The account became part of another one.
    AccountLinked,
    AccountDeleted,
    /// Too many wrong ones came from somewhere.
    CodesRefused,
    /// To a new address: the code that proves it.
    AddressCode,
    /// In its place, where somebody has the address already.
    AddressTaken,
}

/// What a notice says. Data: whatever of it comes from outside is reduced to plain words.
#[derive(Clone, Debug)]
pub struct NoticeText {
    pub kind: NoticeKind,
    /// What the passkey or the device is called.
    pub name: Option<String>,
    /// In UTC, such as `2026-11-24 12:00 UTC`.
    pub time: String,
    /// What it was done with, such as `Firefox on Linux`.
    pub device: Option<String>,
    /// What people call the operator.
    pub app: String,
    /// A raw language header.
    pub language: String,
    pub support_email: Option<String>,
    pub support_url: Option<String>,
    pub code: Option<Secret>,
    /// The page where it is undone.
    pub undo: Option<Secret>,
    pub look: MailLook,
}

/// A worded notice. It holds no link but that which undoes, and no code but that which proves an address.
#[derive(Clone)]
pub struct WordedNotice {
    /// `from` is the sender's affair.
    pub mail: Mail,
    pub text_message: Secret,
}

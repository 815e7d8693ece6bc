//! Sign-in on pages of clients, and what their scripts ask about.

pub mod authenticate;
pub mod questions;

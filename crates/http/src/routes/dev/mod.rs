//! Pages of development mode.

pub mod demo;
pub mod inbox;
pub mod widget;

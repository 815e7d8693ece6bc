//! Pages of development mode.

pub mod dashboard;
pub mod demo;
pub mod inbox;
pub mod widget;

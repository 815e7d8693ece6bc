//! How long templates may be, and what they may compute and print.

use latchkey_core::sender::TemplateError;

use super::error;

#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Bytes of the template.
    pub template: usize,
    /// Bytes of what it prints.
    pub output: usize,
    /// Bytes of any value; an element of an array counts one more.
    pub value: usize,
    /// Bytes that filters read and write, and that assigned values are read with.
    pub work: usize,
}

/// A text message. An SMS of ten parts holds 1530 characters.
pub(super) const MESSAGE: Bounds =
    Bounds { template: 16 * 1024, output: 4 * 1024, value: 4 * 1024, work: 1024 * 1024 };

/// A line of a mail's head.
pub(super) const LINE: Bounds =
    Bounds { template: 4 * 1024, output: 4 * 1024, value: 4 * 1024, work: 1024 * 1024 };

/// The body of a mail. Mail programs cut off what is longer than about 100 KB.
pub(super) const BODY: Bounds =
    Bounds { template: 256 * 1024, output: 512 * 1024, value: 128 * 1024, work: 4 * 1024 * 1024 };

impl Bounds {
    pub fn check_length(&self, template: &str) -> Result<(), TemplateError> {
        if template.len() > self.template {
            return Err(error(format!("the template is longer than {} bytes", self.template)));
        }
        Ok(())
    }

    pub fn too_long(&self) -> TemplateError {
        error(format!("the message is longer than {} bytes", self.output))
    }
}

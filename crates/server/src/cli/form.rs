//! A form that carries a file.

/// `multipart/form-data` (RFC 7578).
pub struct Form {
    boundary: String,
    body: Vec<u8>,
}

impl Form {
    /// `random` makes a boundary that the file does not hold.
    pub fn new(random: &[u8]) -> Self {
        let boundary = format!("latchkey-{}", data_encoding::HEXLOWER.encode(random));
        Self { boundary, body: Vec::new() }
    }

    /// The name is one of ours, without quotes.
    pub fn text(mut self, name: &str, value: &str) -> Self {
        let head = format!("--{}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n", self.boundary);
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(value.as_bytes());
        self.body.extend_from_slice(b"\r\n");
        self
    }

    pub fn file(mut self, name: &str, file: &[u8]) -> Self {
        let head = format!(
            "--{}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{name}\"\r\ncontent-type: application/octet-stream\r\n\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(file);
        self.body.extend_from_slice(b"\r\n");
        self
    }

    pub fn finish(mut self) -> (String, Vec<u8>) {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        (format!("multipart/form-data; boundary={}", self.boundary), self.body)
    }
}

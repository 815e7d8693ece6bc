//! Cuts a file of users into its records while it comes in: an array of objects, or one object after the other
//! (NDJSON). Only the marks between records are read here; each record is then read as JSON by itself.

use std::io::{Error, ErrorKind, Write};

/// Most bytes of one record.
const MAX_RECORD: usize = 256 * 1024;

/// Takes the file in pieces of any length.
pub(super) struct Splitter {
    place: Place,
    record: Vec<u8>,
    /// Within the record.
    depth: u32,
    in_text: bool,
    escaped: bool,
    /// Records that are whole, until they are taken.
    whole: Vec<Vec<u8>>,
    taken: u64,
    bytes: u64,
    most: u64,
    fault: Option<Fault>,
}

/// Why no more of a file is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// It has more bytes than this.
    TooLarge(u64),
    /// It is no file of users; in words for the operator.
    Broken(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    /// Before anything; how much of a byte order mark has passed.
    Start(u8),
    /// In an array, where a record may come: at its begin, after a comma.
    First,
    Next,
    /// In an array, after a record.
    After,
    /// Between objects that stand one after the other.
    Between,
    Record {
        in_array: bool,
        is_nested: bool,
    },
    End,
}

impl Splitter {
    pub(super) fn new(most: u64) -> Self {
        Self {
            place: Place::Start(0),
            record: Vec::new(),
            depth: 0,
            in_text: false,
            escaped: false,
            whole: Vec::new(),
            taken: 0,
            bytes: 0,
            most,
            fault: None,
        }
    }

    pub(super) fn fault(&self) -> Option<&Fault> {
        self.fault.as_ref()
    }

    /// The records that are whole.
    pub(super) fn take(&mut self) -> Vec<Vec<u8>> {
        std::mem::take(&mut self.whole)
    }

    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        self.bytes = self.bytes.saturating_add(bytes.len() as u64);
        let read = match self.bytes > self.most {
            true => Err(Fault::TooLarge(self.most)),
            false => bytes.iter().try_for_each(|byte| self.step(*byte)),
        };
        if let Err(fault) = &read {
            self.fault = Some(fault.clone());
        }
        read
    }

    /// The file ends here.
    pub(super) fn end(&mut self) -> Result<(), Fault> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone());
        }
        match self.place {
            Place::Between | Place::End => Ok(()),
            Place::Start(_) => self.broken("it is empty"),
            _ => self.broken("it ends in the middle"),
        }
    }

    fn step(&mut self, byte: u8) -> Result<(), Fault> {
        let is_space = matches!(byte, b' ' | b'\t' | b'\r' | b'\n');
        match (self.place, byte) {
            (Place::Record { in_array, is_nested }, byte) => return self.within(byte, in_array, is_nested),
            (Place::Start(0), 0xef) => self.place = Place::Start(1),
            (Place::Start(1), 0xbb) => self.place = Place::Start(2),
            (Place::Start(2), 0xbf) => self.place = Place::Start(3),
            (Place::Start(1 | 2), _) => return self.broken("it is not UTF-8"),
            (_, _) if is_space => {}
            (Place::Start(_), b'[') => self.place = Place::First,
            (Place::Start(_) | Place::Between, b'{') => self.begin(byte, false),
            (Place::Start(_), _) => {
                return self.broken("it is neither a JSON array nor one JSON object a line");
            }
            (Place::Between, _) => return self.broken("something stands between two objects"),
            (Place::First | Place::After, b']') => self.place = Place::End,
            (Place::After, b',') => self.place = Place::Next,
            (Place::First | Place::Next, b',' | b']') => return self.broken("a record is missing"),
            (Place::First | Place::Next, _) => self.begin(byte, true),
            (Place::After, _) => return self.broken("a comma is missing"),
            (Place::End, _) => return self.broken("something follows its end"),
        }
        Ok(())
    }

    fn begin(&mut self, byte: u8, in_array: bool) {
        self.record.push(byte);
        let is_nested = matches!(byte, b'{' | b'[' | b'"');
        self.depth = u32::from(matches!(byte, b'{' | b'['));
        self.in_text = byte == b'"';
        self.escaped = false;
        self.place = Place::Record { in_array, is_nested };
    }

    fn within(&mut self, byte: u8, in_array: bool, is_nested: bool) -> Result<(), Fault> {
        if !is_nested && matches!(byte, b',' | b']' | b' ' | b'\t' | b'\r' | b'\n') {
            self.close(in_array);
            return self.step(byte);
        }
        if self.record.len() >= MAX_RECORD {
            return self.broken("it is longer than 262144 bytes");
        }
        self.record.push(byte);
        if self.in_text {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_text = false,
                _ => {}
            }
        } else {
            match byte {
                b'"' => self.in_text = true,
                b'{' | b'[' => self.depth = self.depth.saturating_add(1),
                b'}' | b']' => self.depth = self.depth.saturating_sub(1),
                _ => {}
            }
        }
        if is_nested && self.depth == 0 && !self.in_text {
            self.close(in_array);
        }
        Ok(())
    }

    fn close(&mut self, in_array: bool) {
        self.whole.push(std::mem::take(&mut self.record));
        self.taken = self.taken.saturating_add(1);
        self.place = if in_array { Place::After } else { Place::Between };
    }

    fn broken<T>(&self, why: &str) -> Result<T, Fault> {
        Err(Fault::Broken(format!("The file breaks at record {}: {why}", self.taken.saturating_add(1))))
    }
}

/// Where what was packed comes out. An error here ends the unpacking; what it was is asked afterwards.
impl Write for Splitter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        match self.feed(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(Error::from(ErrorKind::InvalidData)),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The records, or why there are none, whatever the pieces are that the file comes in.
    fn split(file: &str) -> Result<Vec<String>, String> {
        let by = |length: usize| {
            let mut splitter = Splitter::new(1000);
            let fed = file.as_bytes().chunks(length).try_for_each(|piece| splitter.feed(piece));
            fed.and_then(|()| splitter.end()).map_err(|fault| format!("{fault:?}"))?;
            Ok(splitter.take().into_iter().map(|record| String::from_utf8(record).unwrap()).collect())
        };
        let whole: Result<Vec<String>, String> = by(file.len().max(1));
        assert_eq!(whole, by(1), "{file}");
        assert_eq!(whole, by(3), "{file}");
        whole
    }

    /// M-035
    #[test]
    fn arrays_and_objects_one_after_the_other_are_cut_into_records() {
        for (file, records) in [
            ("[]", &[][..]),
            (" [ ] \n", &[]),
            ("[{}]", &["{}"]),
            (r#"[{"a":"]},{"},{"b":[1,{"c":"\"}"}]}]"#, &[r#"{"a":"]},{"}"#, r#"{"b":[1,{"c":"\"}"}]}"#]),
            ("[1, \"x\" ,null]", &["1", "\"x\"", "null"]),
            ("{\"a\":1}\n{\"b\":2}", &["{\"a\":1}", "{\"b\":2}"]),
            ("{\"a\":\n1}{}\r\n\n", &["{\"a\":\n1}", "{}"]),
            ("\u{feff}{}", &["{}"]),
        ] {
            assert_eq!(split(file).unwrap(), records, "{file}");
        }
    }

    /// M-035
    #[test]
    fn what_is_no_list_of_records_is_refused_with_the_place() {
        for (file, why) in [
            ("", "record 1: it is empty"),
            ("  ", "record 1: it is empty"),
            ("null", "neither"),
            ("\"x\"", "neither"),
            ("<?xml?>", "neither"),
            ("\u{ef}x", "neither"),
            ("[", "record 1: it ends in the middle"),
            ("[{},", "record 2: it ends in the middle"),
            ("[{}", "it ends in the middle"),
            ("{\"a\":", "it ends in the middle"),
            ("[,{}]", "record 1: a record is missing"),
            ("[{},]", "record 2: a record is missing"),
            ("[{}{}]", "record 2: a comma is missing"),
            ("[{}] x", "follows its end"),
            ("{},{}", "record 2: something stands between"),
            ("{}[{}]", "record 2: something stands between"),
        ] {
            let refused = split(file).unwrap_err();
            assert!(refused.contains(why), "{file}: {refused}");
        }
        assert!(split(&format!("[\"{}\"]", "x".repeat(2000))).unwrap_err().contains("TooLarge(1000)"));
    }

    /// M-035
    #[test]
    fn one_endless_record_is_refused() {
        let mut splitter = Splitter::new(u64::MAX);
        splitter.feed(b"[\"").unwrap();
        let fed = (0..100).try_for_each(|_| splitter.feed(&[b'x'; 4096]));
        assert!(matches!(fed, Err(Fault::Broken(why)) if why.contains("longer than")));
    }
}

//! Which entries go into one request.

use serde_json::{Value, json};

use super::stream::Stream;
use crate::engine::Engine;
use crate::error::Fault;
use crate::flow::manage::logs::{Known, shown};
use crate::model::{Event, LogBatch};

/// Most entries of a request, and most bytes of them: what endpoints take unless they are told to take more.
const MAX_ENTRIES: usize = 500;
const MAX_BYTES: usize = 512 * 1024;
/// Entries read in one go.
const PAGE: u32 = 100;

/// An entry as it travels.
pub(in crate::flow) struct Item {
    pub log_id: String,
    pub text: String,
}

/// Entries that are sent together; empty where none of those up to `through` is the stream's.
pub(super) struct Part {
    pub items: Vec<Item>,
    pub through: String,
    /// There may be entries behind it.
    pub more: bool,
}

impl Item {
    pub fn new(log_id: &str, data: &Value) -> Self {
        let text = json!({"log_id": log_id, "data": data}).to_string();
        Self { log_id: log_id.to_owned(), text }
    }

    fn of(stream: &Stream, event: &Event, known: &Known) -> Self {
        let mut data = shown(event, known);
        stream.hide(&mut data);
        let item = Self::new(event.id.as_str(), &data);
        if item.text.len() <= MAX_BYTES {
            return item;
        }
        // What an operator wrote may be large. It stays in the log.
        if let Value::Object(object) = &mut data {
            object.remove("details");
            object.insert(String::from("details_omitted"), json!(true));
        }
        Self::new(event.id.as_str(), &data)
    }
}

impl Engine {
    /// The entries of a batch that was cut before, or those that make the next one.
    pub(super) async fn cut(
        &self,
        stream: &Stream,
        known: &Known,
        position: &str,
        kept: Option<&LogBatch>,
    ) -> Result<Part, Fault> {
        let end = kept.map(|batch| batch.through.as_str());
        let mut part = Part { items: Vec::new(), through: position.to_owned(), more: false };
        let mut bytes = 0;
        loop {
            let events = self.settled_after(Some(&part.through), PAGE).await?;
            let is_last = events.len() < PAGE as usize;
            for event in events {
                let id = event.id.as_str();
                if let Some(end) = end.filter(|end| id > *end) {
                    // Of a batch that the log no longer holds nothing is left to be sent.
                    return Ok(Part { through: part.through.max(end.to_owned()), more: true, ..part });
                }
                if stream.wants(event.kind) {
                    let item = Item::of(stream, &event, known);
                    let is_full = part.items.len() >= MAX_ENTRIES || bytes + item.text.len() > MAX_BYTES;
                    if end.is_none() && is_full && !part.items.is_empty() {
                        return Ok(Part { more: true, ..part });
                    }
                    bytes += item.text.len() + 1;
                    part.items.push(item);
                }
                part.through = id.to_owned();
            }
            if is_last {
                return Ok(part);
            }
            if part.items.is_empty() {
                return Ok(Part { more: true, ..part });
            }
        }
    }
}

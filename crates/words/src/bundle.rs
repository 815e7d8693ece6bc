//! One language's texts, parsed. Shared by all threads, hence the concurrent memoizer.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentError, FluentResource};

pub type Bundle = FluentBundle<FluentResource>;

/// The tests prove that every file parses without an error, so what could be read is all of it.
pub fn parse(tag: &str, source: &str) -> Bundle {
    let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
    let mut bundle = Bundle::new_concurrent(tag.parse().into_iter().collect());
    // Fluent would isolate every argument, counts too, in every language. Marks in an English text
    // help nobody and travel along when it is copied; where they are needed, `argument.rs` sets them.
    bundle.set_use_isolating(false);
    bundle.add_resource_overriding(resource);
    bundle
}

/// The message's text, with whatever went wrong in `errors`; none if there is no such message.
pub fn format(
    bundle: &Bundle,
    message: &str,
    arguments: &FluentArgs<'_>,
    errors: &mut Vec<FluentError>,
) -> Option<String> {
    let message = bundle.get_message(message)?;
    Some(bundle.format_pattern(message.value()?, Some(arguments), errors).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_share_a_bundle() {
        fn shared<T: Send + Sync>() {}
        shared::<Bundle>();
    }
}

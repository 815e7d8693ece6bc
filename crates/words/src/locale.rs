//! The languages that the texts exist in.

use std::sync::LazyLock;

use crate::bundle::{self, Bundle};

/// Which way a language is written: the `dir` attribute of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    Ltr,
    Rtl,
}

impl Direction {
    /// `ltr` or `rtl`, as HTML spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ltr => "ltr",
            Self::Rtl => "rtl",
        }
    }
}

/// Makes [`Locale`] from one line per language; the tag is also the name of its file. Where several
/// have the same language, the first one serves those who only name the language.
macro_rules! locales {
    ($($variant:ident $tag:literal $direction:ident $name:literal;)+) => {
        /// A language that every text exists in.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Locale {
            $($variant,)+
        }

        impl Locale {
            /// Every language, in the order in which a menu may show them.
            pub const ALL: &[Locale] = &[$(Self::$variant),+];

            /// The BCP 47 tag: the `lang` attribute of a page.
            pub fn tag(self) -> &'static str {
                match self {
                    $(Self::$variant => $tag,)+
                }
            }

            pub fn direction(self) -> Direction {
                match self {
                    $(Self::$variant => Direction::$direction,)+
                }
            }

            /// The language's own name for itself.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            #[cfg(test)]
            pub(crate) fn source(self) -> &'static str {
                match self {
                    $(Self::$variant => include_str!(concat!("../locales/", $tag, ".ftl")),)+
                }
            }

            /// The texts, parsed when they are first asked for.
            pub(crate) fn bundle(self) -> &'static Bundle {
                match self {
                    $(Self::$variant => {
                        static BUNDLE: LazyLock<Bundle> =
                            LazyLock::new(|| bundle::parse($tag, include_str!(concat!("../locales/", $tag, ".ftl"))));
                        &BUNDLE
                    })+
                }
            }
        }
    };
}

locales! {
    En "en" Ltr "English";
    Es "es" Ltr "Español";
    De "de" Ltr "Deutsch";
    Fr "fr" Ltr "Français";
    Pt "pt" Ltr "Português";
    It "it" Ltr "Italiano";
    Nl "nl" Ltr "Nederlands";
    Pl "pl" Ltr "Polski";
    Ja "ja" Ltr "日本語";
    ZhHans "zh-Hans" Ltr "简体中文";
    Ar "ar" Rtl "العربية";
    Hi "hi" Ltr "हिन्दी";
}

impl Locale {
    /// The language that serves this BCP 47 tag: the longest beginning of the tag that we have
    /// (RFC 4647 section 3.4), else any variety of its language.
    pub fn find(tag: &str) -> Option<Self> {
        let tag = tag.trim().replace('_', "-");
        let mut rest = tag.as_str();
        loop {
            if let Some(found) = Self::ALL.iter().find(|locale| locale.tag().eq_ignore_ascii_case(rest)) {
                return Some(*found);
            }
            let Some((shorter, _)) = rest.rsplit_once('-') else { break };
            rest = shorter;
        }
        Self::ALL.iter().find(|locale| locale.language().eq_ignore_ascii_case(rest)).copied()
    }

    fn language(self) -> &'static str {
        self.tag().split_once('-').map_or(self.tag(), |(language, _)| language)
    }
}

impl std::fmt::Display for Locale {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.tag())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn a_tag_finds_its_own_language_first_and_any_variety_last() {
        assert_eq!(Locale::find("de"), Some(Locale::De));
        assert_eq!(Locale::find("DE-at-1996"), Some(Locale::De));
        assert_eq!(Locale::find("pt_BR"), Some(Locale::Pt));
        assert_eq!(Locale::find("zh-Hans-CN"), Some(Locale::ZhHans));
        assert_eq!(Locale::find("zh-Hant-TW"), Some(Locale::ZhHans));
        assert_eq!(Locale::find("zh"), Some(Locale::ZhHans));
    }

    #[test]
    fn a_tag_that_only_begins_like_a_language_finds_nothing() {
        assert_eq!(Locale::find("den"), None);
        assert_eq!(Locale::find(""), None);
        assert_eq!(Locale::find("-de"), None);
        assert_eq!(Locale::find("*"), None);
    }

    #[test]
    fn every_file_of_texts_is_a_language() {
        let folder = "locales";
        let files: BTreeSet<String> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        let expected = Locale::ALL.iter().map(|locale| format!("{locale}.ftl")).collect();
        assert_eq!(files, expected);
    }
}

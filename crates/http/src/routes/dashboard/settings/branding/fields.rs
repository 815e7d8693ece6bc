//! The fields of the brand.

use crate::routes::dashboard::form::{Kind, Spec, spec};

const LOGO: Spec = spec(
    "logo_url",
    "Logo (URL)",
    "On top of pages and mails, at most 224 by 72 pixels, made for a white ground. It says the name of the tenant to \
     screen readers.",
    Kind::Line,
    "",
);
const FAVICON: Spec = spec("favicon_url", "Favicon (URL)", "", Kind::Line, "");
const PRIMARY: Spec =
    spec("colors.primary", "Primary colour", "Of buttons and links, such as #0059d6.", Kind::Line, "");
const BACKGROUND: Spec = spec(
    "colors.page_background",
    "Background of pages",
    "Such as #ffffff. Phones show no background; a bright one is not shown to people whose device is dark.",
    Kind::Line,
    "",
);
const FONT: Spec =
    spec("font.url", "Font (URL)", "A font file, such as one that ends with .woff2.", Kind::Line, "");

/// A gradient stays as tools wrote it.
pub const BRANDING: &[Spec] = &[LOGO, FAVICON, PRIMARY, FONT];

/// Where the background is one colour.
pub const BRANDING_WITH_BACKGROUND: &[Spec] = &[LOGO, FAVICON, PRIMARY, BACKGROUND, FONT];

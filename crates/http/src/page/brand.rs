//! The operator's brand on our pages: a style sheet of its colours, a logo, an icon and a font.
//!
//! Invariant: whatever the colours, text keeps the contrast of WCAG 2.2 (1.4.3), on light and on dark paper. The colour
//! fills buttons as it is; where it is text or an outline, it is made as much darker or lighter as reading needs.

use std::fmt::Write;

use latchkey_core::branding::color::Color;
use latchkey_core::branding::{Background, Branding};
use url::Url;

use crate::routes::assets;

/// What a page names, with the hash of its content.
pub const STYLE_PATH: &str = "/assets/brand.css";

/// The grounds of a page in light and in dark, as the style sheet of the pages has them: the card, and a field that is
/// washed with a colour.
const LIGHT: [Color; 2] = [Color::WHITE, Color::new(0xf1, 0xf3, 0xf6)];
const DARK: [Color; 2] = [Color::new(0x1d, 0x21, 0x28), Color::new(0x26, 0x2b, 0x34)];

/// Where something is set.
#[derive(Clone, Debug)]
pub struct Brand {
    pub css: String,
    /// Where a page finds the style sheet.
    pub style: Option<String>,
    pub logo: Option<String>,
    pub icon: Option<String>,
    /// Further sources of a content security policy.
    images: String,
    fonts: String,
}

impl Brand {
    /// `None` where nothing is set.
    pub fn of(branding: &Branding) -> Option<Self> {
        if branding == &Branding::default() {
            return None;
        }
        let images =
            [&branding.logo, &branding.favicon].into_iter().flatten().map(origin).collect::<Vec<_>>();
        let css = css(branding);
        Some(Self {
            style: Some(format!("{STYLE_PATH}?v={}", assets::version(css.as_bytes()))),
            css,
            logo: branding.logo.as_ref().map(Url::to_string),
            icon: branding.favicon.as_ref().map(Url::to_string),
            images: images.join(" "),
            fonts: branding.font.as_ref().map(origin).unwrap_or_default(),
        })
    }

    /// For a page whose own style sheet has it.
    pub fn without_style(self) -> Self {
        Self { style: None, ..self }
    }

    /// What a content security policy allows beside `'self'`: images, and the directive of fonts.
    pub fn sources(&self) -> (&str, String) {
        let fonts = if self.fonts.is_empty() { String::new() } else { format!("font-src {}; ", self.fonts) };
        (&self.images, fonts)
    }
}

fn origin(url: &Url) -> String {
    url.origin().ascii_serialization()
}

fn css(branding: &Branding) -> String {
    let mut css = String::new();
    // Writing into a text cannot fail.
    let _ = write(&mut css, branding);
    css
}

fn write(css: &mut String, branding: &Branding) -> std::fmt::Result {
    if let Some(primary) = branding.primary {
        write!(css, ":root{{{}}}", accents(primary, &LIGHT))?;
        write!(css, "@media (prefers-color-scheme:dark){{:root{{{}}}}}", accents(primary, &DARK))?;
        css.push_str("button:not(.second,.plain,.danger),a.button{border-color:var(--accent)}");
    }
    if let Some(background) = branding.background {
        let [start, end] = background.colors();
        // On a phone there is only the card. Somebody who asked for dark is not shown a bright page.
        let asked = match start.is_dark() && end.is_dark() {
            true => "(min-width:30.01rem)",
            false => "(min-width:30.01rem) and (prefers-color-scheme:light)",
        };
        let painted = match background {
            Background::Plain(color) => color.to_string(),
            Background::Gradient(start, end, degrees) => {
                format!("linear-gradient({degrees}deg,{start},{end}) fixed")
            }
        };
        write!(css, "@media {asked}{{body{{background:{painted}}}{}}}", footer(background))?;
    }
    if let Some(font) = &branding.font {
        let url = font.as_str().replace('\\', "%5C").replace('"', "%22");
        write!(css, "@font-face{{font-family:brand;src:url(\"{url}\");font-display:swap}}")?;
        css.push_str("body{font-family:brand,system-ui,sans-serif}");
    }
    Ok(())
}

/// What stands on the background: in black or white on a colour, and on paper of its own on a gradient.
fn footer(background: Background) -> String {
    match background {
        Background::Plain(ground) => {
            let ink = Color::on(&[ground]);
            format!("footer{{--quiet:{ink};--accent:{ink};color:{ink}}}")
        }
        Background::Gradient(..) => String::from(
            "footer{margin-block-end:1rem;padding:.5rem .75rem;background:var(--card);border-radius:.45rem}",
        ),
    }
}

fn accents(primary: Color, [card, wash]: &[Color; 2]) -> String {
    let accent = primary.readable_on(&[*card, *wash]);
    let press = accent.pressed_on(*card);
    let (fill, on_fill) = (primary, Color::on(&[primary]));
    format!(
        "--accent:{accent};--press:{press};--wash:{wash};--fill:{fill};--fill-press:{};--on-fill:{on_fill}",
        fill.pressed()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_on_a_background_can_be_read_on_all_of_it() {
        let color = |text: &str| Color::read(text).unwrap();
        let css = |background| css(&Branding { background: Some(background), ..Branding::default() });
        assert!(css(Background::Plain(color("#ffd"))).contains("footer{--quiet:#000000"));
        assert!(css(Background::Plain(color("#013"))).contains("footer{--quiet:#ffffff"));
        let gradient = |end: &str| css(Background::Gradient(color("#000"), color(end), 90));
        assert!(gradient("#fff").contains("background:var(--card)"));
        // Somebody who asked for dark is shown a dark one, and no bright one.
        assert!(!gradient("#013").contains("prefers-color-scheme"));
        assert!(gradient("#fff").contains("(prefers-color-scheme:light){body"));
    }
}

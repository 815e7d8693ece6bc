//! A colour of the operator's, and what must be done to it so that people can read it: contrast is counted as WCAG 2.2
//! does (1.4.3), and a colour that has too little becomes lighter or darker without changing its hue.

use std::fmt;

use palette::color_difference::Wcag21RelativeContrast;
use palette::{FromColor, Oklch, Srgb};

/// What text needs against its ground (WCAG 2.2, 1.4.3), and a little for the rounding to eight bits.
const READABLE: f32 = 4.55;
/// Steps between a colour and black or white.
const STEPS: u8 = 50;

/// Opaque, in sRGB. `Display` writes it as CSS does: `#0059d6`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Color(Srgb<u8>);

impl Color {
    pub const BLACK: Self = Self(Srgb::new(0, 0, 0));
    pub const WHITE: Self = Self(Srgb::new(255, 255, 255));

    pub const fn new(red: u8, green: u8, blue: u8) -> Self {
        Self(Srgb::new(red, green, blue))
    }

    /// `#06d`, `#0066dd` or `#0066ddff`, whose last two digits, the opacity, are left out.
    pub fn read(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        let is_sound = matches!(digits.len(), 3 | 6 | 8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
        digits.get(..digits.len().min(6)).filter(|_| is_sound)?.parse().ok().map(Self)
    }

    /// 1 to 21.
    pub fn contrast(self, other: Self) -> f32 {
        self.0.into_format::<f32>().relative_contrast(other.0.into_format::<f32>())
    }

    /// Black or white, whichever is the more readable on all of the grounds.
    pub fn on(grounds: &[Self]) -> Self {
        if Self::BLACK.least(grounds) > Self::WHITE.least(grounds) { Self::BLACK } else { Self::WHITE }
    }

    /// Whether white is the more readable on it.
    pub fn is_dark(self) -> bool {
        Self::on(&[self]) == Self::WHITE
    }

    /// The colour, or the nearest of its hue that can be read on all of the grounds.
    pub fn readable_on(self, grounds: &[Self]) -> Self {
        let end = Self::on(grounds);
        let mut steps = (0..=STEPS).map(|step| self.towards(end, f32::from(step) / f32::from(STEPS)));
        steps.find(|color| color.least(grounds) >= READABLE).unwrap_or(end)
    }

    /// As the ground of a button that is pressed: a step away from what is written on it.
    pub fn pressed(self) -> Self {
        let end = if self.is_dark() { Self::BLACK } else { Self::WHITE };
        self.towards(end, 0.2)
    }

    /// As text that is pressed: a step away from its ground.
    pub fn pressed_on(self, ground: Self) -> Self {
        self.towards(Self::on(&[ground]), 0.2)
    }

    fn least(self, grounds: &[Self]) -> f32 {
        grounds.iter().map(|ground| self.contrast(*ground)).fold(21.0, f32::min)
    }

    /// `part` of the way to black or white; 0 is the colour itself.
    fn towards(self, end: Self, part: f32) -> Self {
        if part <= 0.0 {
            return self;
        }
        let mut color = Oklch::from_color(self.0.into_format::<f32>());
        let end = Oklch::from_color(end.0.into_format::<f32>());
        color.l += (end.l - color.l) * part;
        Self(Srgb::from_color(color).into_format())
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn colours_are_read_and_written_as_css_has_them() {
        for (text, written) in
            [("#06d", "#0066dd"), ("#0066DD", "#0066dd"), ("#0066dd80", "#0066dd"), ("#000", "#000000")]
        {
            assert_eq!(Color::read(text).unwrap().to_string(), written);
        }
        for text in ["", "#", "06d", "#06", "#0066d", "#gggggg", "#ééé", "red", "#0066dd8"] {
            assert_eq!(Color::read(text), None, "{text}");
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        let blue = Color::new(0x1d, 0x5b, 0xd6);
        assert_eq!(blue.readable_on(&[Color::WHITE]), blue);
        assert_ne!(blue.readable_on(&[Color::BLACK]), blue);
    }

    proptest! {
        /// WCAG 2.2, 1.4.3.
        #[test]
        fn every_colour_becomes_readable_on_light_and_on_dark(red: u8, green: u8, blue: u8) {
            let color = Color::new(red, green, blue);
            for ground in [Color::WHITE, Color::new(0xf1, 0xf3, 0xf6), Color::new(0x1d, 0x21, 0x28), Color::BLACK] {
                prop_assert!(color.readable_on(&[ground]).contrast(ground) >= 4.5);
            }
            prop_assert!(Color::on(&[color]).contrast(color) >= 4.5);
            prop_assert!(Color::on(&[color]).contrast(color.pressed()) >= 4.5);
        }
    }
}

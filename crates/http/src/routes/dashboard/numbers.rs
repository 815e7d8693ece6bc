//! Numbers and days as people read them.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// `1,234,567`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1.2M`, where there is little room.
pub fn short(number: u64) -> String {
    let of = |unit: u64, sign: &str| {
        let tenths = number / (unit / 10);
        match tenths % 10 {
            0 => format!("{}{sign}", tenths / 10),
            tenth => format!("{}.{tenth}{sign}", tenths / 10),
        }
    };
    match number {
        0..=9_999 => grouped(number),
        10_000..=999_999 => of(1_000, "k"),
        1_000_000..=999_999_999 => of(1_000_000, "M"),
        _ => of(1_000_000_000, "B"),
    }
}

/// `3 Nov` of `2026-11-03`.
pub fn day_of(date: &str) -> String {
    let part = |at: usize| date.split('-').nth(at).and_then(|part| part.parse::<usize>().ok());
    match (part(1).and_then(|month| MONTHS.get(month.wrapping_sub(1))), part(2)) {
        (Some(month), Some(day)) => format!("{day} {month}"),
        _ => date.to_owned(),
    }
}

/// `1 user`, `2 users`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", grouped(number), if number == 1 { one } else { many })
}

/// By how much it changed: `+20%`, and words where that says nothing.
pub fn change(now: u64, before: u64) -> String {
    match (now, before) {
        (0, 0) => String::from("none before either"),
        (_, 0) => String::from("none before"),
        (now, before) if now == before => String::from("as many as before"),
        (now, before) => {
            let percent = (now as f64 - before as f64) / before as f64 * 100.0;
            let sign = if now > before { "+" } else { "−" };
            format!("{sign}{}% ({} before)", grouped(percent.abs().round() as u64), grouped(before))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_and_shortened() {
        assert_eq!(grouped(0), "0");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(short(9_999), "9,999");
        assert_eq!(short(12_000), "12k");
        assert_eq!(short(1_250_000), "1.2M");
        assert_eq!(counted(1, "user", "users"), "1 user");
        assert_eq!(day_of("2026-11-03"), "3 Nov");
        assert_eq!(day_of("odd"), "odd");
    }

    #[test]
    fn a_change_is_told_against_what_was() {
        assert_eq!(change(120, 100), "+20% (100 before)");
        assert_eq!(change(50, 100), "−50% (100 before)");
        assert_eq!(change(5, 0), "none before");
    }
}

//! Lines over days, as SVG that stretches to its place; labels are text beside it, so that they stay legible on
//! a phone. Lines differ by their dashes as well as by colour, and the numbers stand in a table below.

use super::api::text;
use super::numbers::{day_of, grouped, short};
use serde_json::Value;

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 300.0;
/// Days up to which each value has a dot.
const DOTS: usize = 31;

pub struct Chart {
    /// In ids of the page.
    pub id: &'static str,
    pub title: &'static str,
    pub hint: &'static str,
    /// The dates of the days, `YYYY-MM-DD`.
    pub days: Vec<String>,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub name: String,
    pub values: Vec<u64>,
}

/// A day of the table.
pub struct TableRow {
    pub date: String,
    pub values: Vec<String>,
}

impl Line {
    /// One number of each day of an answer.
    pub fn of(name: impl Into<String>, days: &[Value], number: &str) -> Self {
        let value = |day: &Value| day.get(number).and_then(Value::as_u64).unwrap_or_default();
        Self { name: name.into(), values: days.iter().map(value).collect() }
    }

    pub fn sum(&self) -> u64 {
        self.values.iter().fold(0, |sum, value| sum.saturating_add(*value))
    }

    pub fn total(&self) -> String {
        grouped(self.sum())
    }
}

impl Chart {
    pub fn new(id: &'static str, title: &'static str, hint: &'static str, days: &[Value]) -> Self {
        let days = days.iter().map(|day| text(day, "/date").chars().take(10).collect()).collect();
        Self { id, title, hint, days, lines: Vec::new() }
    }

    pub fn line(mut self, line: Line) -> Self {
        self.lines.push(line);
        self
    }

    /// The value at the upper edge: even, so that the middle has a whole number.
    fn top(&self) -> u64 {
        let most = self.lines.iter().flat_map(|line| &line.values).max().copied().unwrap_or_default();
        let mut unit: u64 = 1;
        loop {
            let fits =
                [2, 4, 6, 8, 10].iter().map(|step| unit.saturating_mul(*step)).find(|top| *top >= most);
            match fits {
                Some(top) => return top,
                None => unit = unit.saturating_mul(10),
            }
        }
    }

    /// What stands at the left: above, in the middle, below.
    pub fn marks(&self) -> [String; 3] {
        [short(self.top()), short(self.top() / 2), String::from("0")]
    }

    /// What stands below: the first day, one in the middle, the last.
    pub fn dates(&self) -> Vec<String> {
        let (first, last) = (self.days.first(), self.days.last());
        let middle = (self.days.len() > 4).then(|| self.days.get(self.days.len() / 2)).flatten();
        let last = last.filter(|_| self.days.len() > 1);
        [first, middle, last].into_iter().flatten().map(|date| day_of(date)).collect()
    }

    /// What the line is drawn by.
    pub fn path(&self, line: &Line) -> String {
        let mut path = String::new();
        for (at, (x, y)) in self.points(line).into_iter().enumerate() {
            path.push_str(&format!("{}{x:.1} {y:.1}", if at == 0 { "M" } else { " L" }));
        }
        path
    }

    /// A dot for each value.
    pub fn dots(&self, line: &Line) -> String {
        if line.values.len() > DOTS {
            return String::new();
        }
        self.points(line).iter().map(|(x, y)| format!("M{x:.1} {y:.1}h.01")).collect()
    }

    fn points(&self, line: &Line) -> Vec<(f64, f64)> {
        let top = self.top() as f64;
        let steps = line.values.len().saturating_sub(1);
        let x = |at: usize| if steps == 0 { WIDTH / 2.0 } else { WIDTH * at as f64 / steps as f64 };
        let y = |value: u64| HEIGHT - HEIGHT * value as f64 / top;
        line.values.iter().enumerate().map(|(at, value)| (x(at), y(*value))).collect()
    }

    /// What the picture shows, in a sentence.
    pub fn summary(&self) -> String {
        let Some(line) = self.lines.first() else { return String::from(self.title) };
        let most = line.values.iter().enumerate().max_by_key(|(at, value)| (**value, std::cmp::Reverse(*at)));
        let peak = most.filter(|(_, value)| **value > 0).and_then(|(at, value)| {
            let date = self.days.get(at)?;
            Some(format!(", at most {} on {}", grouped(*value), day_of(date)))
        });
        let all: Vec<String> =
            self.lines.iter().map(|line| format!("{}: {}", line.name, line.total())).collect();
        format!("{}, a line for each. {}{}.", self.title, all.join("; "), peak.unwrap_or_default())
    }

    pub fn rows(&self) -> Vec<TableRow> {
        let row = |(at, date): (usize, &String)| TableRow {
            date: date.clone(),
            values: self
                .lines
                .iter()
                .map(|line| line.values.get(at).map_or_else(String::new, |value| grouped(*value)))
                .collect(),
        };
        self.days.iter().enumerate().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn chart(values: &[u64]) -> Chart {
        let days: Vec<Value> = values
            .iter()
            .enumerate()
            .map(|(at, value)| json!({"date": format!("2026-11-{:02}T00:00:00.000Z", at + 1), "logins": value}))
            .collect();
        Chart::new("logins", "Sign-ins", "", &days).line(Line::of("These 3 days", &days, "logins"))
    }

    #[test]
    fn a_line_goes_through_its_values_from_edge_to_edge() {
        let chart = chart(&[0, 3, 4]);
        assert_eq!(chart.path(&chart.lines[0]), "M0.0 300.0 L500.0 75.0 L1000.0 0.0");
        assert_eq!(chart.marks(), ["4", "2", "0"]);
        assert_eq!(chart.dates(), ["1 Nov", "3 Nov"]);
    }

    #[test]
    fn nothing_and_one_day_can_be_drawn() {
        let chart = |values: &[u64]| chart(values);
        assert_eq!(chart(&[7]).path(&chart(&[7]).lines[0]), "M500.0 37.5");
        assert_eq!(chart(&[]).path(&chart(&[]).lines[0]), "");
        assert!(chart(&[0, 0]).summary().contains("These 3 days: 0."));
    }

    #[test]
    fn the_summary_says_what_the_lines_show() {
        let summary = chart(&[1200, 3, 1200]).summary();
        assert_eq!(summary, "Sign-ins, a line for each. These 3 days: 2,403, at most 1,200 on 1 Nov.");
        assert_eq!(chart(&[u64::MAX]).marks()[2], "0");
    }
}

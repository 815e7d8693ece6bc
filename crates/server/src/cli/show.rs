//! Showing records: as JSON for programs, as aligned columns for people.

use anyhow::Result;
use serde_json::Value;

pub fn json(value: &Value) -> Result<()> {
    println!("{}", serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Rows under a head; says so when there are none.
pub fn table<const N: usize>(head: [&str; N], rows: &[[String; N]], none: &str) {
    if rows.is_empty() {
        println!("{none}");
        return;
    }
    let mut widths = head.map(str::len);
    for row in rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    print_row(&head.map(String::from), &widths);
    for row in rows {
        print_row(row, &widths);
    }
}

fn print_row<const N: usize>(row: &[String; N], widths: &[usize; N]) {
    let cells: Vec<String> =
        row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}", width = *width)).collect();
    println!("{}", cells.join("  ").trim_end());
}

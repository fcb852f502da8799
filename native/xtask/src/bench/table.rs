//! What was found, as a Markdown table.

/// Two measurements and their ratio.
#[derive(Debug, Clone)]
pub struct Finding {
    /// What was measured.
    pub what: String,
    /// Ours, with its unit.
    pub ours: String,
    /// What it is compared with, with its unit.
    pub other: String,
    /// Ours over the other.
    pub ratio: f64,
    /// What the ratio should be.
    pub limit: Option<Limit>,
}

/// What a ratio should be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Limit {
    /// At most this.
    AtMost(f64),
}

impl Limit {
    fn text(self, ratio: f64) -> String {
        let Self::AtMost(limit) = self;
        // As it is printed: what reads 1.10 is not above 1.10.
        let met = (ratio * 100.0).round() <= (limit * 100.0).round();
        format!("≤ {limit:.2}: {}", if met { "met" } else { "**missed**" })
    }
}

/// The table; every finding with the name of its row.
pub fn markdown(findings: &[(&str, Finding)]) -> String {
    let mut text =
        String::from("| row | what | ours | compared with | ratio | target |\n|---|---|---|---|---|---|\n");
    for (row, Finding { what, ours, other, ratio, limit }) in findings {
        let target = limit.map_or_else(|| String::from("–"), |limit| limit.text(*ratio));
        let ratio = format!("{ratio:.2}");
        let cells = [row, what.as_str(), ours, other, &ratio, &target];
        // A bar would end the cell.
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        text.extend(["| ", &cells.join(" | "), " |\n"]);
    }
    text
}

/// Seconds for a cell.
pub fn seconds(seconds: f64) -> String {
    if seconds < 10.0 { format!("{seconds:.2} s") } else { format!("{seconds:.1} s") }
}

/// Memory for a cell.
pub fn megabytes(bytes: u64) -> String {
    format!("{:.0} MB", bytes as f64 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(ratio: f64, limit: Option<Limit>) -> Finding {
        Finding { what: "|v|".into(), ours: seconds(12.34), other: megabytes(2_000_000), ratio, limit }
    }

    #[test]
    fn every_finding_is_a_line_of_as_many_cells_as_the_head() {
        let table = markdown(&[("memory", finding(1.0, None)), ("overhead", finding(2.0, None))]);
        let lines: Vec<_> = table.lines().collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(lines[2], "| memory | \\|v\\| | 12.3 s | 2 MB | 1.00 | – |");
        assert!(lines.iter().all(|line| line.replace("\\|", "").matches('|').count() == 7));
    }

    #[test]
    fn a_ratio_above_its_limit_is_missed_and_one_that_reads_like_it_is_met() {
        let verdict = |ratio| markdown(&[("r", finding(ratio, Some(Limit::AtMost(1.1))))]);
        assert!(verdict(1.104).contains("| 1.10 | ≤ 1.10: met |"));
        assert!(verdict(1.106).contains("| 1.11 | ≤ 1.10: **missed** |"));
    }
}

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
    /// The other over ours: of time, memory and visible seams, all of which are to be small, how many times less ours is.
    pub ratio: f64,
    /// What the ratio should at least be.
    pub wanted: Option<f64>,
}

fn verdict(ratio: f64, wanted: f64) -> String {
    // As it is printed: what reads 1.15 is not below 1.15.
    let met = (ratio * 100.0).round() >= (wanted * 100.0).round();
    format!("≥ {wanted:.2}: {}", if met { "met" } else { "**missed**" })
}

/// The table; every finding with the name of its row.
pub fn markdown(findings: &[(&str, Finding)]) -> String {
    let mut text =
        String::from("| row | what | ours | other | other ÷ ours | target |\n|---|---|---|---|---|---|\n");
    for (row, Finding { what, ours, other, ratio, wanted }) in findings {
        let target = wanted.map_or_else(|| String::from("–"), |wanted| verdict(*ratio, wanted));
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

    fn finding(ratio: f64, wanted: Option<f64>) -> Finding {
        Finding { what: "|v|".into(), ours: seconds(12.34), other: megabytes(2_000_000), ratio, wanted }
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
    fn a_ratio_below_what_is_wanted_is_missed_and_one_that_reads_like_it_is_met() {
        let told = |ratio| markdown(&[("r", finding(ratio, Some(1.15)))]);
        assert!(told(1.146).contains("| 1.15 | ≥ 1.15: met |"));
        assert!(told(1.144).contains("| 1.14 | ≥ 1.15: **missed** |"));
        assert!(told(3.0).contains("| 3.00 | ≥ 1.15: met |"));
    }
}

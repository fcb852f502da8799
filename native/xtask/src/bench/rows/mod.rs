//! The rows. To add one, write a module with a [`Row`] and name it in [`ROWS`].

mod memory;
mod modules;
mod overhead;
mod seams;
mod start;
mod terratorch;

use anyhow::Result;

use super::seam::Tiling;
use super::{Bench, Finding};

/// One thing that is measured.
#[derive(Debug)]
pub struct Row {
    /// Its name on the command line and in the table.
    pub name: &'static str,
    /// What it is about, for who waits.
    pub about: &'static str,
    /// Whether it says nothing without TerraTorch.
    pub needs_reference: bool,
    /// Measures it.
    pub measure: fn(&Bench) -> Result<Vec<Finding>>,
}

/// All rows, in the order of the table.
pub static ROWS: [&Row; 9] = [
    &modules::ENCODER,
    &modules::LANDCOVER,
    &modules::DENOISER,
    &modules::TIM,
    &start::ROW,
    &overhead::ROW,
    &memory::ROW,
    &terratorch::ROW,
    &seams::ROW,
];

/// What both TerraTorch and the algorithms do unless told otherwise.
const TILING: Tiling = Tiling { tile_px: 224, overlap_px: 32 };

/// The row of that name.
pub fn named(name: &str) -> Result<&'static Row, String> {
    ROWS.into_iter().find(|row| row.name == name).ok_or_else(|| {
        let names: Vec<_> = ROWS.iter().map(|row| row.name).collect();
        format!("the rows are {}", names.join(", "))
    })
}

/// `--TILE_SIZE` and the rest of what makes both sides do the same.
fn tiling() -> [String; 2] {
    [format!("TILE_SIZE={}", TILING.tile_px), format!("OVERLAP={}", TILING.overlap_px)]
}

/// `NAME=path`.
fn file(name: &str, path: &std::path::Path) -> String {
    format!("{name}={}", path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_found_by_their_names_and_an_unknown_name_lists_them() {
        assert!(ROWS.iter().all(|row| std::ptr::eq(named(row.name).unwrap(), *row)));
        assert_eq!(
            named("speed").unwrap_err(),
            "the rows are encoder, landcover, denoiser, tim, start, overhead, memory, terratorch, seams"
        );
    }
}

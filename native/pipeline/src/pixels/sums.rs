//! Weighted sums of rows of patches that more windows are to come for.

use super::Scratch;
use crate::Error;
use grid::PATCH_PX;
use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

/// Columns that are read at once when a row of patches is complete.
const COLUMNS: usize = 256;

/// Rows of patches that are begun. Each lies column by column, and of each column of pixels first the weights, then every
/// channel, 16 rows each: so what a window has of it is one piece.
pub(super) struct Sums {
    channels: usize,
    width: usize,
    rows: Rows,
}

enum Rows {
    Memory(VecDeque<Vec<f32>>),
    /// As a ring of so many places.
    Disk {
        scratch: Scratch,
        places: usize,
        /// The place of the first, and how many there are.
        begun: Range<usize>,
    },
}

impl Sums {
    /// For rows `width` pixels wide, at most `rows` of which are begun at a time. If they take more than `most_bytes`
    /// they lie in `folder`.
    pub fn new(
        channels: usize,
        width: usize,
        rows: usize,
        folder: &Path,
        most_bytes: u64,
    ) -> Result<Self, Error> {
        let bytes = rows * width * column(channels) * size_of::<f32>();
        let rows = if bytes as u64 > most_bytes {
            Rows::Disk { scratch: Scratch::new(folder)?, places: rows, begun: 0..0 }
        } else {
            Rows::Memory(VecDeque::new())
        };
        Ok(Self { channels, width, rows })
    }

    /// How many rows of patches are begun.
    pub fn begun(&self) -> usize {
        match &self.rows {
            Rows::Memory(rows) => rows.len(),
            Rows::Disk { begun, .. } => begun.len(),
        }
    }

    /// Adds to some columns of a row of patches, counted from the first that is begun: to the weights, and to each channel
    /// the product of weight and value. `weight` is asked with row and column, `value` with channel, row and column.
    pub fn add(
        &mut self,
        row: usize,
        columns: Range<usize>,
        weight: impl Fn(usize, usize) -> f32,
        value: impl Fn(usize, usize, usize) -> f32,
    ) -> Result<(), Error> {
        while self.begun() <= row {
            self.begin()?;
        }
        let (column, channels) = (column(self.channels), self.channels);
        let add = |sums: &mut [f32]| {
            let mut weights = [0.0; PATCH_PX];
            for (x, sums) in columns.clone().zip(sums.chunks_exact_mut(column)) {
                for (y, weight_of) in weights.iter_mut().enumerate() {
                    *weight_of = weight(y, x);
                    sums[y] += *weight_of;
                }
                for channel in 0..channels {
                    let sums = &mut sums[(1 + channel) * PATCH_PX..];
                    for (y, (sum, weight)) in sums.iter_mut().zip(weights).enumerate() {
                        *sum += weight * value(channel, y, x);
                    }
                }
            }
        };
        let span = columns.start * column..columns.end * column;
        match &mut self.rows {
            Rows::Memory(rows) => add(&mut rows[row][span]),
            Rows::Disk { scratch, places, begun } => {
                let at = ((begun.start + row) % *places * self.width * column + span.start) as u64;
                let mut sums = vec![0.0; span.len()];
                scratch.read(at, &mut sums)?;
                add(&mut sums);
                scratch.write(at, &sums)?;
            }
        }
        Ok(())
    }

    fn begin(&mut self) -> Result<(), Error> {
        let size = self.width * column(self.channels);
        match &mut self.rows {
            Rows::Memory(rows) => rows.push_back(vec![0.0; size]),
            Rows::Disk { scratch, places, begun } => {
                let (at, zeros) = (begun.end % *places * size, vec![0.0; COLUMNS * column(self.channels)]);
                for start in (0..size).step_by(zeros.len()) {
                    scratch.write((at + start) as u64, &zeros[..zeros.len().min(size - start)])?;
                }
                begun.end += 1;
            }
        }
        Ok(())
    }

    /// Takes the first row of patches out: means `[channel, y, x]` of its first `count` rows of pixels. No weight at all
    /// leaves 0 / 0 = NaN, which is nodata; so does a row that was never begun.
    pub fn take(&mut self, count: usize) -> Result<Vec<f32>, Error> {
        let (channels, width, column) = (self.channels, self.width, column(self.channels));
        let mut means = vec![f32::NAN; channels * count * width];
        let mut divide = |first: usize, sums: &[f32]| {
            for (x, sums) in (first..).zip(sums.chunks_exact(column)) {
                for channel in 0..channels {
                    for y in 0..count {
                        means[(channel * count + y) * width + x] =
                            sums[(1 + channel) * PATCH_PX + y] / sums[y];
                    }
                }
            }
        };
        match &mut self.rows {
            Rows::Memory(rows) => divide(0, &rows.pop_front().unwrap_or_default()),
            Rows::Disk { begun, .. } if begun.start == begun.end => {}
            Rows::Disk { scratch, places, begun } => {
                let at = begun.start % *places * width * column;
                for first in (0..width).step_by(COLUMNS) {
                    let mut sums = vec![0.0; COLUMNS.min(width - first) * column];
                    scratch.read((at + first * column) as u64, &mut sums)?;
                    divide(first, &sums);
                }
                begun.start += 1;
            }
        }
        Ok(means)
    }
}

/// Values of a column of pixels: weights and channels of 16 rows.
fn column(channels: usize) -> usize {
    (1 + channels) * PATCH_PX
}

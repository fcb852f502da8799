//! From a world to files, strip by strip, on all processors.

use crate::Error;
use crate::host::Context;
use raster::Writer;
use std::thread;
use synthetic::{Class, Modality, View, World};

/// Rows that are rendered at once: whole strips of the files, and little beyond them for bands of 60 m.
const STRIP_ROWS: usize = 48;
/// Columns that are worth a thread.
const LEAST_COLUMNS: usize = 256;

/// How many pixels have which class.
#[derive(Debug, Default)]
pub(super) struct Shares {
    counts: [u64; 10],
}

impl Shares {
    pub fn of(&self, class: Class) -> f64 {
        self.of_value(class as u8)
    }

    pub fn of_value(&self, class: u8) -> f64 {
        let all: u64 = self.counts.iter().sum();
        self.counts[usize::from(class)] as f64 / all.max(1) as f64
    }

    fn count(&mut self, classes: &[f32]) {
        for &class in classes {
            self.counts[class as usize % 10] += 1;
        }
    }
}

/// A part of a strip: its first column, and a vector `[band, y, x]` for each file.
struct Part {
    view: View,
    values: Vec<Vec<f32>>,
    shares: Shares,
}

/// Writes the window to all files.
pub(super) fn render(
    world: &World,
    view: View,
    files: &mut [(Modality, Writer)],
    context: &Context,
) -> Result<Shares, Error> {
    let modalities: Vec<Modality> = files.iter().map(|(modality, _)| *modality).collect();
    let mut shares = Shares::default();
    for first in (0..view.height).step_by(STRIP_ROWS) {
        context.cancel.check()?;
        let rows = STRIP_ROWS.min(view.height - first);
        let strip = View { row: view.row + first as i64, height: rows, ..view };
        let parts = parts(world, strip, &modalities);
        for part in &parts {
            for (all, own) in shares.counts.iter_mut().zip(part.shares.counts) {
                *all += own;
            }
        }
        for (index, (_, writer)) in files.iter_mut().enumerate() {
            writer.write_rows(first, rows, |band, values| {
                for part in &parts {
                    let width = part.view.width;
                    let begin = (part.view.column - view.column) as usize;
                    let of_band = &part.values[index][band * rows * width..(band + 1) * rows * width];
                    for (line, own) in values.chunks_exact_mut(view.width).zip(of_band.chunks_exact(width)) {
                        line[begin..begin + width].copy_from_slice(own);
                    }
                }
            })?;
        }
        context.host.progress(100.0 * (first + rows) as f64 / view.height as f64);
    }
    Ok(shares)
}

/// Renders a strip side by side. What a pixel shows does not depend on how the strip is divided.
fn parts(world: &World, strip: View, modalities: &[Modality]) -> Vec<Part> {
    let threads = thread::available_parallelism().map_or(1, usize::from);
    let columns = strip.width.div_ceil(threads).max(LEAST_COLUMNS);
    let views = (0..strip.width).step_by(columns).map(|begin| View {
        column: strip.column + begin as i64,
        width: columns.min(strip.width - begin),
        ..strip
    });
    thread::scope(|scope| {
        let works: Vec<_> = views.map(|view| scope.spawn(move || part(world, view, modalities))).collect();
        let finished = works.into_iter().map(thread::ScopedJoinHandle::join);
        // A panic is a defect, told as one where all panics are.
        finished.map(|part| part.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    })
}

fn part(world: &World, view: View, modalities: &[Modality]) -> Part {
    let survey = world.survey(view);
    let mut shares = Shares::default();
    shares.count(&survey.render(Modality::Lulc));
    Part { view, values: modalities.iter().map(|&modality| survey.render(modality)).collect(), shares }
}

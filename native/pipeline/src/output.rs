//! Rows of patches become rows of a raster: one cell per patch, or one per pixel.

use crate::finishing::Finishing;
use crate::mosaic::CellRow;
use crate::{Error, Means};
use grid::{PATCH_PX, Window, interpolation};
use raster::Writer;
use runtime::Cancel;
use std::collections::VecDeque;

/// Rows of patches that are held at most, to interpolate between them.
pub(crate) const BETWEEN_ROWS: usize = 3;

/// Takes finished rows of patches in order.
pub(crate) enum Output {
    /// One cell per patch.
    Patch {
        /// The file.
        writer: Writer,
        /// Rows written.
        row: usize,
    },
    /// One cell per pixel.
    Pixel(Box<PixelOutput>),
}

/// Features are taken at the centres of the patches and interpolated between them, so it needs the rows (and
/// columns) around those that it writes.
pub(crate) struct PixelOutput {
    writer: Writer,
    /// The patches that come in.
    cells: Window,
    /// All patches of the grid.
    all_cells: (usize, usize),
    /// The pixels that go out.
    pixels: Window,
    features: usize,
    /// The last rows of patches that came in, at most [`BETWEEN_ROWS`]; the first is row `first` of the grid.
    rows: VecDeque<CellRow>,
    first: usize,
    /// The next row of pixels to write, of the grid.
    next_pixel_row: usize,
}

impl Output {
    /// One cell per patch.
    pub fn patch(writer: Writer) -> Self {
        Self::Patch { writer, row: 0 }
    }

    /// One cell per pixel of `pixels`, from the patches `cells` of `all_cells` (columns, rows).
    pub fn pixel(
        writer: Writer,
        cells: Window,
        all_cells: (usize, usize),
        pixels: Window,
        features: usize,
    ) -> Self {
        Self::Pixel(Box::new(PixelOutput {
            writer,
            cells,
            all_cells,
            pixels,
            features,
            rows: VecDeque::new(),
            first: cells.y,
            next_pixel_row: pixels.y,
        }))
    }

    /// Takes the next row of patches.
    pub fn push(&mut self, cells: CellRow, cancel: &Cancel) -> Result<(), Error> {
        cancel.check()?;
        match self {
            Self::Patch { writer, row } => {
                let features = cells.values.len() / writer.width();
                writer.write_rows(*row, 1, |feature, values| {
                    for (x, value) in values.iter_mut().enumerate() {
                        *value = cells.values[x * features + feature];
                    }
                })?;
                *row += 1;
                Ok(())
            }
            Self::Pixel(output) => output.push(cells, cancel),
        }
    }

    /// Completes the file.
    pub fn finish(self, means: Means<'_>) -> Result<(), Error> {
        let writer = self.filled(means.cancel)?;
        Ok(Finishing::new(means, 1).complete(writer)?.publish()?)
    }

    /// The file with all its rows.
    fn filled(self, cancel: &Cancel) -> Result<Writer, Error> {
        match self {
            Self::Patch { writer, .. } => Ok(writer),
            Self::Pixel(mut output) => {
                output.write_up_to(output.pixels.y_end(), cancel)?;
                Ok(output.writer)
            }
        }
    }
}

impl PixelOutput {
    fn push(&mut self, row: CellRow, cancel: &Cancel) -> Result<(), Error> {
        self.rows.push_back(row);
        // Whole rows of patches above the last one have both neighbours now.
        let last = self.first + self.rows.len() - 1;
        self.write_up_to((last * PATCH_PX).min(self.pixels.y_end()), cancel)?;
        while self.rows.len() > 2 {
            self.rows.pop_front();
            self.first += 1;
        }
        Ok(())
    }

    /// Writes rows of pixels below `end`, one row of patches at a time.
    fn write_up_to(&mut self, end: usize, cancel: &Cancel) -> Result<(), Error> {
        while self.next_pixel_row < end {
            cancel.check()?;
            let from = self.next_pixel_row;
            let to = ((from / PATCH_PX + 1) * PATCH_PX).min(end);
            let rows: Vec<_> = (from..to).map(|y| self.row_of(y)).collect();
            let columns: Vec<_> = (self.pixels.x..self.pixels.x_end()).map(|x| self.column_of(x)).collect();
            let (features, held) = (self.features, &self.rows);
            self.writer.write_rows(from - self.pixels.y, to - from, |feature, values| {
                let lines = values.chunks_exact_mut(columns.len());
                for (line, row) in lines.zip(&rows) {
                    for (value, column) in line.iter_mut().zip(&columns) {
                        let at = |r: usize, c: usize| held[r].values[c * features + feature];
                        *value = blend(at, *row, *column);
                    }
                }
            })?;
            self.next_pixel_row = to;
        }
        Ok(())
    }

    /// The rows of patches, among those held, that a row of pixels lies between.
    fn row_of(&self, pixel: usize) -> Between {
        let held = |cell: usize| cell - self.first;
        Between::new(pixel, self.all_cells.1, held)
    }

    /// The columns of patches, among those that came in, that a column of pixels lies between.
    fn column_of(&self, pixel: usize) -> Between {
        let held = |cell: usize| cell - self.cells.x;
        Between::new(pixel, self.all_cells.0, held)
    }
}

/// Two patches along one axis, the share of the second, and which of them the pixel lies in.
#[derive(Clone, Copy)]
struct Between {
    first: usize,
    second: usize,
    share: f32,
    own: usize,
}

impl Between {
    fn new(pixel: usize, cells: usize, held: impl Fn(usize) -> usize) -> Self {
        let (first, second, share) = interpolation::linear(pixel, PATCH_PX, cells);
        Self { first: held(first), second: held(second), share, own: held(pixel / PATCH_PX) }
    }
}

/// The bilinear value; a pixel in a patch without a result has none, and others leave such patches out.
fn blend(at: impl Fn(usize, usize) -> f32, row: Between, column: Between) -> f32 {
    let own = at(row.own, column.own);
    if own.is_nan() {
        return own;
    }
    let (mut sum, mut weights) = (0.0, 0.0);
    for (r, row_weight) in [(row.first, 1.0 - row.share), (row.second, row.share)] {
        for (c, column_weight) in [(column.first, 1.0 - column.share), (column.second, column.share)] {
            let value = at(r, c);
            if !value.is_nan() {
                sum += row_weight * column_weight * value;
                weights += row_weight * column_weight;
            }
        }
    }
    sum / weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use grid::Grid;
    use raster::{BandSpec, Crs, Layer, RasterSpec, SampleType};

    /// Writes patches whose value is `value(column, row)`, and reads the pixels back.
    fn pixels(
        grid: (usize, usize),
        cells: Window,
        out: Window,
        value: impl Fn(usize, usize) -> f32,
    ) -> Vec<f32> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.tif");
        let whole = Grid::new([0.0, 10.0, 0.0, 0.0, 0.0, -10.0], grid.0, grid.1).unwrap();
        let spec = RasterSpec {
            grid: whole.sub_grid(out),
            crs: Crs::from_text("").unwrap(),
            bands: vec![BandSpec::named("a"), BandSpec::named("b")],
            sample: SampleType::Float32,
            nodata: Some(f64::NAN),
            classes: vec![],
            metadata: vec![],
            creation: raster::CreationOptions::default(),
        };
        let writer = Writer::create(&path, spec).unwrap();
        let all = (grid.0.div_ceil(PATCH_PX), grid.1.div_ceil(PATCH_PX));
        let mut output = Output::pixel(writer, cells, all, out, 2);
        for y in cells.y..cells.y_end() {
            let values = (cells.x..cells.x_end()).flat_map(|x| [value(x, y), -value(x, y)]).collect();
            output.push(CellRow { values }, &Cancel::default()).unwrap();
        }
        output.filled(&Cancel::default()).unwrap().finish().unwrap();
        let layer = Layer::open(path.to_str().unwrap()).unwrap();
        let read = layer.read(layer.grid().window()).unwrap().values;
        let size = out.width * out.height;
        assert!(read[..size].iter().zip(&read[size..]).all(|(a, b)| a.is_nan() || (a + b).abs() < 1e-9));
        read[..size].to_vec()
    }

    #[test]
    fn a_plane_stays_a_plane_between_the_outermost_centres() {
        let all = Window { x: 0, y: 0, width: 4, height: 3 };
        let out = Window { x: 0, y: 0, width: 60, height: 45 };
        let read = pixels((60, 45), all, out, |x, y| (x + 10 * y) as f32);
        for (y, x) in (8..40).flat_map(|y| (8..56).map(move |x| (y, x))) {
            let expected = (x as f32 + 0.5) / 16.0 - 0.5 + 10.0 * ((y as f32 + 0.5) / 16.0 - 0.5);
            assert!((read[y * 60 + x] - expected).abs() < 1e-4, "{x} {y}");
        }
        assert!(read[0].abs() < 1e-6 && (read[44 * 60 + 59] - 23.0).abs() < 1e-4);
    }

    #[test]
    fn a_part_is_the_same_to_the_bit_as_that_part_of_the_whole() {
        let value = |x: usize, y: usize| ((x * 37 + y * 91) % 17) as f32 / 3.0;
        let all = Window { x: 0, y: 0, width: 7, height: 6 };
        let whole = pixels((100, 90), all, Window { x: 0, y: 0, width: 100, height: 90 }, value);
        let out = Window { x: 32, y: 32, width: 32, height: 16 };
        let part = pixels((100, 90), out.coarsened(PATCH_PX).grown(1, 7, 6), out, value);
        for y in 0..16 {
            assert_eq!(
                part[y * 32..(y + 1) * 32],
                whole[(32 + y) * 100 + 32..(32 + y) * 100 + 64],
                "row {y}"
            );
        }
    }

    #[test]
    fn a_patch_without_a_result_has_none_in_its_pixels_and_in_no_other() {
        let all = Window { x: 0, y: 0, width: 3, height: 3 };
        let out = Window { x: 0, y: 0, width: 48, height: 48 };
        let read = pixels((48, 48), all, out, |x, y| if (x, y) == (1, 1) { f32::NAN } else { 2.0 });
        for (y, x) in (0..48).flat_map(|y| (0..48).map(move |x| (y, x))) {
            let inside = (16..32).contains(&x) && (16..32).contains(&y);
            let value = read[y * 48 + x];
            assert!(if inside { value.is_nan() } else { (value - 2.0).abs() < 1e-6 }, "{x} {y} {value}");
        }
    }
}

//! Maps of classes as polygons.

use super::describe::SIEVE;
use super::outputs::VECTOR;
use crate::Error;
use crate::host::Context;
use crate::values::Values;
use grid::{Grid, Window};
use pipeline::segment::Classified;
use raster::{Class, Column, ColumnKind, Completed, Crs, LayerText, PolygonsWriter, Rectangle, Value};

/// The name of the layer.
const LAYER: &str = "classes";

/// The polygons that were asked for, if they were.
pub(super) struct Polygons<'a> {
    writer: PolygonsWriter,
    text: LayerText,
    sieve_px: usize,
    context: &'a Context<'a>,
}

impl<'a> Polygons<'a> {
    /// Starts the file, so that a destination that cannot be written is known before any work.
    pub fn create(values: &Values, statement: &str, context: &'a Context<'a>) -> Result<Option<Self>, Error> {
        let Some(path) = values.path(VECTOR) else { return Ok(None) };
        let writer = PolygonsWriter::create(&path, LAYER)?;
        let text = LayerText { name: LAYER.to_owned(), description: statement.to_owned() };
        Ok(Some(Self { writer, text, sieve_px: values.integer(SIEVE) as usize, context }))
    }

    /// Outlines the classes of a finished map.
    pub fn outline(self, map: &Completed, classes: &[Class]) -> Result<Completed, Error> {
        self.context.host.info("Outlining the classes");
        let cancel = self.context.cancel;
        let go_on = || !cancel.is_cancelled();
        let outlined = self.writer.outline(map, classes, &self.text, self.sieve_px, &go_on)?;
        outlined.ok_or(Error::Pipeline(pipeline::Error::Cancelled))
    }

    /// Draws the tiles of a grid of tiles with what was predicted of each.
    pub fn tiles(
        self,
        (grid, crs): (Grid, &Crs),
        classes: &[Class],
        classified: &[Classified],
    ) -> Result<Completed, Error> {
        let column = |name: String, kind| Column { name, kind };
        let mut columns = vec![
            column(String::from("class"), ColumnKind::Integer),
            column(String::from("name"), ColumnKind::Text),
            column(String::from("probability"), ColumnKind::Real),
        ];
        columns.extend(
            classes.iter().map(|class| column(format!("probability of {}", class.name), ColumnKind::Real)),
        );
        let rectangle = |tile: &Classified| {
            let (x, y) = tile.cell;
            let extent = grid.sub_grid(Window { x, y, width: 1, height: 1 }).extent();
            let name = classes.get(tile.class).map_or("", |class| &class.name);
            let own = f64::from(tile.probabilities.get(tile.class).copied().unwrap_or(f32::NAN));
            let mut values =
                vec![Value::Integer(tile.class as i64), Value::Text(name.to_owned()), Value::Real(own)];
            values.extend(tile.probabilities.iter().map(|&probability| Value::Real(f64::from(probability))));
            Rectangle { extent, values }
        };
        let rectangles: Vec<_> = classified.iter().map(rectangle).collect();
        Ok(self.writer.rectangles(crs, &self.text, &columns, &rectangles)?)
    }
}

//! Where in the world.

use crate::Error;
use grid::{Extent, Grid, Window};
use raster::Crs;

/// A rectangle somewhere in the world.
#[derive(Debug, Clone)]
pub struct Place {
    /// The rectangle in units of `crs`.
    pub extent: Extent,
    /// Its coordinate reference system; none means that of the layers.
    pub crs: Crs,
    /// What to call it in messages: the parameter, or the map.
    pub name: &'static str,
}

impl Place {
    /// The pixels of a grid that it touches.
    pub(crate) fn window(&self, grid: &Grid, crs: &Crs) -> Result<Window, Error> {
        let outside = || Error::Outside {
            name: self.name,
            extent: format!("{}, {}", text(&self.extent), self.crs.name()),
            covered: format!("{}, {}", text(&grid.extent()), crs.name()),
        };
        // What a map shows may reach to where the layers' system is not defined. So the layers are looked up in
        // the map's system first, and only what both share is carried back.
        let extent = match self.crs.extent_from(crs, grid.extent()) {
            Ok(layers) => match self.shared(&layers).ok_or_else(outside)? {
                shared if shared == layers => return Ok(grid.window()),
                shared => shared,
            },
            Err(_) => self.extent,
        };
        let extent = crs.extent_from(&self.crs, extent)?;
        grid.window_of(&extent).ok_or_else(outside)
    }
}

impl Place {
    /// What the layers share with it, in its own system. Longitudes may be counted from 0 or from -180, and go on beyond 180
    /// where layers lie across it.
    fn shared(&self, layers: &Extent) -> Option<Extent> {
        let Extent { xmin, xmax, .. } = self.extent;
        let turned =
            |by: f64| Extent { xmin: xmin + by, xmax: xmax + by, ..self.extent }.intersection(layers);
        let turn = self.crs.turn().unwrap_or_default();
        let parts = [0.0, turn, -turn].into_iter().filter_map(turned);
        parts.reduce(|a, b| Extent {
            xmin: a.xmin.min(b.xmin),
            ymin: a.ymin.min(b.ymin),
            xmax: a.xmax.max(b.xmax),
            ymax: a.ymax.max(b.ymax),
        })
    }
}

/// An extent in words; six decimals are a tenth of a metre in degrees.
pub(crate) fn text(e: &Extent) -> String {
    let number = |v: f64| if v.abs() < 1000.0 { format!("{v:.6}") } else { format!("{v:.1}") };
    format!("x {} to {}, y {} to {}", number(e.xmin), number(e.xmax), number(e.ymin), number(e.ymax))
}

//! A raster seen on another grid: where its pixels come from, and what they become.
//!
//! GDAL's warper works in chunks, whose borders depend on what is read, and takes the pixels that are missing in one
//! band for missing in others, or undeclared ones for values. Here every pixel is carried over for itself, by PROJ to
//! within a ten-thousandth of a pixel ([`crate::track`]), so that a window's bits do not depend on the window, and every band
//! has its own validity, by the rules of [`crate::Layer`].

use crate::crs::Crs;
use crate::{Error, Pixels, track};
use grid::resample::{Footprint, Kernel, Resampling};
use grid::{Extent, Grid, Window};
use proj::Proj;
use std::rc::Rc;

/// Source pixels that are held at once, unless a single target pixel needs more.
const MOST_SOURCE_PX: usize = 2048 * 2048;

/// Source pixels along one side of a target pixel, beyond which a single one would need too many.
const MOST_PER_SIDE: f64 = 1000.0;

/// Points along each side of a raster that are tried in order to see how it lies.
const PROBES: usize = 25;

/// Same system, other grid: places within a thousandth of a pixel count as the same, as for aligned grids.
const SNAP_PX: f64 = 1e-3;

/// A raster's place.
#[derive(Clone)]
pub(crate) struct Place {
    pub grid: Grid,
    pub crs: Crs,
}

/// How a layer is seen from another place.
pub(crate) struct View {
    /// For messages.
    source_name: String,
    /// Where it is seen.
    pub target: Place,
    source: Place,
    resampling: Resampling,
    /// Source pixels per target pixel along the source's columns and rows, in the middle of what both cover.
    pub scale: (f64, f64),
    /// What is read: an overview, counted from 0 as GDAL does, and its size.
    overview: Option<(usize, (usize, usize))>,
    kernel: Kernel,
}

/// Values and validity of one band in a window.
type BandPixels = (Vec<f32>, Vec<bool>);

/// Points from one place's system to another's, as numbers in both.
struct Way {
    /// None where both systems are the same.
    transformation: Option<Rc<Proj>>,
    /// The middle of the destination and the length of a full turn, where x is a longitude.
    around: Option<(f64, f64)>,
}

impl Way {
    fn new(from: &Crs, to: &Place) -> Result<Self, String> {
        let transformation = if *from == to.crs { None } else { Some(from.transformation(&to.crs)?) };
        let extent = to.grid.extent();
        let around = to.crs.turn().map(|turn| (f64::midpoint(extent.xmin, extent.xmax), turn));
        Ok(Self { transformation, around })
    }

    fn carry(&self, point: (f64, f64)) -> Option<(f64, f64)> {
        let (mut x, y) = match &self.transformation {
            Some(transformation) => transformation.convert(point).ok()?,
            None => point,
        };
        if let Some((middle, turn)) = self.around {
            // Rasters may count longitudes from 0 or from -180, and lie across either.
            let turns = ((x - middle) / turn).round();
            if turns != 0.0 {
                x -= turns * turn;
            }
        }
        (x.is_finite() && y.is_finite()).then_some((x, y))
    }
}

impl View {
    /// How the raster `source_name` at `source` is seen from `target`.
    pub fn new(
        source_name: &str,
        source: Place,
        target: Place,
        resampling: Resampling,
    ) -> Result<Self, Error> {
        let name = || source_name.to_owned();
        source.crs.check_reaches(&target.crs, source_name)?;
        let failed = |reason| not_carried(source_name, &source, &target, reason);
        let back = Way::new(&target.crs, &source).map_err(failed)?;
        let forth = Way::new(&source.crs, &target).map_err(failed)?;
        let carried: Vec<_> =
            probes(&source.grid).filter_map(|at| forth.carry(world(&source.grid, at))).collect();
        // Rasters that only touch share no pixel: a point counts that is on one and truly inside of the other.
        let within = |grid: &Grid, (column, row): (f64, f64), margin: f64| {
            let is = |at: f64, size: usize| (margin..=size as f64 - margin).contains(&at);
            is(column, grid.width_px()) && is(row, grid.height_px())
        };
        let in_source = |at: &(f64, f64), margin: f64| {
            let at = pixel(&back, &target.grid, &source.grid, *at);
            at.is_some_and(|at| within(&source.grid, at, margin))
        };
        // What both cover, as pixel coordinates of the target.
        let of_source = carried.iter().map(|&(x, y)| target.grid.pixel_from_world(x, y));
        let shared: Vec<_> = probes(&target.grid)
            .filter(|at| in_source(at, SNAP_PX))
            .chain(
                of_source
                    .filter(|&at| within(&target.grid, at, SNAP_PX))
                    .filter(|at| in_source(at, -SNAP_PX)),
            )
            .collect();
        if shared.is_empty() {
            let extent = target.grid.extent();
            let Some(found) = hull(&carried) else {
                return Err(failed(String::from("no part of the layer has a place in the other system")));
            };
            // Two narrow rasters that cross may share none of the points.
            let (width, height) = (extent.xmax - extent.xmin, extent.ymax - extent.ymin);
            let cell = (width / target.grid.width_px() as f64, height / target.grid.height_px() as f64);
            let cross = found.intersection(&extent).is_some_and(|shared| {
                shared.xmax - shared.xmin > SNAP_PX * cell.0 && shared.ymax - shared.ymin > SNAP_PX * cell.1
            });
            let is_exact = source.crs == target.crs && (source.grid.is_turned() || target.grid.is_turned());
            if !cross || is_exact {
                let distance = distance(&found, &extent, &target.crs.unit());
                let target = target.crs.name().to_owned();
                return Err(Error::Apart { source_name: name(), target, distance });
            }
        }
        let scale = scale(&shared, |at| pixel(&back, &target.grid, &source.grid, at));
        let snap_px = if source.crs == target.crs { SNAP_PX } else { 0.0 };
        let kernel = Kernel::new(resampling, scale, snap_px);
        Ok(Self { source_name: name(), target, source, resampling, scale, overview: None, kernel })
    }

    /// Whether overviews may stand in for the pixels: classes in overviews may be averages.
    pub fn takes_overviews(&self) -> bool {
        self.resampling != Resampling::Nearest
    }

    /// Reads from an overview instead of the pixels themselves.
    pub fn through_overview(mut self, overview: Option<(usize, (usize, usize))>) -> Self {
        self.overview = overview;
        if let Some((_, size)) = overview {
            let (x, y) = self.factors(size);
            let scale = (self.scale.0 / x, self.scale.1 / y);
            self.kernel = Kernel::new(self.resampling, scale, 0.0);
        }
        self
    }

    /// Refuses what would need too many source pixels for one target pixel.
    pub fn checked(self) -> Result<Self, Error> {
        let (x, y) = self.overview.map_or((1.0, 1.0), |(_, size)| self.factors(size));
        let most = (self.scale.0 / x).max(self.scale.1 / y);
        if self.takes_overviews() && most > MOST_PER_SIDE {
            let (times, unit) = (self.scale.0.max(self.scale.1).round(), self.target.crs.unit());
            return Err(Error::TooFine { source_name: self.source_name, times, unit });
        }
        Ok(self)
    }

    /// By how much the pixels of an overview are larger.
    fn factors(&self, size: (usize, usize)) -> (f64, f64) {
        let grid = &self.source.grid;
        (grid.width_px() as f64 / size.0 as f64, grid.height_px() as f64 / size.1 as f64)
    }

    /// The overview that is read, if any.
    pub fn overview(&self) -> Option<usize> {
        self.overview.map(|(index, _)| index)
    }

    /// The pixels of a window of the target, which lies inside of it, as `[band, y, x]`. `read` gives those of a
    /// band, counted from 0, in a window of the source or of its overview.
    pub fn pixels(
        &self,
        window: Window,
        bands: usize,
        read: impl Fn(usize, Window) -> Result<BandPixels, Error>,
    ) -> Result<Pixels, Error> {
        let places = self.places(window)?;
        let size = window.width * window.height;
        let mut pixels = Pixels { values: vec![0.0; size * bands], valid: vec![false; size * bands] };
        // Parts of the window that are still to do, so small at last that their source pixels can be held.
        let mut parts = vec![Window { x: 0, y: 0, ..window }];
        while let Some(part) = parts.pop() {
            let rows = (part.y..part.y_end()).map(|y| y * window.width);
            let cells: Vec<usize> = rows.flat_map(|start| start + part.x..start + part.x_end()).collect();
            let Some(block) = self.block(&places, &cells) else { continue };
            if block.width * block.height > MOST_SOURCE_PX && cells.len() > 1 {
                parts.extend(halves(part));
                continue;
            }
            let footprints: Vec<_> =
                cells.iter().map(|&cell| places[cell].and_then(|at| self.footprint(at))).collect();
            for band in 0..bands {
                let (values, valid) = read(band, block)?;
                for (cell, footprint) in cells.iter().zip(&footprints) {
                    let value = footprint.as_ref().and_then(|f| f.value(block, &values, &valid));
                    if let Some(value) = value {
                        pixels.values[band * size + cell] = value;
                        pixels.valid[band * size + cell] = true;
                    }
                }
            }
        }
        Ok(pixels)
    }

    /// Where the pixels of a window lie among those that are read.
    fn places(&self, window: Window) -> Result<Vec<Option<(f64, f64)>>, Error> {
        let way = Way::new(&self.target.crs, &self.source)
            .map_err(|reason| not_carried(&self.source_name, &self.source, &self.target, reason))?;
        let factors = self.overview.map_or((1.0, 1.0), |(_, size)| self.factors(size));
        let exact = |at: (f64, f64)| {
            let (x, y) = pixel(&way, &self.target.grid, &self.source.grid, at)?;
            Some((x / factors.0, y / factors.1))
        };
        let mut places = vec![None; window.width * window.height];
        if way.transformation.is_some() {
            track::carry(window, exact, &mut places);
        } else {
            let centres = (window.y..window.y_end())
                .flat_map(|y| (window.x..window.x_end()).map(move |x| (x as f64 + 0.5, y as f64 + 0.5)));
            for (place, at) in places.iter_mut().zip(centres) {
                *place = exact(at);
            }
        }
        Ok(places)
    }

    fn footprint(&self, at: (f64, f64)) -> Option<Footprint> {
        let own = (self.source.grid.width_px(), self.source.grid.height_px());
        let (width, height) = self.overview.map_or(own, |(_, size)| size);
        self.kernel.footprint(at, width, height)
    }

    /// The smallest window that holds what all cells take their values from.
    fn block(&self, places: &[Option<(f64, f64)>], cells: &[usize]) -> Option<Window> {
        let footprints = cells.iter().filter_map(|&cell| self.footprint(places[cell]?));
        footprints.map(|footprint| footprint.window()).reduce(|a, b| {
            let (x, y) = (a.x.min(b.x), a.y.min(b.y));
            let (x_end, y_end) = (a.x_end().max(b.x_end()), a.y_end().max(b.y_end()));
            Window { x, y, width: x_end - x, height: y_end - y }
        })
    }
}

fn not_carried(source_name: &str, from: &Place, to: &Place, reason: String) -> Error {
    Error::Align {
        source_name: source_name.to_owned(),
        from: from.crs.name().to_owned(),
        to: to.crs.name().to_owned(),
        reason,
    }
}

fn world(grid: &Grid, (column, row): (f64, f64)) -> (f64, f64) {
    grid.world_from_pixel(column, row)
}

/// The pixel coordinate in `to` of one in `from`.
fn pixel(way: &Way, from: &Grid, to: &Grid, at: (f64, f64)) -> Option<(f64, f64)> {
    let (x, y) = way.carry(world(from, at))?;
    Some(to.pixel_from_world(x, y))
}

/// Pixel coordinates all over a grid, its edges and corners among them.
fn probes(grid: &Grid) -> impl Iterator<Item = (f64, f64)> {
    let (width, height) = (grid.width_px() as f64, grid.height_px() as f64);
    let share = |i: usize| i as f64 / (PROBES - 1) as f64;
    (0..PROBES * PROBES).map(move |i| (width * share(i % PROBES), height * share(i / PROBES)))
}

/// The smallest rectangle around points.
fn hull(points: &[(f64, f64)]) -> Option<Extent> {
    let extent = |&(x, y): &(f64, f64)| Extent { xmin: x, ymin: y, xmax: x, ymax: y };
    points.iter().map(extent).reduce(|a, b| Extent {
        xmin: a.xmin.min(b.xmin),
        ymin: a.ymin.min(b.ymin),
        xmax: a.xmax.max(b.xmax),
        ymax: a.ymax.max(b.ymax),
    })
}

/// How large source pixels' steps are per target pixel: the median of what is found where both lie, 1 for nothing.
fn scale(shared: &[(f64, f64)], to_source: impl Fn((f64, f64)) -> Option<(f64, f64)>) -> (f64, f64) {
    let at = |&(column, row): &(f64, f64)| {
        let across = (to_source((column - 0.5, row))?, to_source((column + 0.5, row))?);
        let down = (to_source((column, row - 0.5))?, to_source((column, row + 0.5))?);
        let x = (across.1.0 - across.0.0).hypot(down.1.0 - down.0.0);
        let y = (across.1.1 - across.0.1).hypot(down.1.1 - down.0.1);
        Some((x, y))
    };
    let found: Vec<_> = shared.iter().filter_map(at).collect();
    let median = |mut steps: Vec<f64>| {
        steps.sort_by(f64::total_cmp);
        steps.get(steps.len() / 2).copied().unwrap_or(1.0)
    };
    (median(found.iter().map(|s| s.0).collect()), median(found.iter().map(|s| s.1).collect()))
}

/// By how much and in which direction `found` misses `wanted`.
fn distance(found: &Extent, wanted: &Extent, unit: &str) -> String {
    let gaps = [
        (found.xmin - wanted.xmax, "east"),
        (wanted.xmin - found.xmax, "west"),
        (found.ymin - wanted.ymax, "north"),
        (wanted.ymin - found.ymax, "south"),
    ];
    let text = |gap: f64| if gap < 10.0 { format!("{gap:.4}") } else { format!("{gap:.0}") };
    let missed = gaps.into_iter().filter(|(gap, _)| *gap >= 0.0);
    let parts: Vec<_> = missed.map(|(gap, side)| format!("{} {unit} too far {side}", text(gap))).collect();
    if parts.is_empty() { String::from("beside it, though within its bounds") } else { parts.join(" and ") }
}

/// A part in two, along its longer side.
fn halves(part: Window) -> [Window; 2] {
    if part.width >= part.height {
        let left = part.width / 2;
        [Window { width: left, ..part }, Window { x: part.x + left, width: part.width - left, ..part }]
    } else {
        let upper = part.height / 2;
        [Window { height: upper, ..part }, Window { y: part.y + upper, height: part.height - upper, ..part }]
    }
}

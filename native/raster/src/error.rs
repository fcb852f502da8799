//! What can go wrong with rasters, in words for those who chose them.

use std::ffi::CStr;
use std::path::PathBuf;
use thiserror::Error;

/// An error with a raster or a coordinate reference system.
#[derive(Debug, Error)]
pub enum Error {
    /// The outputs would not fit on their disk.
    #[error(
        "the outputs need up to {needed} of the disk while they are written, but only {available} are free in {}: choose another folder, a smaller area or fewer outputs, or make room", folder.display()
    )]
    NoSpace {
        /// Bytes with their unit.
        needed: String,
        /// Bytes with their unit.
        available: String,
        /// Where they were to go.
        folder: PathBuf,
    },
    /// What is kept for the case of an interruption cannot be opened.
    #[error("cannot use {} ({reason}), where what is done is kept: remove it, or set RESUME to no", path.display())]
    Kept {
        /// The hidden file.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// GDAL cannot open the source.
    #[error("cannot open the raster ({reason}): {source_name}")]
    Open {
        /// The source as it was given.
        source_name: String,
        /// GDAL's words.
        reason: String,
    },
    /// The source opened, but has no pixels that can be used.
    #[error("{reason}: {source_name}")]
    Unusable {
        /// The source as it was given.
        source_name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// GDAL cannot open a vector layer.
    #[error("cannot open the vector layer ({reason}): {source_name}")]
    OpenVector {
        /// The source as it was given.
        source_name: String,
        /// What is wrong, or GDAL's words.
        reason: String,
    },
    /// Polygons cannot be made pixels.
    #[error("the polygons cannot be brought onto the raster's grid: {reason}")]
    Burn {
        /// GDAL's words.
        reason: String,
    },
    /// Reading pixels failed half-way.
    #[error("cannot read band {band} of {source_name}: {reason}; is the file complete and reachable?")]
    Read {
        /// The source as it was given.
        source_name: String,
        /// The band, counted from 1.
        band: usize,
        /// GDAL's words.
        reason: String,
    },
    /// A coordinate reference system is not understood.
    #[error(
        "the coordinate reference system \"{definition}\" is not known: give a code such as EPSG:32633, or WKT"
    )]
    Crs {
        /// What was given.
        definition: String,
    },
    /// An extent has no image in the other coordinate reference system.
    #[error("the extent cannot be carried from {from} to {to}: {reason}")]
    Extent {
        /// Name of the extent's system.
        from: String,
        /// Name of the layers' system.
        to: String,
        /// PROJ's words.
        reason: String,
    },
    /// A place on Earth is asked for, but there is no system.
    #[error(
        "the layer has no coordinate reference system, so that nobody knows where on Earth it lies: give it one first, for example with Assign projection"
    )]
    NoCrs,
    /// A point has no latitude and longitude.
    #[error("the point x {x}, y {y} of {crs} has no latitude and longitude: {reason}")]
    Point {
        /// The point's x in units of the system.
        x: f64,
        /// The point's y in units of the system.
        y: f64,
        /// Name of the system.
        crs: String,
        /// PROJ's words.
        reason: String,
    },
    /// A layer has no system, but the grid that it is to be seen on has one.
    #[error(
        "this layer has no coordinate reference system, so it cannot be put on a grid in {target}: give it its own first, for example with Assign projection: {source_name}"
    )]
    LayerUnplaced {
        /// The source as it was given.
        source_name: String,
        /// Name of the grid's system.
        target: String,
    },
    /// A layer has a system, but the grid that it is to be seen on has none.
    #[error(
        "this layer is in {own}, but the grid that it is to be put on has no coordinate reference system: give the layer that the grid comes from its own first, for example with Assign projection: {source_name}"
    )]
    TargetUnplaced {
        /// The source as it was given.
        source_name: String,
        /// Name of the layer's system.
        own: String,
    },
    /// A layer cannot be carried to another system.
    #[error("this layer cannot be carried from {from} to {to}: {reason}: {source_name}")]
    Align {
        /// The source as it was given.
        source_name: String,
        /// Name of the layer's system.
        from: String,
        /// Name of the grid's system.
        to: String,
        /// PROJ's words.
        reason: String,
    },
    /// A layer and the grid that it is to be seen on share nothing.
    #[error(
        "this layer does not overlap the grid that it is to be put on: in {target} it lies {distance}; choose layers of one place, and check that each has its right coordinate reference system: {source_name}"
    )]
    Apart {
        /// The source as it was given.
        source_name: String,
        /// Name of the grid's system.
        target: String,
        /// By how much and in which direction.
        distance: String,
    },
    /// A layer's pixels are too small for the grid.
    #[error(
        "this layer's pixels are {times} times smaller than those of the grid that it is to be put on: choose a smaller CELL_SIZE, which counts in {unit} here, or give it coarser overviews first, for example with Build overviews: {source_name}"
    )]
    TooFine {
        /// The source as it was given.
        source_name: String,
        /// How many lie along one side of the grid's.
        times: f64,
        /// What the grid's sides are counted in.
        unit: String,
    },
    /// A grid of this cell size cannot be made.
    #[error(
        "cells of {cell_size:?} {unit} make no grid over this layer: give a positive size that suits its extent: {source_name}"
    )]
    CellSize {
        /// What was asked for.
        cell_size: f64,
        /// What it is counted in.
        unit: String,
        /// The source as it was given.
        source_name: String,
    },
    /// The output's folder or name cannot be written.
    #[error("cannot write {path}: {reason}; choose another place for the output")]
    Destination {
        /// The output.
        path: PathBuf,
        /// The system's or GDAL's words.
        reason: String,
    },
    /// An option of the output's format cannot be used.
    #[error("the creation option {option} cannot be used: {reason}")]
    CreationOption {
        /// As it was given.
        option: String,
        /// What is wrong with it, or GDAL's words.
        reason: String,
    },
    /// A picture cannot be made.
    #[error("a picture cannot be made: {reason}")]
    Picture {
        /// GDAL's words.
        reason: String,
    },
    /// The user asked to stop.
    #[error("cancelled")]
    Cancelled,
    /// Writing failed half-way; nothing is left behind.
    #[error("writing {path} failed: {reason}; is the disk full?")]
    Write {
        /// The output.
        path: PathBuf,
        /// The system's or GDAL's words.
        reason: String,
    },
}

/// GDAL's own words, without its error class and number.
pub(crate) fn words(error: &gdal::errors::GdalError) -> String {
    match error {
        gdal::errors::GdalError::CplError { msg, .. } | gdal::errors::GdalError::NullPointer { msg, .. }
            if !msg.trim().is_empty() =>
        {
            msg.trim().to_owned()
        }
        other => other.to_string(),
    }
}

/// Forgets this thread's errors, so that [`recorded_error`] tells only of later ones.
#[expect(unsafe_code, reason = "the safe wrapper has no access to the last error")]
pub(crate) fn forget_errors() {
    // SAFETY: only touches this thread's error state.
    unsafe { gdal_sys::CPLErrorReset() }
}

/// An error that GDAL recorded but did not return: before version 3.7 that is how a full disk shows when cached
/// blocks are written.
#[expect(unsafe_code, reason = "the safe wrapper has no access to the last error")]
pub(crate) fn recorded_error() -> Result<(), String> {
    // SAFETY: the message is a string of this thread's that lives until its next error; it is copied at once.
    unsafe {
        if gdal_sys::CPLGetLastErrorType() < gdal_sys::CPLErr::CE_Failure {
            return Ok(());
        }
        Err(CStr::from_ptr(gdal_sys::CPLGetLastErrorMsg()).to_string_lossy().trim().to_owned())
    }
}

/// What GDAL recorded last, be it an error or a warning.
#[expect(unsafe_code, reason = "the safe wrapper has no access to the last error")]
pub(crate) fn any_message() -> Option<String> {
    // SAFETY: as in `recorded_error`.
    let message = unsafe {
        if gdal_sys::CPLGetLastErrorType() < gdal_sys::CPLErr::CE_Warning {
            return None;
        }
        CStr::from_ptr(gdal_sys::CPLGetLastErrorMsg()).to_string_lossy().trim().to_owned()
    };
    Some(message)
}

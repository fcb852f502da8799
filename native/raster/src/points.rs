//! Points in a GeoPackage that appears whole or not at all.
//!
//! There are few of them, so the file is made in memory: neither the hidden file's name nor SQLite's journals get
//! anywhere.

use crate::error::{forget_errors, recorded_error, words};
use crate::geopackage;
use crate::staged::{Completed, Staged};
use crate::{Crs, Error};
use gdal::vector::{
    Feature, FieldDefn, FieldValue, Geometry, Layer, LayerAccess, LayerOptions, OGRFieldType,
};
use gdal::{Dataset, DriverManager, vsi};
use gdal_sys::OGRwkbGeometryType;
use std::fs;
use std::path::{Path, PathBuf};

/// What a layer says about itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LayerText {
    /// Its name in the file.
    pub name: String,
    /// What it holds, for whoever finds the file later.
    pub description: String,
}

/// One column of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it holds.
    pub kind: ColumnKind,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// Numbers.
    Real,
    /// Whole numbers.
    Integer,
    /// Texts.
    Text,
}

/// One point.
#[derive(Debug, Clone, PartialEq)]
pub struct Point {
    /// Eastwards, or the longitude.
    pub x: f64,
    /// Northwards, or the latitude.
    pub y: f64,
    /// One per column and of its kind, in order.
    pub values: Vec<Value>,
}

/// One value of a point.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number; NaN is stored as no value.
    Real(f64),
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// A GeoPackage of points under construction: a hidden file beside the destination.
pub struct PointsWriter {
    staged: Staged,
}

impl PointsWriter {
    /// Checks that `destination` can be written, as [`crate::Writer::create`] does, and holds no other layer than
    /// `layer`, which is to be written.
    pub fn create(destination: &Path, layer: &str) -> Result<Self, Error> {
        geopackage::refuse_others(destination, layer)?;
        Ok(Self { staged: Staged::beside(destination)? })
    }

    /// Writes the points as the only layer.
    pub fn complete(
        self,
        crs: &Crs,
        layer: &LayerText,
        columns: &[Column],
        points: &[Point],
    ) -> Result<Completed, Error> {
        let failed = |reason: String| Error::Write { path: self.staged.destination().to_owned(), reason };
        let memory = InMemory::named_like(self.staged.path());
        // SQLite's tables are made late, and closing returns nothing of what fails then.
        forget_errors();
        fill(&memory.0, crs, layer, columns, points).map_err(|e| failed(words(&e)))?;
        recorded_error().map_err(failed)?;
        let bytes = vsi::get_vsi_mem_file_bytes_owned(&memory.0).map_err(|e| failed(words(&e)))?;
        // Into the file that is locked, not a new one.
        fs::write(self.staged.path(), bytes).map_err(|e| failed(e.to_string()))?;
        self.staged.complete()
    }
}

/// A file in GDAL's memory, removed when dropped.
struct InMemory(PathBuf);

impl InMemory {
    /// The hidden file's name is unique in this process; the ending is what GDAL expects.
    fn named_like(hidden: &Path) -> Self {
        let name = hidden.file_name().unwrap_or_default().to_string_lossy();
        Self(PathBuf::from(format!("/vsimem/{name}.gpkg")))
    }
}

impl Drop for InMemory {
    fn drop(&mut self) {
        let _ = vsi::unlink_mem_file(&self.0);
    }
}

fn fill(
    path: &Path,
    crs: &Crs,
    layer: &LayerText,
    columns: &[Column],
    points: &[Point],
) -> gdal::errors::Result<()> {
    let mut dataset = DriverManager::get_driver_by_name("GPKG")?.create_vector_only(path)?;
    // One transaction: otherwise SQLite would make one for each point.
    let mut transaction = dataset.start_transaction()?;
    add_layer(&mut transaction, crs, layer, columns, points)?;
    transaction.commit()?;
    dataset.close()
}

fn add_layer(
    dataset: &mut Dataset,
    crs: &Crs,
    text: &LayerText,
    columns: &[Column],
    points: &[Point],
) -> gdal::errors::Result<()> {
    let spatial_ref = crs.spatial_ref();
    let description = format!("DESCRIPTION={}", text.description);
    let layer = dataset.create_layer(LayerOptions {
        name: &text.name,
        srs: spatial_ref.as_ref(),
        ty: OGRwkbGeometryType::wkbPoint,
        options: Some(&[&description]),
    })?;
    define(&layer, columns)?;
    for point in points {
        let mut geometry = Geometry::empty(OGRwkbGeometryType::wkbPoint)?;
        geometry.set_point_2d(0, (point.x, point.y));
        let mut feature = Feature::new(layer.defn())?;
        feature.set_geometry(geometry)?;
        set(&mut feature, &point.values)?;
        feature.create(&layer)?;
    }
    Ok(())
}

/// Gives a layer its columns.
pub(crate) fn define(layer: &Layer, columns: &[Column]) -> gdal::errors::Result<()> {
    for column in columns {
        let kind = match column.kind {
            ColumnKind::Real => OGRFieldType::OFTReal,
            ColumnKind::Integer => OGRFieldType::OFTInteger64,
            ColumnKind::Text => OGRFieldType::OFTString,
        };
        FieldDefn::new(&column.name, kind)?.add_to_layer(layer)?;
    }
    Ok(())
}

/// Gives a feature its values, one per column.
pub(crate) fn set(feature: &mut Feature, values: &[Value]) -> gdal::errors::Result<()> {
    for (i, value) in values.iter().enumerate() {
        let value = match value {
            Value::Real(number) => FieldValue::RealValue(*number),
            Value::Integer(number) => FieldValue::Integer64Value(*number),
            Value::Text(text) => FieldValue::StringValue(text.clone()),
        };
        feature.set_field(i, &value)?;
    }
    Ok(())
}

//! Classes of a band: colours for those who look at it, names for those who ask.
//!
//! A colour table lies in the file itself. The names are written twice into GDAL's sidecar: as a raster attribute
//! table, with the colours, and as category names, which also QGIS before 3.30 reads.

use crate::error::{forget_errors, recorded_error, words};
use gdal::cpl::CslStringList;
use gdal::raster::{ColorEntry, ColorTable, RasterBand};
use gdal_sys::{CPLErr, GDALRATFieldType, GDALRATFieldUsage, GDALRATTableType, GDALRasterAttributeTableH};
use std::ffi::{CStr, CString, c_int};

/// One class of a class map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Class {
    /// In pixels.
    pub value: u8,
    /// For people.
    pub name: String,
    /// Red, green and blue.
    pub colour: [u8; 3],
}

/// The table's columns.
const COLUMNS: [(&CStr, GDALRATFieldType::Type, GDALRATFieldUsage::Type); 5] = [
    (c"Value", GDALRATFieldType::GFT_Integer, GDALRATFieldUsage::GFU_MinMax),
    (c"Class", GDALRATFieldType::GFT_String, GDALRATFieldUsage::GFU_Name),
    (c"Red", GDALRATFieldType::GFT_Integer, GDALRATFieldUsage::GFU_Red),
    (c"Green", GDALRATFieldType::GFT_Integer, GDALRATFieldUsage::GFU_Green),
    (c"Blue", GDALRATFieldType::GFT_Integer, GDALRATFieldUsage::GFU_Blue),
];

/// Says of a new band which classes its values are. Fails with GDAL's words.
pub(crate) fn describe(band: &mut RasterBand, classes: &[Class]) -> Result<(), String> {
    forget_errors();
    let mut colours = ColorTable::default();
    for class in classes {
        let [red, green, blue] = class.colour.map(i16::from);
        colours.set_color_entry(u16::from(class.value), &ColorEntry::rgba(red, green, blue, 255));
    }
    band.set_color_table(&colours);
    set_categories(band, classes)?;
    AttributeTable::of(classes)?.attach_to(band)?;
    // Setting a colour table returns nothing.
    recorded_error()
}

/// Whether a band that was read back has its attribute table.
#[expect(unsafe_code, reason = "the safe wrapper does not know attribute tables")]
pub(crate) fn are_described(band: &RasterBand) -> bool {
    // SAFETY: the band's handle is valid; the table that is returned belongs to the band and is only counted.
    unsafe {
        let table = gdal_sys::GDALGetDefaultRAT(band.c_rasterband());
        !table.is_null() && gdal_sys::GDALRATGetRowCount(table) > 0
    }
}

/// The names of a band's values: those of its attribute table, else its category names. What has no name, or is no number
/// from 0 to 255, is left out.
pub(crate) fn names(band: &RasterBand) -> Vec<(u8, String)> {
    let named = |(value, name): (Option<u8>, String)| {
        Some((value?, name.trim().to_owned())).filter(|(_, name)| !name.is_empty())
    };
    let of_table: Vec<_> = table_names(band).into_iter().filter_map(named).collect();
    if !of_table.is_empty() {
        return of_table;
    }
    let categories = category_names(band).into_iter().enumerate();
    categories.filter_map(|(value, name)| named((u8::try_from(value).ok(), name))).collect()
}

#[expect(unsafe_code, reason = "the safe wrapper does not know attribute tables")]
fn table_names(band: &RasterBand) -> Vec<(Option<u8>, String)> {
    // SAFETY: the band's handle is valid; the table belongs to the band and is only read, in rows and columns that exist.
    // Its texts are GDAL's and are copied at once.
    unsafe {
        let table = gdal_sys::GDALGetDefaultRAT(band.c_rasterband());
        if table.is_null() {
            return Vec::new();
        }
        let column = |usage| gdal_sys::GDALRATGetColOfUsage(table, usage);
        let values = [GDALRATFieldUsage::GFU_MinMax, GDALRATFieldUsage::GFU_Min].map(column);
        let values = values.into_iter().find(|&column| column >= 0);
        let names = column(GDALRATFieldUsage::GFU_Name);
        let Some(values) = values.filter(|_| names >= 0) else { return Vec::new() };
        let row = |row| {
            let value = gdal_sys::GDALRATGetValueAsInt(table, row, values);
            let name = gdal_sys::GDALRATGetValueAsString(table, row, names);
            let name =
                if name.is_null() { String::new() } else { CStr::from_ptr(name).to_string_lossy().into() };
            (u8::try_from(value).ok(), name)
        };
        (0..gdal_sys::GDALRATGetRowCount(table)).map(row).collect()
    }
}

#[expect(unsafe_code, reason = "the safe wrapper does not know category names")]
fn category_names(band: &RasterBand) -> Vec<String> {
    let mut names = Vec::new();
    // SAFETY: the band's handle is valid; the list is the band's, ends with NULL (or is NULL), and is copied.
    unsafe {
        let mut next = gdal_sys::GDALGetRasterCategoryNames(band.c_rasterband());
        while !next.is_null() && !(*next).is_null() {
            names.push(CStr::from_ptr(*next).to_string_lossy().into_owned());
            next = next.add(1);
        }
    }
    names
}

#[expect(unsafe_code, reason = "the safe wrapper does not know category names")]
fn set_categories(band: &RasterBand, classes: &[Class]) -> Result<(), String> {
    let last = classes.iter().map(|class| class.value).max().unwrap_or(0);
    let mut names = CslStringList::new();
    for value in 0..=last {
        let class = classes.iter().find(|class| class.value == value);
        names.add_string(class.map_or("", |class| &class.name)).map_err(|e| words(&e))?;
    }
    // SAFETY: the band's handle is valid, the list lives during the call and is copied, not changed.
    let result = unsafe { gdal_sys::GDALSetRasterCategoryNames(band.c_rasterband(), names.as_ptr()) };
    outcome(result)
}

/// GDAL's object, freed when dropped.
struct AttributeTable(GDALRasterAttributeTableH);

#[expect(unsafe_code, reason = "the safe wrapper does not know attribute tables")]
impl AttributeTable {
    fn of(classes: &[Class]) -> Result<Self, String> {
        // SAFETY: takes nothing; what it returns is ours to free.
        let table = Self(unsafe { gdal_sys::GDALCreateRasterAttributeTable() });
        for (name, kind, usage) in COLUMNS {
            // SAFETY: the table's handle is valid, the name a string that is copied.
            outcome(unsafe { gdal_sys::GDALRATCreateColumn(table.0, name.as_ptr(), kind, usage) })?;
        }
        // SAFETY: the table's handle is valid.
        outcome(unsafe { gdal_sys::GDALRATSetTableType(table.0, GDALRATTableType::GRTT_THEMATIC) })?;
        // SAFETY: the table's handle is valid.
        unsafe { gdal_sys::GDALRATSetRowCount(table.0, classes.len() as c_int) };
        for (row, class) in classes.iter().enumerate() {
            let row = row as c_int;
            let name = CString::new(class.name.as_str()).map_err(|e| e.to_string())?;
            let [red, green, blue] = class.colour;
            // SAFETY: the table's handle is valid, the name a string that is copied; the columns and rows exist.
            unsafe { gdal_sys::GDALRATSetValueAsString(table.0, row, 1, name.as_ptr()) };
            for (column, number) in [(0, class.value), (2, red), (3, green), (4, blue)] {
                // SAFETY: as above.
                unsafe { gdal_sys::GDALRATSetValueAsInt(table.0, row, column, c_int::from(number)) };
            }
        }
        Ok(table)
    }

    fn attach_to(&self, band: &RasterBand) -> Result<(), String> {
        // SAFETY: both handles are valid; the band keeps a copy.
        outcome(unsafe { gdal_sys::GDALSetDefaultRAT(band.c_rasterband(), self.0) })
    }
}

#[expect(unsafe_code, reason = "the safe wrapper does not know attribute tables")]
impl Drop for AttributeTable {
    fn drop(&mut self) {
        // SAFETY: made by `of`, and freed nowhere else.
        unsafe { gdal_sys::GDALDestroyRasterAttributeTable(self.0) }
    }
}

fn outcome(result: CPLErr::Type) -> Result<(), String> {
    if result < CPLErr::CE_Failure {
        return Ok(());
    }
    recorded_error().and_then(|()| Err(String::from("GDAL took no classes")))
}

//! How the final file is stored: what everyone gets, and what users ask for instead.

use crate::Error;
use crate::error::{any_message, forget_errors, words};
use crate::spec::SampleType;
use gdal::cpl::CslStringList;
use gdal::{Driver, DriverManager, Metadata};
use std::sync::LazyLock;

/// The side of a block; also the largest raster that needs no overviews.
pub(crate) const BLOCK_PX: usize = 512;

/// The side of a block where every band has blocks of its own.
const BAND_BLOCK_PX: usize = 256;

/// What a block of all bands may hold: 16 bands of floats. With more, bands are stored one after the other: who draws
/// three features of 768 would otherwise read all of them.
const BLOCK_BYTES: usize = 16 << 20;

/// More threads would wait for the disk, and each holds blocks.
const MOST_THREADS: usize = 4;

/// The options that this crate decides: the only value that is taken, if any, and why.
const DECIDED: [(&str, Option<&str>, &str); 12] = [
    ("TILED", Some("YES"), "outputs are always tiled"),
    ("COPY_SRC_OVERVIEWS", Some("YES"), "outputs always have their overviews in the file"),
    ("STREAMABLE_OUTPUT", Some("NO"), "a file with overviews cannot be streamed"),
    ("PROFILE", Some("GDALGeoTIFF"), "other profiles lose what outputs say about themselves"),
    ("PHOTOMETRIC", None, "the output knows what its bands are"),
    ("ALPHA", None, "no output has an alpha band"),
    ("PIXELTYPE", None, "the output knows its type"),
    ("NBITS", None, "values would be cut"),
    ("TFW", Some("NO"), "outputs are one file, which holds its place"),
    ("RPB", Some("NO"), "outputs are one file"),
    ("RPCTXT", Some("NO"), "outputs are one file"),
    ("APPEND_SUBDATASET", Some("NO"), "an output is a file of its own"),
];

/// Compressions that change values, which may be classes.
const LOSSY: [&str; 2] = ["JPEG", "WEBP"];

/// What users want stored otherwise, as options of GDAL's GeoTIFF driver.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CreationOptions(Vec<(String, String)>);

impl CreationOptions {
    /// Reads `NAME=VALUE|NAME=VALUE` and checks it against what the driver of this GDAL knows; an empty text asks for
    /// nothing.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let driver = driver().map_err(|e| refused(text, words(&e)))?;
        let mut options: Vec<(String, String)> = Vec::new();
        for option in text.split('|').map(str::trim).filter(|option| !option.is_empty()) {
            let Some((name, value)) = option.split_once('=') else {
                return Err(refused(
                    option,
                    String::from("write options as NAME=VALUE, with | between them"),
                ));
            };
            let (name, value) = (name.trim().to_ascii_uppercase(), value.trim().to_owned());
            if options.iter().any(|(other, _)| *other == name) {
                return Err(refused(option, format!("{name} is given twice")));
            }
            check(&driver, option, &name, &value)?;
            options.push((name, value));
        }
        Ok(Self(options))
    }

    /// Whether nothing is asked for.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All options of a file of this type, number of bands and size.
    pub(crate) fn complete(&self, sample: SampleType, bands: usize, size: (usize, usize)) -> Vec<String> {
        let compression = self.get("COMPRESS").unwrap_or("DEFLATE").to_ascii_uppercase();
        let mut all: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut add = |name: &str, value: String| {
            if self.get(name).is_none() {
                all.push(format!("{name}={value}"));
            }
        };
        add("COPY_SRC_OVERVIEWS", String::from("YES"));
        add("TILED", String::from("YES"));
        add("BIGTIFF", String::from("IF_SAFER"));
        add("COMPRESS", compression.clone());
        add("NUM_THREADS", threads().to_string());
        // Neighbours differ little, which helps where a number has several bytes.
        if let Some(predictor) = sample.predictor()
            && ["DEFLATE", "LZW", "ZSTD"].contains(&compression.as_str())
        {
            add("PREDICTOR", predictor.to_string());
        }
        let bytes = |side: usize| side * side * bands * sample.bytes();
        let default = if bytes(BLOCK_PX) > BLOCK_BYTES { "BAND" } else { "PIXEL" };
        let interleave = self.get("INTERLEAVE").unwrap_or(default).to_ascii_uppercase();
        let mut block_px = match interleave.as_str() {
            "BAND" if default == "BAND" => BAND_BLOCK_PX,
            _ => BLOCK_PX,
        };
        while interleave != "BAND" && block_px > 16 && bytes(block_px) > BLOCK_BYTES {
            block_px /= 2;
        }
        add("INTERLEAVE", interleave);
        // A small raster in a large block would be compressed with much that is not there.
        let needs_overviews = !overview_factors(size).is_empty();
        let side_for = |length: usize| {
            if needs_overviews { block_px } else { length.next_multiple_of(16).min(block_px) }
        };
        add("BLOCKXSIZE", side_for(size.0).to_string());
        add("BLOCKYSIZE", side_for(size.1).to_string());
        all
    }

    /// Writes a few pixels to memory: what the driver says only then, such as that a predictor does not suit the type, is
    /// to be known before any work.
    pub(crate) fn try_out(&self, sample: SampleType, bands: usize) -> Result<(), Error> {
        if self.is_empty() {
            return Ok(());
        }
        let given: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        self.write_few(sample, bands).map_err(|reason| refused(&given.join("|"), reason))
    }

    fn write_few(&self, sample: SampleType, bands: usize) -> Result<(), String> {
        let memory = DriverManager::get_driver_by_name("MEM").map_err(|e| words(&e))?;
        let source = sample.create(&memory, "".as_ref(), (16, 16), bands, &CslStringList::new());
        let source = source.map_err(|e| words(&e))?;
        let options: CslStringList =
            self.complete(sample, bands, (16, 16)).iter().map(String::as_str).collect();
        let name = format!("/vsimem/terramind-options-{:?}.tif", std::thread::current().id());
        forget_errors();
        let written = driver().and_then(|driver| source.create_copy(&driver, &name, &options)?.close());
        let said = any_message();
        let _ = gdal::vsi::unlink_mem_file(&name);
        written.map_err(|e| words(&e))?;
        said.map_or(Ok(()), Err)
    }
}

/// The factors of the overviews that a raster of this size has: none where it is at most one block.
pub(crate) fn overview_factors((width, height): (usize, usize)) -> Vec<i32> {
    let mut factors = Vec::new();
    let mut factor = 1;
    while width.max(height).div_ceil(factor) > BLOCK_PX {
        factor *= 2;
        factors.push(factor as i32);
    }
    factors
}

pub(crate) fn driver() -> gdal::errors::Result<Driver> {
    DriverManager::get_driver_by_name("GTiff")
}

fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from).min(MOST_THREADS)
}

fn refused(option: &str, reason: String) -> Error {
    Error::CreationOption { option: option.to_owned(), reason }
}

fn check(driver: &Driver, option: &str, name: &str, value: &str) -> Result<(), Error> {
    if let Some((_, only, reason)) = DECIDED.iter().find(|(decided, ..)| *decided == name) {
        return match only {
            Some(only) if only.eq_ignore_ascii_case(value) => Ok(()),
            _ => Err(refused(option, format!("{reason}; leave it out"))),
        };
    }
    let known = known();
    if !known.iter().any(|known| known == name) {
        return Err(refused(option, format!("GDAL's GeoTIFF driver knows {}", known.join(", "))));
    }
    if name == "COMPRESS" && LOSSY.iter().any(|lossy| lossy.eq_ignore_ascii_case(value)) {
        return Err(refused(option, String::from("it would change values; DEFLATE, LZW and ZSTD keep them")));
    }
    validate(driver, &format!("{name}={value}")).map_err(|reason| refused(option, reason))
}

/// The names of the options that users may choose.
fn known() -> &'static [String] {
    static KNOWN: LazyLock<Vec<String>> = LazyLock::new(|| {
        let list = driver().ok().and_then(|driver| driver.metadata_item("DMD_CREATIONOPTIONLIST", ""));
        let list = list.unwrap_or_default();
        let quoted = list.split("<Option name=").skip(1).filter_map(|option| {
            let quote = option.chars().next()?;
            option[1..].split(quote).next().map(ToOwned::to_owned)
        });
        quoted.filter(|name| DECIDED.iter().all(|(decided, ..)| decided != name)).collect()
    });
    &KNOWN
}

/// Whether the driver takes an option's value, or why not.
#[expect(unsafe_code, reason = "the safe wrapper does not have this function")]
fn validate(driver: &Driver, option: &str) -> Result<(), String> {
    let options: CslStringList = [option].into_iter().collect();
    forget_errors();
    // SAFETY: the driver's handle is valid, the list lives during the call and is only read.
    let valid = unsafe { gdal_sys::GDALValidateCreationOptions(driver.c_driver(), options.as_ptr()) };
    if valid != 0 {
        return Ok(());
    }
    Err(any_message().unwrap_or_else(|| String::from("GDAL does not take this value")))
}

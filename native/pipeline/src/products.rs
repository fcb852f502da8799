//! The files that a generation writes: what each holds, and how it says so.

use crate::finishing::Finishing;
use crate::inputs::{GENERATED, Inputs};
use crate::pixels::{Mix, Rows, largest, probabilities};
use crate::tokens::PatchMap;
use crate::{Error, Means};
use grid::{Grid, PATCH_PX, Window};
use model::coordinates::Position;
use model::{TokenModality, band_label};
use raster::{
    BandSpec, Class, Column, ColumnKind, Completed, CreationOptions, Crs, LayerText, Point, PointsWriter,
    RasterSpec, SampleType, Value, Writer,
};
use std::path::{Path, PathBuf};

/// What one file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Product {
    /// A modality's values: 32-bit floats in its unit; for LULC bytes, the class of each pixel.
    Values(TokenModality),
    /// How far the members of an ensemble are apart: their standard deviation in the modality's unit; for LULC the
    /// share of members that do not vote for the class.
    Uncertainty(TokenModality),
    /// The probability of each land cover class, one band each.
    Probabilities,
    /// The probability of the land cover class.
    Confidence,
    /// The token ids, 16-bit whole numbers, one cell per patch and one band per modality.
    Tokens,
    /// The entropy of the predicted tokens in bits, one cell per patch and one band per modality.
    Entropy,
    /// Where the model takes each tile to be: points in a `GeoPackage`.
    Coordinates,
}

/// Class of pixels without a result.
const NO_CLASS: f64 = 255.0;

/// Token id of patches without a result, which no vocabulary reaches.
const NO_TOKEN: f64 = 65535.0;

/// The colours of ESRI's land cover map, in the order of the classes.
const CLASS_COLOURS: [[u8; 3]; 10] = [
    [0, 0, 0],
    [26, 91, 171],
    [53, 130, 33],
    [135, 209, 158],
    [255, 219, 92],
    [237, 2, 42],
    [237, 233, 228],
    [242, 250, 255],
    [200, 200, 200],
    [198, 173, 141],
];

/// The land cover classes with their names and colours.
#[must_use]
pub fn land_cover_classes() -> Vec<Class> {
    let names = TokenModality::Lulc.channels().bands;
    (0..)
        .zip(names.iter().zip(CLASS_COLOURS))
        .map(|(value, (name, colour))| Class { value, name: (*name).to_owned(), colour })
        .collect()
}

impl Product {
    /// The modality that it needs pixels of.
    #[must_use]
    pub fn decodes(self) -> Option<TokenModality> {
        match self {
            Self::Values(modality) | Self::Uncertainty(modality) => Some(modality),
            Self::Probabilities | Self::Confidence => Some(TokenModality::Lulc),
            Self::Tokens | Self::Entropy | Self::Coordinates => None,
        }
    }

    fn bands(self, modalities: &[TokenModality]) -> Vec<BandSpec> {
        let band = |description: String, unit: &str| BandSpec { description, unit: unit.to_owned() };
        let of_patches = |what: &str, unit: &str| -> Vec<BandSpec> {
            modalities.iter().map(|m| band(format!("{m} {what}"), unit)).collect()
        };
        match self {
            Self::Values(TokenModality::Lulc) => vec![band(String::from("land cover class"), "")],
            Self::Uncertainty(TokenModality::Lulc) => {
                vec![band(String::from("share of members with another class"), "")]
            }
            Self::Values(modality) => {
                labels(modality).map(|label| band(label.to_owned(), unit(modality))).collect()
            }
            Self::Uncertainty(modality) => {
                let name = |label| band(format!("{label} standard deviation"), unit(modality));
                labels(modality).map(name).collect()
            }
            Self::Probabilities => {
                let classes = TokenModality::Lulc.channels().bands;
                classes.iter().map(|class| band(format!("probability of {class}"), "")).collect()
            }
            Self::Confidence => vec![band(String::from("probability of the class"), "")],
            Self::Tokens => of_patches("token", ""),
            Self::Entropy => of_patches("entropy", "bit"),
            Self::Coordinates => Vec::new(),
        }
    }

    fn spec(
        self,
        inputs: &Inputs,
        pixels: Window,
        modalities: &[TokenModality],
        metadata: Vec<(String, String)>,
        creation: &CreationOptions,
    ) -> RasterSpec {
        let (sample, nodata) = match self {
            Self::Values(TokenModality::Lulc) => (SampleType::Byte, NO_CLASS),
            Self::Tokens => (SampleType::UInt16, NO_TOKEN),
            _ => (SampleType::Float32, f64::NAN),
        };
        let classes =
            if self == Self::Values(TokenModality::Lulc) { land_cover_classes() } else { Vec::new() };
        RasterSpec {
            grid: self.grid(inputs.grid(), pixels),
            crs: inputs.crs().clone(),
            bands: self.bands(modalities),
            sample,
            nodata: Some(nodata),
            classes,
            metadata,
            creation: creation.clone(),
        }
    }

    fn grid(self, layers: Grid, pixels: Window) -> Grid {
        match self {
            Self::Tokens | Self::Entropy => layers.coarsened(PATCH_PX).sub_grid(pixels.coarsened(PATCH_PX)),
            _ => layers.sub_grid(pixels),
        }
    }

    /// What the blended channels of a modality mean for this file, `[band, y, x]`; NaN stands for no result.
    fn values(self, rows: &Rows, mix: Mix) -> Vec<f32> {
        let size = rows.count * rows.width;
        let classes = |of_pixel: &dyn Fn(&[f32]) -> Vec<f32>, bands: usize| {
            let (Mix::Logits { classes } | Mix::Votes { classes }) = mix else { return Vec::new() };
            let mut values = vec![f32::NAN; bands * size];
            for pixel in 0..size {
                let scores: Vec<f32> = (0..classes).map(|class| rows.values[class * size + pixel]).collect();
                if scores[0].is_nan() {
                    continue;
                }
                for (band, value) in of_pixel(&scores).into_iter().enumerate() {
                    values[band * size + pixel] = value;
                }
            }
            values
        };
        match (self, mix) {
            (Self::Values(TokenModality::Lulc), _) => classes(&|scores| vec![largest(scores) as f32], 1),
            (Self::Uncertainty(TokenModality::Lulc), _) => {
                classes(&|votes| vec![(1.0 - votes[largest(votes)]).max(0.0)], 1)
            }
            (Self::Confidence, Mix::Logits { .. }) => {
                classes(&|scores| vec![probabilities(scores).into_iter().fold(0.0, f32::max)], 1)
            }
            (Self::Probabilities, Mix::Logits { classes: count }) => classes(&probabilities, count),
            (Self::Probabilities, Mix::Votes { classes }) => rows.values[classes * size..].to_vec(),
            (Self::Values(_), Mix::Values { bands, .. }) => rows.values[..bands * size].to_vec(),
            (Self::Uncertainty(_), Mix::Values { bands, .. }) => rows.values[bands * size..].to_vec(),
            // The other pairs are never made.
            _ => Vec::new(),
        }
    }
}

/// The names of a modality's bands.
fn labels(modality: TokenModality) -> impl Iterator<Item = &'static str> {
    modality.channels().bands.iter().map(move |band| band_label(modality.name(), band))
}

/// What a modality's generated values are measured in, in few letters.
fn unit(modality: TokenModality) -> &'static str {
    match modality {
        TokenModality::S2L2A => "reflectance * 10000",
        TokenModality::S1Grd | TokenModality::S1Rtc => "dB",
        TokenModality::Dem => "m",
        TokenModality::Lulc | TokenModality::Ndvi => "",
    }
}

/// Where a model takes a tile to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess {
    /// The tile's centre.
    pub centre: Position,
    /// The member of the ensemble, from 0.
    pub member: usize,
    /// What it says; nothing where its words are no position.
    pub position: Option<Position>,
}

/// The layer of guessed coordinates.
const COORDINATES: &str = "coordinates";

/// The files of one run, under construction: they appear together or not at all.
pub struct Files {
    rasters: Vec<(Product, Writer)>,
    /// With what they say about themselves.
    points: Option<(PointsWriter, String)>,
    pixels: Window,
}

impl Files {
    /// Starts them, so that a destination that cannot be written is known before any work.
    pub(crate) fn create(
        products: &[(Product, PathBuf)],
        inputs: &Inputs,
        pixels: Window,
        modalities: &[TokenModality],
        creation: &CreationOptions,
        metadata: impl Fn(Product) -> Vec<(String, String)>,
    ) -> Result<Self, Error> {
        check_paths(products.iter().map(|(_, path)| path.as_path()), inputs)?;
        let mut files = Self { rasters: Vec::new(), points: None, pixels };
        let (mut made, mut rasters) = (Vec::new(), Vec::new());
        for (product, path) in products {
            if *product == Product::Coordinates {
                let statement = metadata(*product).into_iter().find(|(key, _)| key == GENERATED);
                let statement = statement.map(|(_, text)| text).unwrap_or_default();
                files.points = Some((PointsWriter::create(path, COORDINATES)?, statement));
            } else {
                let spec = product.spec(inputs, pixels, modalities, metadata(*product), creation);
                made.push(*product);
                rasters.push((path.as_path(), spec));
            }
        }
        files.rasters = made.into_iter().zip(Writer::create_all(rasters)?).collect();
        Ok(files)
    }

    /// The folder of the first of them.
    pub(crate) fn folder(&self) -> &Path {
        self.rasters.first().map_or(Path::new("."), |(_, writer)| writer.folder())
    }

    /// Says one more thing about all rasters.
    pub fn describe(&mut self, key: &str, value: &str) -> Result<(), Error> {
        self.rasters.iter_mut().try_for_each(|(_, writer)| Ok(writer.describe(key, value)?))
    }

    /// The bytes of the disk that they take at most until they are complete.
    pub(crate) fn disk_bytes(&self) -> u64 {
        self.writers().map(Writer::disk_bytes).sum()
    }

    /// The rasters.
    pub(crate) fn writers(&self) -> impl Iterator<Item = &Writer> {
        self.rasters.iter().map(|(_, writer)| writer)
    }

    /// Whether a file is wanted.
    pub(crate) fn has(&self, product: Product) -> bool {
        self.rasters.iter().any(|(other, _)| *other == product)
    }

    /// Whether a file is made of this modality's pixels.
    pub(crate) fn decodes(&self, modality: TokenModality) -> bool {
        self.rasters.iter().any(|(product, _)| product.decodes() == Some(modality))
    }

    /// Writes blended rows to the files that are made of this modality's pixels.
    pub(crate) fn write_rows(
        &mut self,
        modality: TokenModality,
        rows: &Rows,
        mix: Mix,
        valid: &PatchMap<bool>,
    ) -> Result<(), Error> {
        let pixels = self.pixels;
        let size = rows.count * rows.width;
        let has_data: Vec<bool> = (0..size)
            .map(|i| {
                let (x, y) = (pixels.x + i % rows.width, rows.first + i / rows.width);
                valid.get(x / PATCH_PX, y / PATCH_PX) == Some(true)
            })
            .collect();
        for (product, writer) in self.rasters.iter_mut().filter(|(p, _)| p.decodes() == Some(modality)) {
            let values = product.values(rows, mix);
            let nothing =
                if *product == Product::Values(TokenModality::Lulc) { NO_CLASS as f32 } else { f32::NAN };
            writer.write_rows(rows.first - pixels.y, rows.count, |band, out| {
                let band = &values[band * size..(band + 1) * size];
                for ((out, value), has_data) in out.iter_mut().zip(band).zip(&has_data) {
                    *out = if *has_data && !value.is_nan() { *value } else { nothing };
                }
            })?;
        }
        Ok(())
    }

    /// Writes one value per patch and band to the file of `product`, if there is one.
    pub(crate) fn write_patches<T: Copy + Into<f32>>(
        &mut self,
        product: Product,
        bands: &[&PatchMap<T>],
        valid: &PatchMap<bool>,
    ) -> Result<(), Error> {
        let cells = self.pixels.coarsened(PATCH_PX);
        let nothing = if product == Product::Tokens { NO_TOKEN as f32 } else { f32::NAN };
        for (_, writer) in self.rasters.iter_mut().filter(|(p, _)| *p == product) {
            for row in 0..cells.height {
                writer.write_rows(row, 1, |band, out| {
                    for (x, out) in out.iter_mut().enumerate() {
                        let (column, row) = (cells.x + x, cells.y + row);
                        let value =
                            bands[band].get(column, row).filter(|_| valid.get(column, row) == Some(true));
                        *out = value.map_or(nothing, Into::into);
                    }
                })?;
            }
        }
        Ok(())
    }

    /// Number of rasters.
    pub(crate) fn rasters(&self) -> usize {
        self.rasters.len()
    }

    /// Completes all files but for their names, with the points that were asked for.
    pub fn complete(self, guesses: &[Guess], means: Means<'_>) -> Result<Vec<(Product, Completed)>, Error> {
        let mut finishing = Finishing::new(means, self.rasters());
        self.complete_with(guesses, &mut finishing)
    }

    /// The same among other files.
    pub(crate) fn complete_with(
        self,
        guesses: &[Guess],
        finishing: &mut Finishing<'_>,
    ) -> Result<Vec<(Product, Completed)>, Error> {
        let mut completed = Vec::new();
        for (product, writer) in self.rasters {
            completed.push((product, finishing.complete(writer)?));
        }
        if let Some((points, statement)) = self.points {
            completed.push((Product::Coordinates, write_guesses(points, statement, guesses)?));
        }
        Ok(completed)
    }

    /// Completes all files, with the points that were asked for, then gives all of them their names.
    pub fn publish(self, guesses: &[Guess], means: Means<'_>) -> Result<(), Error> {
        let completed = self.complete(guesses, means)?.into_iter().map(|(_, file)| file);
        Ok(raster::publish_all(completed.collect())?)
    }
}

/// A point for each position, with the place of the tile that it was said of. Tiles without a position are left out.
fn write_guesses(points: PointsWriter, statement: String, guesses: &[Guess]) -> Result<Completed, Error> {
    let column = |name: &str, kind| Column { name: name.to_owned(), kind };
    let columns = [
        column("member", ColumnKind::Integer),
        column("latitude", ColumnKind::Real),
        column("longitude", ColumnKind::Real),
        column("tile_latitude", ColumnKind::Real),
        column("tile_longitude", ColumnKind::Real),
    ];
    let point = |guess: &Guess| {
        let Position { latitude, longitude } = guess.position?;
        let tile = guess.centre;
        let reals = [latitude, longitude, tile.latitude, tile.longitude].map(Value::Real);
        let values = [Value::Integer(guess.member as i64 + 1)].into_iter().chain(reals).collect();
        Some(Point { x: longitude, y: latitude, values })
    };
    let found: Vec<_> = guesses.iter().filter_map(point).collect();
    let crs = Crs::from_text("EPSG:4326")?;
    let text = LayerText { name: COORDINATES.to_owned(), description: statement };
    Ok(points.complete(&crs, &text, &columns, &found)?)
}

/// Refuses outputs that would replace each other, or what the inputs are read from.
pub(crate) fn check_paths<'a>(paths: impl Iterator<Item = &'a Path>, inputs: &Inputs) -> Result<(), Error> {
    let mut earlier: Vec<&Path> = Vec::new();
    for path in paths {
        inputs.check_output(path)?;
        if earlier.iter().any(|other| is_same(other, path)) {
            return Err(Error::SameOutput { path: path.to_owned() });
        }
        earlier.push(path);
    }
    Ok(())
}

/// Whether two outputs are one file, however their folders are spelled. The files need not be there yet.
fn is_same(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| {
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.parent().and_then(|folder| folder.canonicalize().ok());
        (folder, absolute.file_name().map(ToOwned::to_owned))
    };
    place(a) == place(b)
}

#[cfg(test)]
mod tests {
    use super::*;
    use gdal::Dataset;
    use gdal::vector::LayerAccess;
    use std::fs;

    #[test]
    fn one_file_under_two_names_is_noticed() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("x")).unwrap();
        assert!(is_same(&at("x/a.tif"), &at("x/../x/a.tif")));
        assert!(!is_same(&at("x/a.tif"), &at("x/b.tif")) && !is_same(&at("x/a.tif"), &at("a.tif")));
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(at("x"), at("y")).unwrap();
            assert!(is_same(&at("x/a.tif"), &at("y/a.tif")));
        }
    }

    #[test]
    fn guesses_become_points_at_their_longitude_and_latitude() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("points.gpkg");
        let at = |latitude, longitude| Position { latitude, longitude };
        let guess = |member, position| Guess { centre: at(-18.0, -75.0), member, position };
        let guesses = [guess(0, Some(at(-17.5, 8.25))), guess(1, None), guess(2, Some(at(90.0, -180.0)))];
        let writer = PointsWriter::create(&path, COORDINATES).unwrap();
        let completed = write_guesses(writer, String::from("not measured"), &guesses).unwrap();
        raster::publish_all(vec![completed]).unwrap();
        let dataset = Dataset::open(&path).unwrap();
        let mut layer = dataset.layer(0).unwrap();
        assert_eq!(layer.name(), "coordinates");
        let read: Vec<_> = layer
            .features()
            .map(|feature| {
                let (x, y, _) = feature.geometry().unwrap().get_point(0);
                let column = |index| feature.field_as_double(index).unwrap().unwrap();
                ([x, y], [0, 1, 2, 3, 4].map(column))
            })
            .collect();
        assert_eq!(read[0], ([8.25, -17.5], [1.0, -17.5, 8.25, -18.0, -75.0]));
        assert_eq!(read[1], ([-180.0, 90.0], [3.0, 90.0, -180.0, -18.0, -75.0]));
        assert_eq!(read.len(), 2, "what is no position is no point");
    }
}

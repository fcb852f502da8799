//! The recipes of the goldens, their scenes by the formula (see the README there), and rasters.
#![allow(dead_code, reason = "no test uses all of it")]

use super::common::{Home, repository, text};
use super::formulas::scramble;
use grid::Grid;
use raster::{BandSpec, Crs, Layer, RasterSpec, SampleType, Writer};
use serde::Deserialize;
use std::fs;
use std::path::{Path, PathBuf};

#[derive(Deserialize)]
struct Cases {
    recipes: Vec<Recipe>,
}

#[derive(Deserialize)]
pub struct Recipe {
    pub name: String,
    pub height: usize,
    pub width: usize,
    /// Side of the tiles.
    pub tile: usize,
    pub rasters: Vec<Scene>,
    pub tiles: Vec<Tile>,
}

/// One modality of a scene.
#[derive(Deserialize)]
pub struct Scene {
    /// Its name in the configuration.
    pub modality: String,
    pub dates: usize,
    seed: u32,
    lows: Vec<i64>,
    spans: Vec<i64>,
    divisor: i64,
}

#[derive(Deserialize)]
pub struct Tile {
    pub row: usize,
    pub column: usize,
    /// Name of what is predicted.
    pub output: String,
}

pub fn goldens() -> PathBuf {
    repository().join("tests/goldens/recipes")
}

/// A file of a user's: checkpoint or configuration.
pub fn fixture(name: &str) -> PathBuf {
    repository().join("native/checkpoint/tests/fixtures/tasks").join(name)
}

pub fn recipes() -> Vec<Recipe> {
    let cases: Cases = serde_json::from_slice(&fs::read(goldens().join("cases.json")).unwrap()).unwrap();
    cases.recipes
}

pub fn recipe(name: &str) -> Recipe {
    recipes().into_iter().find(|recipe| recipe.name == name).unwrap()
}

/// Imports a fine-tuned model from the two files of a user.
pub fn import(home: &Home, name: &str) {
    let input = format!("--INPUT={}", fixture(&format!("{name}.ckpt")).display());
    let config = format!("--CONFIG={}", fixture(&format!("{name}.yaml")).display());
    let done = home.run(&["importmodel", &input, &config]);
    assert!(done.status.success(), "{name}: {}", text(&done.stderr));
}

impl Recipe {
    /// Writes every raster, with all its dates in one file: the arguments that name them.
    pub fn write(&self, folder: &Path) -> Vec<String> {
        let argument = |scene: &Scene| {
            let path = folder.join(format!("{}.tif", scene.modality));
            write(&path, (self.width, self.height), &scene.values((self.width, self.height), 0..scene.dates));
            format!("--{}={}", scene.parameter(), path.display())
        };
        self.rasters.iter().map(argument).collect()
    }

    /// The same with a file for each date.
    pub fn write_dates(&self, folder: &Path) -> Vec<String> {
        let mut arguments = Vec::new();
        for scene in &self.rasters {
            for date in 0..scene.dates {
                let path = folder.join(format!("{}_{date}.tif", scene.modality));
                write(
                    &path,
                    (self.width, self.height),
                    &scene.values((self.width, self.height), date..date + 1),
                );
                arguments.push(format!("--{}={}", scene.parameter(), path.display()));
            }
        }
        arguments
    }
}

impl Scene {
    /// The parameter that takes it: that of the modality that TerraTorch recognises in its name.
    fn parameter(&self) -> &str {
        match self.modality.as_str() {
            "S2L1C_SUMMER" => "S2L1C",
            "S1_ASCENDING" => "S1GRD",
            "PLANET" => "OTHER",
            name => name,
        }
    }

    /// `[date and band, y, x]`.
    fn values(&self, (width, height): (usize, usize), dates: std::ops::Range<usize>) -> Vec<f32> {
        let bands = self.lows.len();
        let mut values = Vec::new();
        for n in dates.start * bands..dates.end * bands {
            let of_4096 = |seed: u32, row: usize, column: usize| {
                (i64::from(scramble(seed, (row * 65_536 + column) as u32)) * 4096) >> 32
            };
            let seed = self.seed + 2 * n as u32;
            let band = n % bands;
            for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
                let (top, left) = (y / 16, x / 16);
                let (down, right) = ((y % 16) as i64, (x % 16) as i64);
                let corner = |row, column| of_4096(seed, row, column);
                let smooth = corner(top, left) * (16 - down) * (16 - right)
                    + corner(top, left + 1) * (16 - down) * right
                    + corner(top + 1, left) * down * (16 - right)
                    + corner(top + 1, left + 1) * down * right;
                let mixed = (7 * smooth + 256 * of_4096(seed + 1, y, x)) >> 3;
                let whole = self.lows[band] + ((mixed * self.spans[band]) >> 20);
                values.push((whole as f64 / self.divisor as f64) as f32);
            }
        }
        values
    }
}

/// Writes `[band, y, x]` as a raster at 10 m in UTM zone 33 north, without nodata.
pub fn write(path: &Path, (width, height): (usize, usize), values: &[f32]) {
    let size = width * height;
    let bands = (1..=values.len() / size).map(|_| BandSpec::named("")).collect();
    let spec = RasterSpec {
        grid: Grid::new([500_000.0, 10.0, 0.0, 5_400_000.0, 0.0, -10.0], width, height).unwrap(),
        crs: Crs::from_text("EPSG:32633").unwrap(),
        bands,
        sample: SampleType::Float32,
        nodata: None,
        classes: vec![],
        metadata: vec![],
        creation: raster::CreationOptions::default(),
    };
    let mut writer = Writer::create(path, spec).unwrap();
    writer
        .write_rows(0, height, |band, out| out.copy_from_slice(&values[band * size..(band + 1) * size]))
        .unwrap();
    writer.finish().unwrap();
}

/// All values of a raster whose pixels are all valid.
pub fn read(path: &Path) -> Vec<f32> {
    let layer = Layer::open(path.to_str().unwrap()).unwrap();
    let pixels = layer.read(layer.grid().window()).unwrap();
    assert!(pixels.valid.iter().all(|valid| *valid), "{}", path.display());
    pixels.values
}

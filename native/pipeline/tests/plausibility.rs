//! Real tiles are found plausible: those of `TerraMesh`, where they lie beside the project.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use model::pack::Normalisation;
use model::{Modality, TokenModality};
use pipeline::plausibility::{Finding, Sample, findings};
use raster::{Layer, Pixels};
use std::io::Write;
use std::path::{Path, PathBuf};

const TILES: [&str; 3] = ["38D_378R_2_3", "282D_485L_3_3", "433D_629L_3_1"];

/// Folder and modality.
const LAYERS: [(&str, &str); 7] = [
    ("S2L2A", "S2L2A"),
    ("S2L1C", "S2L1C"),
    ("S2RGB", "RGB"),
    ("S1RTC", "S1RTC"),
    ("DEM", "DEM"),
    ("NDVI", "NDVI"),
    ("LULC", "LULC"),
];

/// Tiles that came with 1000 added. Of S2L1C the band for cirrus tells (1005 and 1012 where there is nothing to
/// see); of S2L2A the darkest water, which is at 970 to 1130 in all bands.
const WITH_OFFSET: [(&str, &str); 3] =
    [("S2L1C", "282D_485L_3_3"), ("S2L1C", "433D_629L_3_1"), ("S2L2A", "433D_629L_3_1")];

#[expect(clippy::explicit_write, reason = "what `eprintln!` says is not seen where tests pass")]
fn folder() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/terramesh-examples");
    if !folder.is_dir() {
        writeln!(std::io::stderr(), "SKIPPED: there are no tiles of TerraMesh in {}", folder.display())
            .unwrap();
        return None;
    }
    Some(folder)
}

fn found(folder: &Path, (name, modality): (&str, &str), tile: &str, offset: f64) -> Vec<Finding> {
    let layer = Layer::open(&folder.join(name).join(format!("{tile}.tif")).to_string_lossy()).unwrap();
    let Pixels { values, valid } = layer.read(layer.grid().window()).unwrap();
    let (bands, mean, std) = if let Some(modality) = Modality::from_name(modality) {
        let Normalisation { bands, mean, std, .. } = Normalisation::of_pretraining(modality);
        (bands, mean, std)
    } else {
        let channels = TokenModality::from_name(modality).unwrap().channels();
        (vec![modality.to_owned()], channels.mean.to_vec(), channels.std.to_vec())
    };
    assert_eq!(bands.len(), layer.band_count());
    let (bands, mean, std) = (&bands, &mean, &std);
    findings(&Sample { modality, bands, mean, std, values: &values, valid: &valid, offset })
}

#[test]
fn real_tiles_give_no_warning() {
    let Some(folder) = folder() else { return };
    for layer in LAYERS {
        for tile in TILES {
            let offset = if WITH_OFFSET.contains(&(layer.0, tile)) { 1000.0 } else { 0.0 };
            assert_eq!(found(&folder, layer, tile, offset), [], "{layer:?} {tile}");
        }
    }
}

#[test]
fn real_offsets_are_seen() {
    let Some(folder) = folder() else { return };
    for layer in &LAYERS[..2] {
        for tile in TILES {
            let has_offset = WITH_OFFSET.contains(&(layer.0, tile));
            let forgotten = found(&folder, *layer, tile, 0.0);
            assert_eq!(forgotten.len(), usize::from(has_offset), "{layer:?} {tile}: {forgotten:?}");
            let message = forgotten.iter().map(Finding::message).collect::<String>();
            assert_eq!(message.contains("set OFFSET to 1000"), has_offset, "{message}");
        }
    }
    let needless = found(&folder, LAYERS[0], "282D_485L_3_3", 1000.0);
    assert!(needless.iter().any(|finding| finding.message().contains("set OFFSET to 0")), "{needless:?}");
}

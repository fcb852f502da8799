//! What Sample scene takes and says about itself.

use super::products::{PRODUCTS, SceneProduct};
use crate::common::creation;
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};

pub(super) const SEED: &str = "SEED";
pub(super) const SIZE: &str = "SIZE";
pub(super) const PIXEL_SIZE: &str = "PIXEL_SIZE";
pub(super) const CRS: &str = "CRS";
pub(super) const CENTRE: &str = "CENTRE";
pub(super) const SEASON: &str = "SEASON";
pub(super) const CLOUDS: &str = "CLOUDS";
pub(super) const FLOODED: &str = "FLOODED";
pub(super) const NOISE: &str = "NOISE";

/// The place of a scene that nobody gave one: where a system of UTM has little distortion, and no harm is done.
pub(super) const DEFAULT_CENTRE: &str = "500000,5300000";

const HELP: &str = "An invented landscape, seen by invented satellites: mountains and rivers, forests, fields, towns and \
    snow as Sentinel-2 (L2A and L1C), Sentinel-1 (GRD and RTC), RGB, elevation, land cover and NDVI would show them, on one \
    grid and without a download. Give a destination to each modality that you want.\n\n\
    Nothing of it exists. It is for trying things out, for tests and for measuring speed, and its land cover is true, so \
    that a result can be scored. It says nothing about how well a model does on Earth.\n\n\
    The scene is a window of an endless world that SEED names. The same seed, place and settings give the same values, \
    whatever the size; scenes side by side join without a seam; another season or a flood shows the same land. So two runs \
    give two dates. Whole Sentinel-2 tiles (SIZE 10980) take little memory, minutes, and some gigabytes of disk: a run \
    that would not fit is refused before it begins.";

pub(crate) fn describe() -> Algorithm {
    let mut parameters = place_parameters().to_vec();
    parameters.extend(sky_parameters());
    parameters.extend(PRODUCTS.iter().map(SceneProduct::parameter));
    parameters.push(creation::parameter());
    let share = |name, label| Output { name, label, kind: OutputKind::Number };
    Algorithm {
        id: "samplescene",
        name: "Sample scene",
        group: "Data",
        group_id: "data",
        summary: "Makes an invented scene of Sentinel-2, Sentinel-1, elevation and land cover, of any size, to try things out and to test.",
        help: HELP,
        tags: vec![
            "synthetic",
            "invented",
            "test data",
            "sample data",
            "example",
            "tutorial",
            "benchmark",
            "sentinel-2",
            "sentinel-1",
            "land cover",
            "flood",
            "training",
        ],
        parameters,
        outputs: vec![
            share("CLOUD_SHARE", "Share of the scene under clouds"),
            share("WATER_SHARE", "Share of the scene that shows water"),
        ],
    }
}

fn place_parameters() -> [Parameter; 5] {
    [
        Parameter::new(
            SEED,
            "Seed",
            "Which world: another number, another landscape.",
            Kind::Integer { minimum: 0, maximum: Some(i64::from(i32::MAX)), default: 28 },
        ),
        Parameter::new(
            SIZE,
            "Size (pixels)",
            "Rows and columns. 10980 is a whole Sentinel-2 tile.",
            Kind::Integer { minimum: 16, maximum: Some(100_000), default: 1024 },
        ),
        Parameter::new(
            PIXEL_SIZE,
            "Pixel size (m)",
            "Length of a pixel's side. All sizes show the same world; fields and streets are drawn for 10 m.",
            Kind::Number { minimum: 0.5, maximum: Some(1000.0), default: Some(10.0) },
        ),
        Parameter::new(
            CRS,
            "Coordinate reference system",
            "Where the scene claims to lie: any system in metres, for example EPSG:32632 (UTM zone 32 north).",
            Kind::String {
                default: Some(String::from("EPSG:32632")),
                suggestions: ["EPSG:32632", "EPSG:32633", "EPSG:32736", "EPSG:3857"].map(String::from).to_vec(),
            },
        )
        .advanced(),
        Parameter::new(
            CENTRE,
            "Centre",
            "The middle of the scene in that system, as x,y in metres. The world goes on everywhere: shift it to see what lies beside.",
            Kind::String { default: Some(String::from(DEFAULT_CENTRE)), suggestions: Vec::new() },
        )
        .advanced(),
    ]
}

fn sky_parameters() -> [Parameter; 4] {
    [
        Parameter::new(
            SEASON,
            "Season",
            "Decides the sun, the snow line, leaves and crops. Rivers, towns and fields stay where they are.",
            Kind::choice(
                &[("winter", "Winter"), ("spring", "Spring"), ("summer", "Summer"), ("autumn", "Autumn")],
                "summer",
            ),
        ),
        Parameter::new(
            CLOUDS,
            "Share of clouds",
            "From 0 to 1, of the whole world: a small scene may lie under a cloud or between two. 0 is a sky without.",
            Kind::Number { minimum: 0.0, maximum: Some(1.0), default: Some(0.03) },
        ),
        Parameter::new(
            FLOODED,
            "Flood",
            "Rivers and lakes are over their banks; OUTPUT_FLOOD says where.",
            Kind::Boolean { default: false },
        ),
        Parameter::new(
            NOISE,
            "Noise",
            "Whether the sensors have noise: speckle of radar above all. Without it scenes show the truth, and files are smaller.",
            Kind::Boolean { default: true },
        )
        .advanced(),
    ]
}

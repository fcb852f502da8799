//! Feature colours: features as a picture, in which similar places have similar colours.

use crate::Error;
use crate::common::telling::Telling;
use crate::common::{creation, memory};
use crate::description::{Algorithm, Kind, Output, OutputKind, Parameter};
use crate::generate::place_of;
use crate::host::Context;
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use pipeline::colours::{COMPONENTS, Colouring, INPUT, Palette};
use raster::{BandSpec, CreationOptions, RasterSpec, SampleType, Writer};
use serde_json::Map;

const OUTPUT: &str = "OUTPUT";
const EXPLAINED: &str = "EXPLAINED";

/// What a cell without features is; colours begin at 1.
const NODATA: f64 = 0.0;

/// What the features' file says of itself that the colours' file says, too.
const INHERITED: [&str; 3] = ["MODEL", "MODEL_SHA256", "INPUTS"];

const COLOURS: [&str; COMPONENTS] = ["red", "green", "blue"];

/// What everybody who sees the layer should know.
const NOTE: &str = "Similar colours are similar features. A colour has no meaning by itself, and colours of two rasters cannot \
    be compared: each raster has components of its own.";

pub(crate) fn describe() -> Algorithm {
    Algorithm {
        id: "featurecolours",
        name: "Feature colours",
        group: "Features",
        group_id: "features",
        summary: "Shows a raster of features as one picture: similar places have similar colours.",
        help: "Features have some hundred bands, of which a map shows three. This takes the three directions in which the \
               features of this raster differ most (principal components) as red, green and blue, so that the picture shows as \
               much of their variance as three bands can. The log and EXPLAINED tell how much that is.\n\n\
               Each component is stretched so that 2 % of the cells lie below and 2 % above. A colour has no meaning by itself, \
               and colours of two rasters cannot be compared.\n\n\
               A cell that lacks a value in some band is nodata. The raster is read twice and never held whole.",
        tags: vec![
            "pca",
            "principal components",
            "embedding",
            "features",
            "rgb",
            "visualise",
            "similarity",
            "terramind",
        ],
        parameters: vec![
            Parameter::new(
                INPUT,
                "Features",
                "The raster to colour, as Embed layer writes it; any raster of 3 to 3072 bands will do. All bands count as they are: one whose values vary much more than the others' decides the picture.",
                Kind::Raster,
            ),
            memory::parameter(),
            creation::parameter(),
            Parameter::new(
                OUTPUT,
                "Colours",
                "The GeoTIFF to write: red, green and blue from 1 to 255 on the grid of the features, 0 for nodata.",
                Kind::RasterDestination { extension: "tif" },
            ),
        ],
        outputs: vec![Output {
            name: EXPLAINED,
            label: "Share of the variance that the three components show, 0 to 1",
            kind: OutputKind::Number,
        }],
    }
}

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let creation = creation::options(values)?;
    let source = values.text(INPUT).unwrap_or_default();
    let output = values.path(OUTPUT).unwrap_or_default();
    let colouring = Colouring::open(source)?;
    colouring.check_output(&output)?;
    // A destination that cannot be written is found out before the first reading; what it says is known only after it.
    drop(Writer::create(&output, spec(&colouring, &creation, Vec::new(), [0.0; COMPONENTS]))?);
    context.host.info(&format!(
        "{} × {} cells of {} bands",
        colouring.grid().width_px(),
        colouring.grid().height_px(),
        colouring.bands()
    ));
    let telling = Telling::new(context);
    let palette = colouring.palette(&telling, context.cancel)?;
    let shares = palette.shares();
    tell(&colouring, &palette, context);

    let spec = spec(&colouring, &creation, metadata(&colouring, source, shares), shares);
    let mut writer = Writer::create(&output, spec)?;
    colouring.write(&palette, &mut writer, &telling, context.cancel)?;
    writer.complete_watched(&|_| !context.cancel.is_cancelled())?.publish()?;
    context.host.progress(100.0);

    let mut outputs = Map::new();
    outputs.insert(String::from(OUTPUT), output.display().to_string().into());
    outputs.insert(String::from(EXPLAINED), shares.iter().sum::<f64>().into());
    let model = colouring.metadata("TERRAMIND_MODEL");
    let layer = OutputLayer {
        output: OUTPUT,
        name: model
            .map_or_else(|| String::from("Feature colours"), |model| format!("Feature colours ({model})")),
        // QGIS shows bytes of red, green and blue as they are.
        style: None,
        notes: Some(format!("{NOTE}\n\nShares of the variance: {}.", words(shares))),
    };
    Ok(Outcome { outputs, layers: vec![layer] })
}

fn tell(colouring: &Colouring, palette: &Palette, context: &Context) {
    let shares = palette.shares();
    context.host.info(&format!("Shares of the variance of {} cells: {}", palette.cells, words(shares)));
    let grid = colouring.grid();
    let left_out = grid.width_px() as u64 * grid.height_px() as u64 - palette.cells;
    if left_out > 0 {
        context.host.info(&format!(
            "{left_out} cells lack a value in some band (nodata, NaN, or beyond ±1e30) and get no colour"
        ));
    }
    if let Some(band) = palette.deciding_band() {
        context.host.warning(&format!(
            "The values of band {} differ so much more than those of all others that the picture shows hardly anything else: leave it out, or bring the bands to one scale",
            band + 1
        ));
    }
    let missing = shares.iter().filter(|share| **share == 0.0).count();
    if missing > 0 {
        let verb = if missing == 1 { "is" } else { "are" };
        context.host.warning(&format!(
            "The cells differ in only {} of {COMPONENTS} directions: {} {verb} the same everywhere",
            COMPONENTS - missing,
            COLOURS[COMPONENTS - missing..].join(" and ")
        ));
    }
}

/// `red 61.0 %, green 20.3 %, blue 5.9 %`
fn words(shares: [f64; COMPONENTS]) -> String {
    let word = |(colour, share): (&str, f64)| format!("{colour} {:.1} %", 100.0 * share);
    COLOURS.into_iter().zip(shares).map(word).collect::<Vec<_>>().join(", ")
}

fn spec(
    colouring: &Colouring,
    creation: &CreationOptions,
    metadata: Vec<(String, String)>,
    shares: [f64; COMPONENTS],
) -> RasterSpec {
    let band = |(number, share): (usize, f64)| {
        BandSpec::named(format!("component {}, {:.1} % of the variance", number + 1, 100.0 * share))
    };
    RasterSpec {
        grid: colouring.grid(),
        crs: colouring.crs().clone(),
        bands: shares.into_iter().enumerate().map(band).collect(),
        sample: SampleType::Colour,
        nodata: Some(NODATA),
        classes: Vec::new(),
        metadata,
        creation: creation.clone(),
    }
}

/// Where the colours come from, for whoever finds the file later.
fn metadata(colouring: &Colouring, source: &str, shares: [f64; COMPONENTS]) -> Vec<(String, String)> {
    let inherited = INHERITED.iter().filter_map(|key| {
        let key = format!("TERRAMIND_{key}");
        colouring.metadata(&key).map(|value| (key, value))
    });
    let shares: Vec<_> = shares.iter().map(|share| format!("{share:.4}")).collect();
    [
        (String::from("TIFFTAG_SOFTWARE"), crate::SOFTWARE.to_owned()),
        (String::from("TIFFTAG_IMAGEDESCRIPTION"), NOTE.to_owned()),
        (String::from("TERRAMIND_FEATURES"), place_of(source)),
        (String::from("TERRAMIND_EXPLAINED"), shares.join(",")),
    ]
    .into_iter()
    .chain(inherited)
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_told_in_percent_by_colour() {
        assert_eq!(words([0.61, 0.2034, 0.0]), "red 61.0 %, green 20.3 %, blue 0.0 %");
    }
}

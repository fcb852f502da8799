//! Sample scene: an invented landscape as rasters of every modality.

mod describe;
mod products;
mod render;

pub(crate) use describe::describe;

use crate::common::creation;
use crate::host::Context;
use crate::result::{Outcome, OutputLayer};
use crate::values::Values;
use crate::{Error, scene::products::SceneProduct};
use describe::{CENTRE, CLOUDS, CRS, FLOODED, NOISE, PIXEL_SIZE, SEASON, SEED, SIZE};
use grid::Grid;
use products::PRODUCTS;
use raster::{CreationOptions, Crs, RasterSpec, Writer, publish_all};
use render::Shares;
use serde_json::Map;
use std::path::PathBuf;
use synthetic::{Conditions, Season, View, World};

/// What every file and layer says of itself.
const STATEMENT: &str = "Synthetic: an invented scene, not measured, of no place on Earth.";
/// The key of metadata that says so.
pub(crate) const SYNTHETIC: &str = "TERRAMIND_SYNTHETIC";

pub(crate) fn run(values: &Values, context: &Context) -> Result<Outcome, Error> {
    let wanted: Vec<(&SceneProduct, PathBuf)> =
        PRODUCTS.iter().filter_map(|product| Some((product, values.path(product.name)?))).collect();
    if wanted.is_empty() {
        return Err(Error::NoSceneOutput);
    }
    let crs = system(values)?;
    let view = view(values)?;
    let conditions = conditions(values);
    let world = World::under(values.integer(SEED) as u64, conditions);
    let facts = facts(values);
    let creation = creation::options(values)?;

    let raster = |(product, path): &'_ (&SceneProduct, PathBuf)| -> Result<_, Error> {
        Ok((path.clone(), spec(product, (&view, &crs), &facts, &creation)?))
    };
    let rasters = wanted.iter().map(raster).collect::<Result<Vec<_>, _>>()?;
    let modalities = wanted.iter().map(|(product, _)| product.modality);
    let mut files: Vec<_> = modalities.zip(Writer::create_all(rasters)?).collect();
    context.host.info(&format!(
        "{} × {} pixels of {} m, {}: an invented place in world {}",
        view.width,
        view.height,
        view.pixel_m,
        values.text(SEASON).unwrap_or_default(),
        values.integer(SEED)
    ));
    let shares = render::render(&world, view, &mut files, context)?;
    let go_on = |_| !context.cancel.is_cancelled();
    let completed: Result<Vec<_>, _> =
        files.into_iter().map(|(_, writer)| writer.complete_watched(&go_on)).collect();
    publish_all(completed?)?;
    tell(&shares, context);

    let mut outputs = Map::new();
    outputs.insert(String::from("CLOUD_SHARE"), shares.of(synthetic::Class::Clouds).into());
    outputs.insert(String::from("WATER_SHARE"), shares.of(synthetic::Class::Water).into());
    for (product, path) in &wanted {
        outputs.insert(product.name.to_owned(), path.display().to_string().into());
    }
    let told: Vec<_> = facts.iter().map(|(key, value)| format!("{key}: {value}")).collect();
    let layer = |(product, _): &(&SceneProduct, PathBuf)| OutputLayer {
        output: product.name,
        name: format!("Synthetic {} (world {})", product.title, values.integer(SEED)),
        style: product.style(),
        notes: Some(format!("{STATEMENT}\n\n{}", told.join("\n"))),
    };
    Ok(Outcome { outputs, layers: wanted.iter().map(layer).collect() })
}

/// The system, which has to count in metres: the world is made of them.
fn system(values: &Values) -> Result<Crs, Error> {
    let text = values.text(CRS).unwrap_or_default();
    let crs = Crs::from_text(text).map_err(|source| Error::Place { name: CRS, source })?;
    if !crs.is_in_metres() {
        return Err(Error::InvalidValue {
            name: CRS,
            value: format!("\"{text}\""),
            expected: format!(
                "it counts in {}; choose a system in metres, for example EPSG:32632 (UTM zone 32 north)",
                crs.unit()
            ),
        });
    }
    Ok(crs)
}

/// The window of the world's pixels around the centre.
fn view(values: &Values) -> Result<View, Error> {
    /// Beyond this no system in metres has a place.
    const FARTHEST_M: f64 = 3e7;
    let text = values.text(CENTRE).unwrap_or_default();
    let numbers: Vec<f64> = text.split(',').filter_map(|part| part.trim().parse().ok()).collect();
    let is_near = |number: &f64| number.abs() < FARTHEST_M;
    let [x, y] = numbers[..] else { return Err(wrong_centre(text)) };
    if text.split(',').count() != 2 || !(is_near(&x) && is_near(&y)) {
        return Err(wrong_centre(text));
    }
    let pixel_m = values.number(PIXEL_SIZE);
    let size = values.integer(SIZE);
    let first = |metres: f64| (metres / pixel_m - size as f64 / 2.0).round() as i64;
    Ok(View { column: first(x), row: first(-y), width: size as usize, height: size as usize, pixel_m })
}

fn wrong_centre(text: &str) -> Error {
    Error::InvalidValue {
        name: CENTRE,
        value: format!("\"{text}\""),
        expected: format!(
            "give x and y in metres of the system with a comma between, for example {}",
            describe::DEFAULT_CENTRE
        ),
    }
}

fn conditions(values: &Values) -> Conditions {
    let season = match values.text(SEASON) {
        Some("winter") => Season::Winter,
        Some("spring") => Season::Spring,
        Some("autumn") => Season::Autumn,
        _ => Season::Summer,
    };
    Conditions {
        season,
        cloud_share: values.number(CLOUDS) as f32,
        flooded: values.boolean(FLOODED),
        noise: values.boolean(NOISE),
    }
}

/// What one needs to make the scene again.
fn facts(values: &Values) -> Vec<(&'static str, String)> {
    let text = |name| values.text(name).unwrap_or_default().to_owned();
    vec![
        (SEED, values.integer(SEED).to_string()),
        (SIZE, values.integer(SIZE).to_string()),
        (PIXEL_SIZE, values.number(PIXEL_SIZE).to_string()),
        (CRS, text(CRS)),
        (CENTRE, text(CENTRE)),
        (SEASON, text(SEASON)),
        (CLOUDS, values.number(CLOUDS).to_string()),
        (FLOODED, values.boolean(FLOODED).to_string()),
        (NOISE, values.boolean(NOISE).to_string()),
    ]
}

fn spec(
    product: &SceneProduct,
    (view, crs): (&View, &Crs),
    facts: &[(&'static str, String)],
    creation: &CreationOptions,
) -> Result<RasterSpec, Error> {
    let step = view.pixel_m;
    let transform = [view.column as f64 * step, step, 0.0, -(view.row as f64) * step, 0.0, -step];
    let grid = Grid::new(transform, view.width, view.height).map_err(|error| Error::InvalidValue {
        name: PIXEL_SIZE,
        value: step.to_string(),
        expected: error.to_string(),
    })?;
    let tags = [
        ("TIFFTAG_SOFTWARE", crate::SOFTWARE.to_owned()),
        ("TIFFTAG_IMAGEDESCRIPTION", STATEMENT.to_owned()),
        (SYNTHETIC, STATEMENT.to_owned()),
    ];
    let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value));
    let facts = facts.iter().map(|(key, value)| (format!("TERRAMIND_{key}"), value.clone()));
    Ok(RasterSpec {
        grid,
        crs: crs.clone(),
        bands: product.bands(),
        sample: product.sample,
        // Every pixel has a value.
        nodata: None,
        classes: product.classes(),
        metadata: tags.chain(facts).collect(),
        creation: creation.clone(),
    })
}

fn tell(shares: &Shares, context: &Context) {
    let classes = pipeline::products::land_cover_classes();
    let named = classes.iter().map(|class| (shares.of_value(class.value), class.name.as_str()));
    let mut named: Vec<_> = named.filter(|(share, _)| *share >= 0.0005).collect();
    named.sort_by(|a, b| b.0.total_cmp(&a.0));
    let words: Vec<_> = named.iter().map(|(share, name)| format!("{:.1} % {name}", 100.0 * share)).collect();
    context.host.info(&format!("Land cover: {}", words.join(", ")));
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    fn values(given: &Value) -> Values {
        Values::check(&describe(), given.as_object().unwrap(), false).unwrap()
    }

    #[test]
    fn the_centre_lies_in_the_middle() {
        let view = view(&values(&json!({ "SIZE": 100, "CENTRE": "400000, 5000000" }))).unwrap();
        assert_eq!((view.column, view.row), (39_950, -500_050));
        let (x, y) = view.place(50, 50);
        assert_eq!((x, y), (400_005.0, 4_999_995.0));
    }

    #[test]
    fn wrong_places_are_named() {
        for wrong in ["5", "1,2,3", "a,b", "1;2", "1e9,0", "nan,0"] {
            let message = view(&values(&json!({ "CENTRE": wrong }))).unwrap_err().to_string();
            assert!(message.contains("CENTRE") && message.contains(wrong), "{message}");
        }
        for (wrong, word) in [("EPSG:4326", "degrees"), ("EPSG:2263", "foot"), ("EPSG:0", "not known")] {
            let message = system(&values(&json!({ "CRS": wrong }))).unwrap_err().to_string();
            assert!(message.contains("CRS") && message.contains(word), "{message}");
        }
    }
}

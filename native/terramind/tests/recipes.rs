//! From the two files of a user of TerraTorch, and rasters, to what TerraTorch predicts of them.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code, reason = "only fine-tuned models are needed here")]
mod common;
#[path = "../../model/tests/common/formulas.rs"]
#[allow(dead_code, reason = "only the scramble is needed here")]
mod formulas;
#[path = "common/scenes.rs"]
mod scenes;

use common::{Home, text};
use grid::{Lattice, PATCH_PX};
use safetensors::SafeTensors;
use scenes::{Recipe, goldens, import, read, recipe, recipes};
use std::fs;

/// Relative root of the mean squared difference that is tolerated.
const TOLERANCE: f64 = 1e-5;

/// Classes are compared where the two best logits differ by more.
const CLEAR: f32 = 1e-4;

/// Overlap of the tiles of scenes that have several.
const OVERLAP_PX: usize = 32;

/// What TerraTorch predicts of a tile.
fn golden(name: &str) -> Vec<f32> {
    let bytes = fs::read(goldens().join("outputs.safetensors")).unwrap();
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let data = tensors.tensor(name).unwrap().data();
    data.chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
}

/// What TerraTorch predicts of a scene, `[channel, y, x]`: tiles blended with the weights of their lattice.
fn blended(recipe: &Recipe) -> Vec<f32> {
    let &Recipe { width, height, tile: side, .. } = recipe;
    let lattice = Lattice::new(width, height, side, OVERLAP_PX).unwrap();
    let channels = golden(&recipe.tiles[0].output).len() / (side * side);
    let mut sums = vec![0.0_f64; channels * width * height];
    let mut totals = vec![0.0_f64; width * height];
    let all = grid::Window { x: 0, y: 0, width: lattice.cells().0, height: lattice.cells().1 };
    let placed = lattice.tiles_over(all);
    assert_eq!(placed.len(), recipe.tiles.len());
    for (place, tile) in placed.into_iter().zip(&recipe.tiles) {
        assert_eq!((place.row * PATCH_PX, place.column * PATCH_PX), (tile.row, tile.column));
        let values = golden(&tile.output);
        let (of_columns, of_rows) = lattice.pixel_weights(place);
        for (y, x) in (0..side).flat_map(|y| (0..side).map(move |x| (y, x))) {
            let weight = f64::from(of_columns[x]) * f64::from(of_rows[y]);
            let pixel = (tile.row + y) * width + tile.column + x;
            totals[pixel] += weight;
            for channel in 0..channels {
                let value = f64::from(values[(channel * side + y) * side + x]);
                sums[channel * width * height + pixel] += weight * value;
            }
        }
    }
    sums.iter().enumerate().map(|(i, sum)| (sum / totals[i % (width * height)]) as f32).collect()
}

/// The softmax of logits `[class, pixel]`.
fn softmax(logits: &[f32], pixels: usize) -> Vec<f32> {
    let mut shares: Vec<_> = logits.iter().map(|&logit| f64::from(logit).exp()).collect();
    for pixel in 0..pixels {
        let sum: f64 = shares.iter().skip(pixel).step_by(pixels).sum();
        shares.iter_mut().skip(pixel).step_by(pixels).for_each(|share| *share /= sum);
    }
    shares.into_iter().map(|share| share as f32).collect()
}

fn relative_rms(found: &[f32], expected: &[f32]) -> f64 {
    assert_eq!(found.len(), expected.len());
    let squares = |values: Vec<f64>| values.into_iter().map(|value| value * value).sum::<f64>();
    let differences = found.iter().zip(expected).map(|(&a, &b)| f64::from(a) - f64::from(b)).collect();
    (squares(differences) / squares(expected.iter().map(|&value| value.into()).collect())).sqrt()
}

/// Runs a recipe's model over its scene; probabilities too, where it knows classes.
fn segment(home: &Home, recipe: &Recipe, layers: &[String], name: &str) -> (Vec<f32>, Vec<f32>) {
    let classes = recipe.name != "biomass";
    let [model, tile, overlap, output, probabilities] = [
        format!("--MODEL={}", recipe.name),
        format!("--TILE_SIZE={}", recipe.tile),
        format!("--OVERLAP={OVERLAP_PX}"),
        format!("--OUTPUT={name}.tif"),
        format!("--OUTPUT_PROBABILITIES={name}_probabilities.tif"),
    ];
    let mut arguments = vec!["timsegment", &model, &tile, &overlap, &output];
    arguments.extend(layers.iter().map(String::as_str));
    if classes {
        arguments.push(&probabilities);
    }
    let done = home.run(&arguments);
    assert!(done.status.success(), "{name}: {}", text(&done.stderr));
    let values = read(&home.path(&format!("{name}.tif")));
    (values, if classes { read(&home.path(&format!("{name}_probabilities.tif"))) } else { Vec::new() })
}

/// Holds a run against TerraTorch.
fn compare(recipe: &Recipe, (values, probabilities): &(Vec<f32>, Vec<f32>)) {
    let name = &recipe.name;
    let expected = if name == "land_use" { golden(&recipe.tiles[0].output) } else { blended(recipe) };
    if probabilities.is_empty() {
        let difference = relative_rms(values, &expected);
        assert!(difference <= TOLERANCE, "{name}: {difference:e}");
        return;
    }
    let pixels = values.len();
    let difference = relative_rms(probabilities, &softmax(&expected, pixels));
    assert!(difference <= TOLERANCE, "{name}: {difference:e}");
    let mut compared = 0;
    for (pixel, &found) in values.iter().enumerate() {
        let mut logits: Vec<_> = expected.iter().skip(pixel).step_by(pixels).zip(0_u8..).collect();
        logits.sort_by(|(a, _), (b, _)| b.total_cmp(a));
        if logits[0].0 - logits[1].0 > CLEAR {
            assert_eq!(found as u8, logits[0].1, "{name}, pixel {pixel}");
            compared += 1;
        }
    }
    assert!(compared * 10 >= pixels * 9, "{name}: {compared} of {pixels} are clear");
}

#[test]
fn every_recipe_predicts_what_terratorch_does() {
    let home = Home::new();
    let recipes = recipes();
    assert_eq!(recipes.len(), 10);
    for recipe in recipes {
        import(&home, &recipe.name);
        // Twelve bands could be one date of all that Sentinel-2 has: the dates of a subset may need files of their own.
        let layers = match recipe.name.as_str() {
            "season" => recipe.write_dates(home.folder.path()),
            _ => recipe.write(home.folder.path()),
        };
        compare(&recipe, &segment(&home, &recipe, &layers, &recipe.name));
    }
}

#[test]
fn dates_may_come_in_one_file_or_in_one_file_each() {
    let home = Home::new();
    for name in ["crops", "change"] {
        let recipe = recipe(name);
        import(&home, name);
        let together = segment(&home, &recipe, &recipe.write(home.folder.path()), "together");
        let mut layers = recipe.write_dates(home.folder.path());
        let apart = segment(&home, &recipe, &layers, "apart");
        compare(&recipe, &apart);
        assert_eq!(together, apart, "{name}");
        layers.reverse();
        assert_ne!(segment(&home, &recipe, &layers, "reversed"), apart, "{name}: the order counts");
    }
}

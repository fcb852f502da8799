//! Words of coordinates against TerraTorch's, with the published vocabulary: `tests/goldens/generation`.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::fs;
use std::path::Path;

use model::coordinates::{Draft, Drawer, Position, position_of, words_of};
use model::generation::COORDINATE_WORDS;
use model::sampling::{PatchPosition, Sampling};
use safetensors::SafeTensors;
use serde::Deserialize;

/// Enough for all latitudes and longitudes.
const VOCABULARY: usize = 6366;

#[derive(Deserialize)]
struct Cases {
    given: Vec<Given>,
    minus_zero: Given,
    predicted: Vec<Predicted>,
}

#[derive(Deserialize)]
struct Given {
    #[serde(flatten)]
    place: Place,
    words: Vec<i64>,
}

#[derive(Deserialize)]
struct Predicted {
    #[serde(rename = "predicted")]
    words: Vec<i64>,
    told: Vec<i64>,
    position: Option<Place>,
}

#[derive(Clone, Copy, Deserialize)]
struct Place {
    latitude: f64,
    longitude: f64,
}

impl From<Place> for Position {
    fn from(Place { latitude, longitude }: Place) -> Self {
        Self { latitude, longitude }
    }
}

fn read(name: &str) -> Vec<u8> {
    fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/generation").join(name)).unwrap()
}

fn cases() -> Cases {
    serde_json::from_slice(&read("coordinates.json")).unwrap()
}

/// The words of the quarters of degrees from `-limit` to `limit`.
fn raster(name: &str, limit: f64) -> Vec<(f64, i64)> {
    let bytes = read("coordinates.safetensors");
    let tensors = SafeTensors::deserialize(&bytes).unwrap();
    let (words, _) = tensors.tensor(name).unwrap().data().as_chunks();
    let words = words.iter().map(|&word| i64::from(i32::from_le_bytes(word)));
    words.enumerate().map(|(step, word)| (step as f64 / 4.0 - limit, word)).collect()
}

#[test]
fn words_of_the_whole_raster_are_terratorchs() {
    let (latitudes, longitudes) = (raster("latitudes", 90.0), raster("longitudes", 180.0));
    assert_eq!((latitudes.len(), longitudes.len()), (721, 1441));
    for &(latitude, first) in &latitudes {
        for &(longitude, second) in &longitudes {
            let position = Position { latitude, longitude };
            assert_eq!(words_of(position).unwrap(), [first, second, 3], "{position:?}");
            assert_eq!(position_of(&[first, second]), Some(position));
        }
    }
}

#[test]
fn positions_between_are_rounded_as_terratorch_rounds() {
    let cases = cases();
    assert!(cases.given.len() >= 10);
    for Given { place, words } in cases.given {
        assert_eq!(words_of(place.into()).unwrap(), words, "{} {}", place.latitude, place.longitude);
    }
}

#[test]
fn minus_zero_is_zero_unlike_terratorchs() {
    let Given { place, words } = cases().minus_zero;
    assert_eq!(words.len(), 9, "TerraTorch spells it out");
    let zero = Position { latitude: 0.0, longitude: place.longitude };
    assert_eq!(words_of(place.into()).unwrap(), words_of(zero).unwrap());
}

#[test]
fn predicted_words_are_understood_as_terratorch_does() {
    let cases = cases().predicted;
    assert!(cases.len() >= 10);
    let coldest = Drawer::new(Sampling::new(0.0, 0, 0.0).unwrap(), 0);
    for Predicted { words, told, position } in cases {
        // The first word is where all begin.
        let mut logits = vec![0.0; COORDINATE_WORDS * VOCABULARY];
        for (row, &word) in words[1..].iter().enumerate() {
            logits[row * VOCABULARY + word as usize] = 1.0;
        }
        let mut draft = Draft::default();
        while !draft.is_finished() {
            draft.draw(&logits, &coldest, PatchPosition { column: 0, row: 0 }).unwrap();
        }
        assert_eq!(draft.told(), told, "{words:?}");
        assert_eq!(draft.position(), position.map(Position::from), "{words:?}");
    }
}

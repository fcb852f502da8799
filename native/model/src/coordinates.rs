//! Coordinates as TerraMind reads and writes them: words of its text vocabulary, one for the latitude, one for
//! the longitude.
//!
//! TerraTorch rounds a position to quarters of a degree, writes it as `lat=45.25 lon=-7.75 [EOS]`, and looks
//! the parts up in a vocabulary of 30,000 words. In there the latitudes and longitudes lie side by side in
//! rising order, so that two numbers stand for the whole table ([`words_of`], [`position_of`]). Nothing is
//! padded: given coordinates are always three words.
//!
//! Predicted coordinates are drawn word by word from `[S_1]` on ([`Draft`]). What a model draws need not be a
//! position: usually it is latitude, longitude and `[EOS]`, but nothing makes it so.
//!
//! What an encoder is told of coordinates that are an *output*, as TerraTorch does it:
//!
//! | while | where other outputs follow the coordinates | where they are the last output |
//! |---|---|---|
//! | outputs before them, and they themselves, are predicted | [`TO_COME`] | nothing |
//! | outputs after them are predicted | [`Draft::told`] | |
//!
//! In the order of the inputs they keep their place among the outputs.

use crate::Error;
use crate::generation::{COORDINATE_WORDS, FIRST_WORD, LAST_WORD};
use crate::random::Random;
use crate::sampling::{PatchPosition, Sampling, check};
use serde::{Deserialize, Serialize};

/// A place on Earth in degrees, WGS 84.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Position {
    /// From -90 (south) to 90.
    pub latitude: f64,
    /// From -180 (west) to 180.
    pub longitude: f64,
}

/// What an encoder is told of coordinates that are still to be predicted: `[S_1]`.
pub const TO_COME: [i64; 1] = [FIRST_WORD];

/// What ends given coordinates: `[EOS]`.
const END: i64 = 3;

/// `[S_0]` to `[S_199]`, which mark what was left out of a text.
const SENTINELS: std::ops::RangeInclusive<i64> = 4..=203;

const WORDS_PER_DEGREE: f64 = 4.0;

/// The words of the latitudes or of the longitudes.
struct Words {
    /// The word of `-limit`.
    first: i64,
    /// In degrees.
    limit: f64,
}

const LATITUDES: Words = Words { first: 4204, limit: 90.0 };
const LONGITUDES: Words = Words { first: 4925, limit: 180.0 };

impl Words {
    /// The word of the nearest quarter of a degree, of two the even one; none beyond the limit.
    fn word_of(&self, degrees: f64) -> Option<i64> {
        let step = |degrees: f64| (degrees * WORDS_PER_DEGREE).round_ties_even() as i64;
        (degrees.abs() <= self.limit).then(|| self.first + step(degrees) - step(-self.limit))
    }

    fn degrees_of(&self, word: i64) -> Option<f64> {
        let steps = word.checked_sub(self.first)?;
        let degrees = steps as f64 / WORDS_PER_DEGREE - self.limit;
        (steps >= 0 && degrees <= self.limit).then_some(degrees)
    }
}

/// The words of a position: latitude, longitude, `[EOS]`.
///
/// These are TerraTorch's but for one difference. Up to an eighth of a degree south of the equator or west of
/// Greenwich it writes `-0.00`, which is no word: it tells the model `la ##t = - 0 . 00` instead. Here that is
/// `0.00`.
///
/// ```
/// use model::coordinates::{Position, position_of, words_of};
///
/// let words = words_of(Position { latitude: 46.95, longitude: 7.44 })?;
/// assert_eq!(words, [4752, 5675, 3]);
/// assert_eq!(position_of(&words), Some(Position { latitude: 47.0, longitude: 7.5 }));
/// # Ok::<(), model::Error>(())
/// ```
pub fn words_of(position: Position) -> Result<Vec<i64>, Error> {
    let Position { latitude, longitude } = position;
    match (LATITUDES.word_of(latitude), LONGITUDES.word_of(longitude)) {
        (Some(latitude), Some(longitude)) => Ok(vec![latitude, longitude, END]),
        _ => Err(Error::Position { latitude, longitude }),
    }
}

/// The position that words begin with; none where they do not begin with a latitude and a longitude.
///
/// TerraTorch returns `[longitude, latitude]`, and not a number for both where its text cannot be read.
#[must_use]
pub fn position_of(words: &[i64]) -> Option<Position> {
    let [latitude, longitude, ..] = *words else { return None };
    Some(Position { latitude: LATITUDES.degrees_of(latitude)?, longitude: LONGITUDES.degrees_of(longitude)? })
}

/// The coordinates of one tile while they are predicted.
///
/// ```
/// use model::coordinates::{Draft, Drawer};
/// use model::generation::COORDINATE_WORDS;
/// use model::sampling::{PatchPosition, Sampling};
///
/// let drawer = Drawer::new(Sampling::default(), 42);
/// let mut draft = Draft::default();
/// while !draft.is_finished() {
///     // What the graph says to `WORDS_SO_FAR` = `draft.so_far()`, `[word, vocabulary]`.
///     let logits = vec![0.0; COORDINATE_WORDS * 30_000];
///     draft.draw(&logits, &drawer, PatchPosition { column: 14, row: -28 })?;
/// }
/// let (feeds_later_outputs, position) = (draft.told(), draft.position());
/// # Ok::<(), model::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// From `[S_1]` on, that included.
    words: Vec<i64>,
}

impl Default for Draft {
    /// Nothing but `[S_1]`.
    fn default() -> Self {
        Self { words: vec![FIRST_WORD] }
    }
}

impl Draft {
    /// Whether no further word is to be drawn: there are as many as TerraTorch draws, or the last is `[S_2]`.
    #[must_use]
    pub fn is_finished(&self) -> bool {
        self.words.len() > COORDINATE_WORDS || self.words.ends_with(&[LAST_WORD])
    }

    /// The words that the graph is to be given, `[COORDINATE_WORDS]`, padded at the end. Of a finished draft,
    /// too: in a batch others may still need a word.
    #[must_use]
    pub fn so_far(&self) -> Vec<i64> {
        let mut words = self.words.clone();
        words.resize(COORDINATE_WORDS, 0);
        words
    }

    /// Draws the next word from this tile's logits, `[COORDINATE_WORDS, vocabulary]`; a finished draft stays
    /// as it is.
    ///
    /// `first` is the tile's upper left patch on the lattice that all tiles share.
    pub fn draw(&mut self, logits: &[f32], drawer: &Drawer, first: PatchPosition) -> Result<(), Error> {
        if self.is_finished() {
            return Ok(());
        }
        let vocabulary = logits.len() / COORDINATE_WORDS;
        let known = self.words.len();
        let row = &logits[(known - 1) * vocabulary..known * vocabulary];
        check(row, "coordinates")?;
        let uniform = drawer.random.uniform(first.column, first.row, known as u64 - 1);
        self.words.push(i64::from(drawer.sampling.pick(row, uniform)));
        Ok(())
    }

    /// What an encoder is told of it when later outputs are predicted: the words that stand for `[S_1]`,
    /// usually latitude, longitude and `[EOS]`.
    ///
    /// There may be fewer than three, as `[S_2]` and what follows it is left out. Where there are none,
    /// TerraTorch fails; then leave coordinates out of the inputs.
    #[must_use]
    pub fn told(&self) -> Vec<i64> {
        let mut told = Vec::new();
        let mut stands_for_first = false;
        for &word in &self.words {
            if SENTINELS.contains(&word) {
                stands_for_first = word == FIRST_WORD;
            } else if stands_for_first {
                told.push(word);
            }
        }
        told
    }

    /// The position that was predicted; none where the words are none.
    #[must_use]
    pub fn position(&self) -> Option<Position> {
        position_of(&self.told())
    }
}

/// How words are drawn: filtered like tokens, with one random number per word, by seed and the tile's place
/// in the world.
#[derive(Clone, Debug)]
pub struct Drawer {
    sampling: Sampling,
    random: Random,
}

impl Drawer {
    /// The draws of one seed.
    #[must_use]
    pub fn new(sampling: Sampling, seed: u64) -> Self {
        Self { sampling, random: Random::new(seed, "words/coordinates") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(latitude: f64, longitude: f64) -> Position {
        Position { latitude, longitude }
    }

    fn drafted(words: &[i64]) -> Draft {
        Draft { words: words.to_vec() }
    }

    #[test]
    fn positions_come_back_from_their_words() {
        for latitude in -360..=360 {
            for longitude in [-720, -719, -1, 0, 1, 333, 720] {
                let position = at(f64::from(latitude) / 4.0, f64::from(longitude) / 4.0);
                assert_eq!(position_of(&words_of(position).unwrap()), Some(position));
            }
        }
    }

    #[test]
    fn there_is_no_word_for_minus_zero() {
        assert_eq!(words_of(at(-0.1, -0.125)).unwrap(), words_of(at(0.0, 0.0)).unwrap());
        assert_ne!(words_of(at(-0.13, 0.0)).unwrap(), words_of(at(0.0, 0.0)).unwrap());
    }

    #[test]
    fn what_is_not_on_earth_is_refused() {
        for (latitude, longitude) in
            [(90.1, 0.0), (-91.0, 0.0), (0.0, 180.01), (f64::NAN, 0.0), (7.4, f64::INFINITY)]
        {
            let error = words_of(at(latitude, longitude)).unwrap_err();
            assert!(matches!(error, Error::Position { .. }), "{error}");
        }
        let error = words_of(at(7.44, 546.95)).unwrap_err().to_string();
        assert!(error.contains("7.44") && error.contains("546.95"), "{error}");
    }

    #[test]
    fn only_latitude_before_longitude_is_a_position() {
        assert_eq!(position_of(&[4924, 6365]), Some(at(90.0, 180.0)));
        assert_eq!(position_of(&[4204, 4925, 17, 18]), Some(at(-90.0, -180.0)));
        for words in [
            &[][..],
            &[4204],
            &[4203, 5000],
            &[4925, 5000],
            &[4300, 4924],
            &[4300, 6366],
            &[5000, 4300],
            &[i64::MIN, 0],
        ] {
            assert_eq!(position_of(words), None, "{words:?}");
        }
    }

    #[test]
    fn a_draft_ends_at_three_words_or_where_it_says_so() {
        assert_eq!(Draft::default().so_far(), [FIRST_WORD, 0, 0]);
        assert!(!drafted(&[5, 4300, 5000]).is_finished());
        assert!(drafted(&[5, 4300, 5000, 3]).is_finished());
        assert!(drafted(&[5, 6]).is_finished());
        assert_eq!(drafted(&[5, 4300, 5000, 3]).so_far(), [5, 4300, 5000]);
    }

    #[test]
    fn words_are_drawn_from_the_row_that_is_about_them() {
        const VOCABULARY: usize = 6366;
        let mut logits = vec![0.0; COORDINATE_WORDS * VOCABULARY];
        for (row, word) in [4300, 5000, 3].into_iter().enumerate() {
            logits[row * VOCABULARY + word] = 9.0;
        }
        let coldest = Drawer::new(Sampling::new(0.0, 0, 0.0).unwrap(), 1);
        let mut draft = Draft::default();
        while !draft.is_finished() {
            draft.draw(&logits, &coldest, PatchPosition { column: 0, row: 0 }).unwrap();
        }
        assert_eq!(draft, drafted(&[5, 4300, 5000, 3]));
        assert_eq!((draft.told(), draft.position()), (vec![4300, 5000, 3], Some(at(-66.0, -161.25))));
        draft.draw(&logits, &coldest, PatchPosition { column: 0, row: 0 }).unwrap();
        assert_eq!(draft.told().len(), 3, "a finished draft stays as it is");

        logits[5000] = f32::NAN;
        let error =
            Draft::default().draw(&logits, &coldest, PatchPosition { column: 0, row: 0 }).unwrap_err();
        assert!(error.to_string().contains("coordinates"), "{error}");
    }

    #[test]
    fn draws_depend_on_seed_place_and_word_alone() {
        let logits = vec![0.0; COORDINATE_WORDS * 6366];
        let draw = |seed, column, row| {
            let drawer = Drawer::new(Sampling::new(1.0, 0, 0.0).unwrap(), seed);
            let mut draft = Draft::default();
            while !draft.is_finished() {
                draft.draw(&logits, &drawer, PatchPosition { column, row }).unwrap();
            }
            draft
        };
        let reference = draw(1, -14, 28);
        assert_eq!(reference, draw(1, -14, 28));
        for other in [draw(2, -14, 28), draw(1, 28, -14), draw(1, -13, 28)] {
            assert_ne!(reference, other);
        }
        assert!(reference.words[1] != reference.words[2], "{reference:?}");
    }
}

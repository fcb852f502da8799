//! Between token ids and codes (finite scalar quantisation).
//!
//! A code is five numbers in 0 … 1, each one of a few levels; a token id counts all combinations, the first
//! number fastest.

use crate::TokenModality;

/// How much an id grows by one level of every number of a code.
pub fn basis(levels: &[u16]) -> impl Iterator<Item = i64> + '_ {
    levels.iter().scan(1, |step, &levels| {
        let basis = *step;
        *step *= i64::from(levels);
        Some(basis)
    })
}

/// The code of a token id, or nothing if there is no such token.
#[must_use]
pub fn code_of(modality: TokenModality, id: i64) -> Option<Vec<f32>> {
    let levels = modality.levels();
    let exists = usize::try_from(id).is_ok_and(|id| id < modality.vocabulary());
    let number = |(&levels, basis): (&u16, i64)| {
        let level = (id / basis) % i64::from(levels);
        level as f32 / (f32::from(levels) - 1.0)
    };
    exists.then(|| levels.iter().zip(basis(levels)).map(number).collect())
}

/// The codes `[batch, number, y, x]` of token ids `[batch, y, x]`, as a denoiser takes them; nothing if there
/// is an id that is no token of the modality.
#[must_use]
pub fn codes_of(modality: TokenModality, ids: &[i64], batch: usize) -> Option<Vec<f32>> {
    let numbers = modality.levels().len();
    let patches = ids.len() / batch.max(1);
    let mut codes = vec![0.0; ids.len() * numbers];
    for (index, &id) in ids.iter().enumerate() {
        let (sample, patch) = (index / patches, index % patches);
        for (number, value) in code_of(modality, id)?.into_iter().enumerate() {
            codes[(sample * numbers + number) * patches + patch] = value;
        }
    }
    Some(codes)
}

/// The token id of a code whose numbers are any in 0 … 1: the nearest level counts, halves the even one.
#[must_use]
pub fn id_of(modality: TokenModality, code: &[f32]) -> i64 {
    let levels = modality.levels();
    code.iter()
        .zip(levels)
        .zip(basis(levels))
        .map(|((&value, &levels), basis)| {
            let top = f32::from(levels) - 1.0;
            (value * top).round_ties_even().clamp(0.0, top) as i64 * basis
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_id_survives_the_round_trip() {
        for modality in TokenModality::ALL {
            for id in 0..modality.vocabulary() as i64 {
                let code = code_of(modality, id).unwrap();
                assert!(code.iter().all(|value| (0.0..=1.0).contains(value)));
                assert_eq!(id_of(modality, &code), id, "{modality}");
            }
            assert_eq!(code_of(modality, modality.vocabulary() as i64), None);
            assert_eq!(code_of(modality, -1), None);
        }
    }

    #[test]
    fn the_first_number_runs_fastest() {
        assert_eq!(basis(&[8, 8, 8, 6, 5]).collect::<Vec<_>>(), [1, 8, 64, 512, 3072]);
        assert_eq!(basis(&[7, 5, 5, 5, 5]).collect::<Vec<_>>(), [1, 7, 35, 175, 875]);
        // 3 + 8 · 7 + 3072 · 2
        assert_eq!(code_of(TokenModality::Dem, 6203).unwrap(), [3.0 / 7.0, 1.0, 0.0, 0.0, 0.5]);
    }

    #[test]
    fn halves_go_to_the_even_level() {
        // 0.5 · 4 is 2, 0.125 · 4 is a half and goes down to 0, 0.375 · 4 goes up to 2.
        assert_eq!(id_of(TokenModality::Lulc, &[0.0, 0.125, 0.375, 0.5, 2.0]), 2 * 35 + 2 * 175 + 4 * 875);
    }

    #[test]
    fn codes_stand_channel_by_channel() {
        let codes = codes_of(TokenModality::Lulc, &[1, 7, 875, 0], 2).unwrap();
        assert_eq!(codes[..4], [1.0 / 6.0, 0.0, 0.0, 0.25]);
        assert_eq!(codes[10..12], [0.0, 0.0]);
        assert_eq!(codes[18..], [0.25, 0.0]);
        assert_eq!(codes_of(TokenModality::Lulc, &[1, 4375], 1), None);
    }
}

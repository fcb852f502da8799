//! Sampling against TerraTorch's filters, and what is promised of its random numbers.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::collections::HashMap;
use std::path::Path;

use model::random::Random;
use model::sampling::{PatchPosition, Sampler, Sampling, entropy};
use model::{Error, TokenModality};
use serde_json::Value;

type Tensors = HashMap<String, (Vec<usize>, Vec<f32>)>;

fn goldens() -> (Vec<Value>, Tensors) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/generation");
    let cases: Value = serde_json::from_slice(&std::fs::read(folder.join("cases.json")).unwrap()).unwrap();
    let bytes = std::fs::read(folder.join("filters.safetensors")).unwrap();
    let tensors = safetensors::SafeTensors::deserialize(&bytes).unwrap();
    let tensors = tensors.iter().map(|(name, view)| {
        let values = view.data().chunks_exact(4).map(|b| f32::from_le_bytes(b.try_into().unwrap())).collect();
        (name.to_owned(), (view.shape().to_vec(), values))
    });
    (cases["filters"].as_array().unwrap().clone(), tensors.collect())
}

/// Probabilities in the order of the logits, those of equal logits in falling order.
fn by_logit(logits: &[f32], probabilities: &[f32]) -> Vec<f32> {
    let mut pairs: Vec<_> = logits.iter().copied().zip(probabilities.iter().copied()).collect();
    pairs.sort_by(|a, b| a.0.total_cmp(&b.0).then(b.1.total_cmp(&a.1)));
    pairs.into_iter().map(|(_, probability)| probability).collect()
}

#[test]
fn probabilities_are_those_of_terratorch() {
    let (cases, tensors) = goldens();
    assert!(cases.len() > 50, "{} cases", cases.len());
    let mut worst = 0.0_f32;
    for case in cases {
        let tensor = |part: &str| &tensors[case[part].as_str().unwrap()];
        let number = |part: &str| case[part].as_f64().unwrap();
        let sampling =
            Sampling::new(number("temperature"), case["top_k"].as_u64().unwrap() as usize, number("top_p"));
        let sampling = sampling.unwrap();
        let (shape, logits) = tensor("logits");
        let (_, expected) = tensor("probabilities");
        for (logits, expected) in logits.chunks_exact(shape[1]).zip(expected.chunks_exact(shape[1])) {
            let own = sampling.probabilities(logits);
            // TerraTorch keeps any of several equal logits at the border of top-p, we those with lower ids.
            for (found, expected) in by_logit(logits, &own).into_iter().zip(by_logit(logits, expected)) {
                assert_eq!(found > 0.0, expected > 0.0, "{case}: {found} {expected}");
                let difference = (found - expected).abs();
                worst = worst.max(difference);
                // Relative: of 4375 ids each has little.
                assert!(difference <= 1e-5 * expected, "{case}: {found} {expected}");
            }
            // And what is drawn is one of those that have a probability.
            for u in [0.0, 0.3, 1.0 - f64::EPSILON] {
                assert!(own[sampling.pick(logits, u) as usize] > 0.0, "{case}");
            }
        }
    }
    println!("largest difference of a probability: {worst:.1e}");
}

#[test]
fn draws_follow_the_probabilities() {
    let logits: Vec<f32> = (0..40).map(|id| ((id * 29 % 40) as f32 / 8.0).sin() * 2.0).collect();
    for (sampling, seed) in [
        (Sampling::new(1.0, 0, 0.0).unwrap(), 1),
        (Sampling::default(), 2),
        (Sampling::new(0.7, 9, 0.9).unwrap(), 3),
        (Sampling::new(2.5, 12, 0.0).unwrap(), 4),
    ] {
        let probabilities = sampling.probabilities(&logits);
        let (side, modality) = (200, TokenModality::Lulc);
        let many: Vec<f32> = logits.iter().copied().cycle().take(side * side * logits.len()).collect();
        let sampler = Sampler::new(sampling, seed, modality);
        let ids = sampler.tokens(&many, logits.len(), PatchPosition { column: -100, row: 7 }, side).unwrap();
        assert_eq!(ids.len(), side * side);
        let (mut chi2, mut freedom) = (0.0, -1.0);
        for (id, &probability) in (0..).zip(&probabilities) {
            let count = ids.iter().filter(|&&drawn| drawn == id).count() as f64;
            if probability == 0.0 {
                assert!(count == 0.0, "{id} was filtered away");
                continue;
            }
            let expected = f64::from(probability) * ids.len() as f64;
            assert!(expected > 5.0, "{id} is too rare for the test");
            chi2 += (count - expected).powi(2) / expected;
            freedom += 1.0;
        }
        // Wilson and Hilferty's approximation of the value that one seed in a thousand exceeds.
        let spread = 2.0 / (9.0 * freedom);
        let limit = freedom * (1.0 - spread + 3.09 * f64::sqrt(spread)).powi(3);
        println!("{sampling:?}: chi-square {chi2:.1} of {freedom} degrees of freedom, limit {limit:.1}");
        assert!(chi2 < limit, "{sampling:?}: {chi2} > {limit}");
    }
}

#[test]
fn ids_belong_to_places_and_not_to_tiles() {
    let (vocabulary, columns, rows) = (15, 6, 5);
    let origin = PatchPosition { column: -3, row: 1_000_000_000_000 };
    let logits: Vec<f32> = (0..vocabulary * columns * rows).map(|i| (i as f32 * 0.731).sin() * 3.0).collect();
    let sampler = |seed, modality| Sampler::new(Sampling::new(1.0, 0, 0.95).unwrap(), seed, modality);
    let lulc = sampler(5, TokenModality::Lulc);
    let whole = lulc.tokens(&logits, vocabulary, origin, columns).unwrap();
    // Every patch as a tile of its own, from the last to the first.
    for patch in (0..columns * rows).rev() {
        let first = PatchPosition {
            column: origin.column + (patch % columns) as i64,
            row: origin.row + (patch / columns) as i64,
        };
        let own = &logits[patch * vocabulary..(patch + 1) * vocabulary];
        assert_eq!(lulc.tokens(own, vocabulary, first, 1).unwrap(), [whole[patch]]);
    }
    for (seed, modality) in [(6, TokenModality::Lulc), (5, TokenModality::Dem)] {
        let other = sampler(seed, modality).tokens(&logits, vocabulary, origin, columns).unwrap();
        assert_ne!(other, whole, "{seed} {modality}");
    }
}

#[test]
fn of_equal_logits_those_with_lower_ids_are_kept() {
    let found = Sampling::new(1.0, 0, 0.5).unwrap().probabilities(&[0.0, 1.0, 0.0, 1.0, 1.0, -9.0]);
    assert_eq!(found, [0.0, 0.5, 0.0, 0.5, 0.0, 0.0]);
}

#[test]
fn without_temperature_chance_has_no_say() {
    let certain = Sampling::new(0.0, 3, 0.1).unwrap();
    for u in [0.0, 0.5, 0.999_999] {
        assert_eq!(certain.pick(&[0.5, 2.0, -1.0, 2.0], u), 1);
    }
    assert_eq!(certain.probabilities(&[0.5, 2.0, -1.0, 2.0]), [0.0, 1.0, 0.0, 0.0]);
}

#[test]
fn a_large_vocabulary_is_filtered_as_if_it_were_sorted_at_once() {
    // Flat enough that top-p needs more ids than are sorted at first, several times.
    let random = Random::new(1, "test");
    let logits: Vec<f32> = (0..15360).map(|id| random.uniform(id, 0, 0) as f32).collect();
    let mut order: Vec<usize> = (0..logits.len()).collect();
    order.sort_by(|&a, &b| logits[b].total_cmp(&logits[a]));
    let total: f64 = logits.iter().map(|&logit| f64::from(logit).exp()).sum();
    for top_p in [0.01, 0.2, 0.9] {
        let found = Sampling::new(1.0, 0, top_p).unwrap().probabilities(&logits);
        let kept = found.iter().filter(|&&probability| probability > 0.0).count();
        assert!(order[..kept].iter().all(|&id| found[id] > 0.0));
        let sum: f64 = order[..kept].iter().map(|&id| f64::from(logits[id]).exp()).sum();
        assert!((sum / total - top_p).abs() < 2e-4, "{kept}: {}", sum / total);
    }
}

#[test]
fn entropy_is_in_bits_of_the_unfiltered_distribution() {
    let logits = [0.0, 0.0, 0.0, 0.0, 3e4, 0.0, -3e4, 1.0, 0.0, 1e-3, 2.0_f32.ln(), -1e4];
    let found = entropy(&logits, 4, TokenModality::Dem).unwrap();
    let thirds = [1.0, 1.001, 2.0].map(|share| share / 4.001);
    let expected = [2.0, 0.0, -thirds.map(|share: f64| share * share.log2()).iter().sum::<f64>()];
    for (found, expected) in found.iter().zip(expected) {
        assert!((f64::from(*found) - expected).abs() < 1e-5, "{found} {expected}");
    }
}

#[test]
fn what_cannot_be_drawn_is_refused() {
    for (temperature, top_p) in [(-0.1, 0.8), (f64::NAN, 0.8), (f64::INFINITY, 0.8), (1.0, 1.01), (1.0, -0.1)]
    {
        let error = Sampling::new(temperature, 0, top_p).unwrap_err();
        assert!(matches!(error, Error::Sampling { .. }), "{error}");
    }
    assert!(Sampling::new(1.0, 0, f64::NAN).is_err());
    let sampler = Sampler::new(Sampling::default(), 1, TokenModality::Ndvi);
    for wrong in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
        let logits = [0.0, 1.0, wrong];
        let error = sampler.tokens(&logits, 3, PatchPosition { column: 0, row: 0 }, 1).unwrap_err();
        assert!(error.to_string().contains("NDVI"), "{error}");
        assert!(entropy(&logits, 3, TokenModality::Ndvi).is_err());
    }
}

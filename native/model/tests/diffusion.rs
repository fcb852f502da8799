//! The scheduler against TerraTorch's, and noise that belongs to the world.

#![expect(clippy::unwrap_used, reason = "helpers of tests may panic like the tests themselves")]

use std::path::Path;

use model::diffusion::{Noise, PixelWindow, Schedule};
use model::{Error, TokenModality};
use safetensors::SafeTensors;
use serde_json::Value;

struct Goldens {
    cases: Value,
    bytes: Vec<u8>,
}

impl Goldens {
    fn open() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/goldens/generation");
        let cases = serde_json::from_slice(&std::fs::read(folder.join("cases.json")).unwrap()).unwrap();
        Self { cases, bytes: std::fs::read(folder.join("diffusion.safetensors")).unwrap() }
    }

    fn cases(&self, section: &str) -> &[Value] {
        let cases = self.cases[section].as_array().unwrap();
        assert!(!cases.is_empty());
        cases
    }

    fn data(&self, name: &Value) -> Vec<u8> {
        let tensors = SafeTensors::deserialize(&self.bytes).unwrap();
        tensors.tensor(name.as_str().unwrap()).unwrap().data().to_vec()
    }

    fn floats(&self, name: &Value) -> Vec<f32> {
        self.data(name).chunks_exact(4).map(|bytes| f32::from_le_bytes(bytes.try_into().unwrap())).collect()
    }

    fn integers(&self, name: &Value) -> Vec<i64> {
        self.data(name).chunks_exact(8).map(|bytes| i64::from_le_bytes(bytes.try_into().unwrap())).collect()
    }
}

fn number(case: &Value, name: &str) -> usize {
    case[name].as_u64().unwrap() as usize
}

/// The noise of the goldens (see their README).
fn noise(seed: usize, count: usize) -> Vec<f32> {
    let start = (seed as u32).wrapping_mul(0x9E37_79B9);
    (0..count)
        .map(|index| {
            let h = start.wrapping_add(index as u32);
            let h = (h ^ (h >> 16)).wrapping_mul(0x85EB_CA6B);
            let h = (h ^ (h >> 13)).wrapping_mul(0xC2B2_AE35);
            let h = h ^ (h >> 16);
            2.0 * ((h >> 8) as f32 / 8_388_608.0 - 1.0)
        })
        .collect()
}

fn largest_difference(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, |worst, next| {
        // Not `f32::max`: it would drop a NaN.
        if next <= worst { worst } else { next }
    })
}

#[test]
fn tables_are_those_of_terratorch() {
    let goldens = Goldens::open();
    for case in goldens.cases("schedules") {
        let steps = number(case, "steps");
        let schedule = Schedule::new(steps).unwrap();
        let found: Vec<i64> = (0..steps).map(|step| schedule.time_step(step) as i64).collect();
        assert_eq!(found, goldens.integers(&case["timesteps"]));
        // The alphas, as they act: of a sample of ones an image of zeros leaves `kept`, and the other way round.
        let alphas = goldens.floats(&case["alphas"]);
        let next_alphas = goldens.floats(&case["previous_alphas"]);
        for (step, (alpha, next)) in alphas.into_iter().zip(next_alphas).enumerate() {
            let (mut ones, mut zeros) = ([1.0_f32], [0.0_f32]);
            schedule.step(step, &mut ones, &[0.0]);
            schedule.step(step, &mut zeros, &[1.0]);
            let (alpha, next) = (f64::from(alpha), f64::from(next));
            let kept = ((1.0 - next) / (1.0 - alpha)).sqrt();
            let expected = next.sqrt() - kept * alpha.sqrt();
            // TerraTorch's tables are off by up to 4e-7, which weighs more where little noise is left.
            let limit = 1e-6 / (1.0 - alpha);
            assert!((f64::from(ones[0]) - kept).abs() < limit, "{steps} {step}: {} {kept}", ones[0]);
            assert!(
                (f64::from(zeros[0]) - expected).abs() < limit,
                "{steps} {step}: {} {expected}",
                zeros[0]
            );
        }
    }
}

#[test]
fn whole_runs_end_where_those_of_terratorch_do() {
    let goldens = Goldens::open();
    for case in goldens.cases("runs") {
        let schedule = Schedule::new(number(case, "steps")).unwrap();
        let x0 = goldens.floats(&case["x0"]);
        let samples = goldens.floats(&case["samples"]);
        let count = x0.len() / schedule.steps();
        let mut sample = noise(number(case, "noise_seed"), count);
        let mut worst = 0.0_f32;
        for step in 0..schedule.steps() {
            let part = step * count..(step + 1) * count;
            schedule.step(step, &mut sample, &x0[part.clone()]);
            let difference = largest_difference(&sample, &samples[part]);
            assert!(difference <= 1e-5, "{case} step {step}: {difference}");
            worst = worst.max(difference);
        }
        println!("{} of {}: at most {worst:.1e}", case["modality"], case["steps"]);
    }
}

#[test]
fn the_scheduler_agrees_for_any_number_of_steps_clamped_or_not() {
    let goldens = Goldens::open();
    for case in goldens.cases("scheduler_runs") {
        let (steps, count) = (number(case, "steps"), number(case, "count"));
        let schedule = Schedule::new(steps).unwrap().with_clamp(case["clamp"].as_bool().unwrap());
        let x0 = noise(number(case, "x0_seed"), steps * count);
        let mut sample = noise(number(case, "noise_seed"), count);
        let samples = goldens.floats(&case["samples"]);
        let mut worst = 0.0_f32;
        for step in 0..steps {
            let part = step * count..(step + 1) * count;
            schedule.step(step, &mut sample, &x0[part.clone()]);
            let difference = largest_difference(&sample, &samples[part]);
            assert!(difference <= 1e-5, "{case} step {step}: {difference}");
            worst = worst.max(difference);
        }
        println!("{steps} steps, clamp {}: at most {worst:.1e}", case["clamp"]);
    }
}

#[test]
fn any_number_of_steps_is_met_exactly() {
    for steps in 1..=1000 {
        let schedule = Schedule::new(steps).unwrap();
        assert_eq!(schedule.steps(), steps);
        let times: Vec<usize> = (0..steps).map(|step| schedule.time_step(step)).collect();
        assert_eq!(times[0], 999);
        assert!(times.windows(2).all(|pair| pair[1] < pair[0]), "{steps}: {times:?}");
        // And it ends at the image.
        let mut sample = [0.3, -0.8];
        for step in 0..steps {
            schedule.step(step, &mut sample, &[0.25, 7.0]);
        }
        assert!(largest_difference(&sample, &[0.25, 1.0]) < 1e-6, "{steps}: {sample:?}");
    }
    // As `timestep_spacing="trailing"` of the library diffusers has them.
    let times = |steps| {
        let schedule = Schedule::new(steps).unwrap();
        (0..steps).map(|step| schedule.time_step(step)).collect::<Vec<_>>()
    };
    assert_eq!(times(3), [999, 666, 332]);
    assert_eq!(times(16)[..4], [999, 937, 874, 811]);
    for steps in [0, 1001] {
        let error = Schedule::new(steps).unwrap_err();
        assert!(matches!(error, Error::Steps { .. }), "{error}");
    }
}

#[test]
fn values_that_are_no_numbers_stay_visible() {
    let mut sample = [0.5, 0.5];
    Schedule::new(10).unwrap().step(0, &mut sample, &[f32::NAN, 0.0]);
    assert!(sample[0].is_nan() && sample[1].is_finite(), "{sample:?}");
}

#[test]
fn noise_belongs_to_the_world() {
    let modality = TokenModality::S2L2A;
    let channels = modality.channels().bands.len();
    let noise = Noise::new(9, modality);
    let whole = PixelWindow { x: -40, y: 1_000_000_000_000, width_px: 64, height_px: 48 };
    let values = noise.window(whole);
    assert_eq!(values.len(), channels * 64 * 48);
    let part = PixelWindow { x: whole.x + 13, y: whole.y + 7, width_px: 20, height_px: 31 };
    for (index, value) in noise.window(part).into_iter().enumerate() {
        let (channel, y, x) = (index / (20 * 31), index / 20 % 31 + 7, index % 20 + 13);
        assert_eq!(value.to_bits(), values[(channel * 48 + y) * 64 + x].to_bits());
    }
    assert_ne!(Noise::new(10, modality).window(whole), values);
    let [grd, rtc] =
        [TokenModality::S1Grd, TokenModality::S1Rtc].map(|modality| Noise::new(9, modality).window(whole));
    assert_ne!(grd, rtc);

    // Standard normal, and no channel like another.
    let area = 64 * 48;
    for (number, channel) in values.chunks_exact(area).enumerate() {
        let mean = channel.iter().sum::<f32>() / area as f32;
        let variance = channel.iter().map(|value| value * value).sum::<f32>() / area as f32;
        assert!(mean.abs() < 0.07 && (variance - 1.0).abs() < 0.1, "{number}: {mean} {variance}");
        for other in values.chunks_exact(area).skip(number + 1) {
            let product = channel.iter().zip(other).map(|(a, b)| a * b).sum::<f32>() / area as f32;
            assert!(product.abs() < 0.08, "{number}: {product}");
        }
    }
}

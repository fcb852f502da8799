//! What a scene promises: the same bits everywhere, real ranges, and truth that fits what is seen.
#![allow(clippy::unwrap_used, clippy::float_cmp, reason = "a test may panic, and bits are compared")]

use std::collections::BTreeSet;
use synthetic::{Class, Conditions, Modality, Season, Survey, View, World};

const PLACE: View = View { column: 50_000, row: -530_000, width: 96, height: 80, pixel_m: 10.0 };

fn wild() -> Conditions {
    Conditions { cloud_share: 0.3, flooded: true, ..Conditions::default() }
}

fn bits(values: &[f32]) -> Vec<u32> {
    values.iter().map(|value| value.to_bits()).collect()
}

/// Small windows all over several worlds, at the seasons in turn.
fn samples(conditions: Conditions, count: usize) -> impl Iterator<Item = Survey> {
    (0..count).map(move |index| {
        let number = index as i64;
        let season = Season::ALL[index % 4];
        let view =
            View { column: number * 7919, row: number * -5003 - 200_000, width: 48, height: 48, ..PLACE };
        World::under(index as u64 / 8, Conditions { season, ..conditions }).survey(view)
    })
}

#[test]
fn windows_agree_bit_for_bit() {
    for (pixel_m, seed) in [(10.0, 1), (10.0, 2), (2.5, 1), (60.0, 3)] {
        let world = World::under(seed, wild());
        let whole = View { pixel_m, ..PLACE };
        let survey = world.survey(whole);
        for (x, y, width, height) in [(0, 0, 96, 16), (0, 16, 96, 64), (31, 7, 1, 1), (50, 40, 46, 40)] {
            let part = View { column: whole.column + x, row: whole.row + y, width, height, pixel_m };
            for modality in Modality::ALL {
                let (all, own) = (survey.render(modality), world.render(modality, part));
                for band in 0..modality.bands().len() {
                    for line in 0..height {
                        let from = (band * 80 + y as usize + line) * 96 + x as usize;
                        let begin = (band * height + line) * width;
                        let same = bits(&all[from..from + width]) == bits(&own[begin..begin + width]);
                        assert!(same, "{modality:?} of {pixel_m} m, band {band}, line {line} of {part:?}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_seed_names_one_world() {
    let of = |seed, conditions| World::under(seed, conditions).survey(PLACE);
    let (first, same, other) = (of(1, wild()), of(1, wild()), of(2, wild()));
    let winter = of(1, Conditions { season: Season::Winter, ..wild() });
    for modality in Modality::ALL {
        assert_eq!(bits(&first.render(modality)), bits(&same.render(modality)), "{modality:?}");
    }
    for modality in [Modality::S2L2A, Modality::S1Grd, Modality::Dem, Modality::Lulc] {
        assert_ne!(first.render(modality), other.render(modality), "{modality:?}");
    }
    // Seasons change what grows, not where mountains are.
    assert_ne!(first.render(Modality::S2L2A), winter.render(Modality::S2L2A));
    assert_eq!(first.render(Modality::Dem), winter.render(Modality::Dem));
}

/// Fails whenever any bit of a scene changes: then old seeds name other scenes, which the changelog has to say.
#[test]
fn scenes_are_those_of_the_first_version() {
    let mut hash = 0xCBF2_9CE4_8422_2325_u64;
    for survey in samples(wild(), 6) {
        for modality in Modality::ALL {
            for bits in bits(&survey.render(modality)) {
                hash = (hash ^ u64::from(bits)).wrapping_mul(0x0100_0000_01B3);
            }
        }
    }
    assert_eq!(hash, 0xEA1C_758A_9754_ACAF, "{hash:#x}");
}

#[test]
fn every_class_occurs_and_values_are_in_their_ranges() {
    let mut classes = BTreeSet::new();
    let (mut lowest, mut highest) = (f32::MAX, f32::MIN);
    for survey in samples(Conditions { cloud_share: 0.05, ..Conditions::default() }, 160) {
        classes.extend(survey.render(Modality::Lulc).iter().map(|&class| class as u8));
        for modality in Modality::ALL {
            let (low, high) = match modality {
                Modality::S2L2A | Modality::S2L1C => (1.0, 16_000.0),
                Modality::Rgb => (0.0, 255.0),
                Modality::S1Grd | Modality::S1Rtc => (-46.0, 22.0),
                Modality::Dem => (-30.0, 3400.0),
                Modality::Lulc => (1.0, 9.0),
                Modality::Ndvi => (-1.0, 1.0),
                Modality::Flood => (0.0, 0.0),
            };
            for value in survey.render(modality) {
                assert!((low..=high).contains(&value), "{modality:?}: {value}");
                let is_whole = value.fract() == 0.0;
                let continuous =
                    matches!(modality, Modality::S1Grd | Modality::S1Rtc | Modality::Dem | Modality::Ndvi);
                assert!(is_whole || continuous, "{modality:?}: {value}");
                if modality == Modality::Dem {
                    (lowest, highest) = (lowest.min(value), highest.max(value));
                }
            }
        }
    }
    assert_eq!(classes, (1..=9).collect());
    assert!(lowest < 150.0 && highest > 1500.0, "{lowest} {highest}");
}

/// Products at 10 m repeat the pixels of coarser bands.
#[test]
fn coarse_bands_are_as_coarse_as_sentinels() {
    let survey = World::under(5, wild()).survey(PLACE);
    let bands = survey.render(Modality::S2L2A);
    let at = |band: usize, x: usize, y: usize| bands[(band * PLACE.height + y) * PLACE.width + x];
    for (band, side) in [(0, 6), (4, 2), (9, 6), (10, 2)] {
        let (mut same, mut other) = (0, 0);
        for (x, y) in (0..79).flat_map(|y| (0..95).map(move |x| (x, y))) {
            // The column of the world decides where a coarse pixel begins.
            let begins = (PLACE.column + x as i64 + 1).rem_euclid(side) == 0;
            let differs = at(band, x, y) != at(band, x + 1, y);
            assert!(begins || !differs, "band {band} at {x}, {y}");
            (same, other) = (same + u32::from(!differs), other + u32::from(differs));
        }
        assert!(other > 0 && same > other / 2);
    }
    assert!((0..95).any(|x| at(1, x, 0) != at(1, x + 1, 0)));
}

#[test]
fn indices_and_pictures_are_those_of_the_bands() {
    let survey = World::under(5, wild()).survey(PLACE);
    let [bands, ndvi, picture] = [Modality::S2L2A, Modality::Ndvi, Modality::Rgb].map(|m| survey.render(m));
    let count = PLACE.pixels();
    let band = |index: usize| &bands[index * count..(index + 1) * count];
    for pixel in 0..count {
        let (red, infrared) = (band(3)[pixel], band(7)[pixel]);
        assert!((ndvi[pixel] - (infrared - red) / (infrared + red)).abs() < 1e-6);
        for (channel, source) in [3, 2, 1].into_iter().enumerate() {
            let expected = (band(source)[pixel] * 0.085).min(255.0);
            assert!((picture[channel * count + pixel] - expected).abs() <= 0.51);
        }
    }
}

#[test]
fn floods_cover_low_land_and_nothing_else_changes() {
    let clear = Conditions { cloud_share: 0.0, ..Conditions::default() };
    let (mut flooded_pixels, mut pixels) = (0, 0);
    let pairs = samples(clear, 64).zip(samples(Conditions { flooded: true, ..clear }, 64));
    for (dry, wet) in pairs {
        assert_eq!(dry.render(Modality::Dem), wet.render(Modality::Dem));
        let truth = wet.render(Modality::Flood);
        let classes = dry.render(Modality::Lulc).into_iter().zip(wet.render(Modality::Lulc));
        for ((before, after), flooded) in classes.zip(truth) {
            if flooded == 1.0 {
                assert!(before != f32::from(Class::Water as u8), "open water is no flood");
                let wet = [Class::Water, Class::FloodedVegetation].map(|class| f32::from(class as u8));
                assert!(wet.contains(&after), "{before} became {after}");
                flooded_pixels += 1;
            } else {
                assert_eq!(before, after);
            }
            pixels += 1;
        }
    }
    let share = f64::from(flooded_pixels) / f64::from(pixels);
    assert!((0.01..0.25).contains(&share), "{share}");
}

#[test]
fn water_is_dark_to_radar_and_towns_are_bright() {
    let mut sums = [(0.0_f64, 0.0_f64); 10];
    let quiet = Conditions { cloud_share: 0.0, noise: false, ..Conditions::default() };
    for survey in samples(quiet, 120) {
        let radar = survey.render(Modality::S1Rtc);
        for (pixel, class) in survey.render(Modality::Lulc).into_iter().enumerate() {
            let (sum, count) = &mut sums[class as usize];
            (*sum, *count) = (*sum + f64::from(radar[pixel]), *count + 1.0);
        }
    }
    let mean = |class: Class| sums[class as usize].0 / sums[class as usize].1;
    assert!((-21.0..-16.0).contains(&mean(Class::Water)), "{}", mean(Class::Water));
    assert!(mean(Class::BuiltArea) > mean(Class::Trees) && mean(Class::Trees) > mean(Class::Rangeland));
}

#[test]
fn speckle_multiplies_and_can_be_switched_off() {
    let noisy = World::new(3).survey(PLACE).render(Modality::S1Rtc);
    let quiet = World::under(3, Conditions { noise: false, ..Conditions::default() });
    let quiet = quiet.survey(PLACE).render(Modality::S1Rtc);
    let ratios: Vec<f64> =
        noisy.iter().zip(&quiet).map(|(a, b)| 10_f64.powf(f64::from(a - b) / 10.0)).collect();
    let count = ratios.len() as f64;
    let mean = ratios.iter().sum::<f64>() / count;
    let variance = ratios.iter().map(|r| (r - mean) * (r - mean)).sum::<f64>() / count;
    assert!((mean - 1.0).abs() < 0.02, "{mean}");
    assert!((1.0 / variance - 4.4).abs() < 0.35, "{} looks", 1.0 / variance);
}

/// An earlier generator made blobs: smooth mountains, and clouds of squares.
#[test]
fn mountains_are_rough_and_clouds_have_soft_edges() {
    let (mut roughest, mut cloudy, mut edges) = (0.0_f32, 0.0_f32, 0.0_f32);
    for survey in samples(wild(), 96) {
        let height = survey.render(Modality::Dem);
        // The second difference along a row: how a slope changes within 20 m.
        let bends =
            height.chunks(48).flat_map(|row| row.windows(3)).map(|h| (h[0] - 2.0 * h[1] + h[2]).abs());
        roughest = roughest.max(bends.sum::<f32>() / height.len() as f32);
        let blue = survey.render(Modality::S2L2A);
        let classes = survey.render(Modality::Lulc);
        let is_land = |class: f32| class != 7.0;
        cloudy += classes.iter().filter(|&&class| class == 8.0).count() as f32;
        let partly = blue.iter().zip(&classes).take(classes.len());
        edges += partly.filter(|(b, class)| is_land(**class) && (1500.0..4500.0).contains(*b)).count() as f32;
    }
    assert!(roughest > 0.5, "{roughest}");
    assert!(cloudy > 5000.0 && edges > 0.1 * cloudy, "{cloudy} {edges}");
}

/// The means that scenes were fitted to: between what three `TerraMesh` tiles and the statistics of TerraMind's training
/// show (`docs/synthetic-scenes.md`).
#[test]
fn statistics_stay_where_they_were_fitted() {
    let conditions = Conditions { cloud_share: 0.08, ..Conditions::default() };
    let surveys: Vec<Survey> = samples(conditions, 160).collect();
    for (modality, bounds) in [
        (
            Modality::S2L2A,
            &[
                (500.0, 2000.0),
                (600.0, 2100.0),
                (900.0, 2400.0),
                (900.0, 2500.0),
                (1200.0, 2700.0),
                (1700.0, 3300.0),
                (1900.0, 3500.0),
                (2000.0, 3600.0),
                (2100.0, 3700.0),
                (2100.0, 3700.0),
                (1600.0, 3200.0),
                (1100.0, 2500.0),
            ][..],
        ),
        (Modality::S1Rtc, &[(-13.5, -10.0), (-20.5, -15.5)]),
        (Modality::S1Grd, &[(-14.0, -10.0), (-21.0, -15.5)]),
        (Modality::Dem, &[(150.0, 1200.0)]),
        (Modality::Ndvi, &[(0.2, 0.65)]),
    ] {
        for (band, &(low, high)) in bounds.iter().enumerate() {
            let (mut sum, mut count) = (0.0, 0.0);
            for survey in &surveys {
                let size = survey.view().pixels();
                let values = survey.render(modality);
                sum += values[band * size..(band + 1) * size].iter().map(|&v| f64::from(v)).sum::<f64>();
                count += size as f64;
            }
            let mean = sum / count;
            assert!((low..high).contains(&mean), "{modality:?} band {band}: {mean}");
        }
    }
}

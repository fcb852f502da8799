//! Random numbers as functions of a seed and a place.
//!
//! Nothing is drawn in a sequence: a number belongs to a seed, to a stream (what it is drawn for), to a place
//! in the world and to an index at that place. So the order of the work, threads, batches and the extent that
//! was asked for cannot change it.
//!
//! The generator is Philox4x64-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", 2011), which
//! `NumPy` has as `numpy.random.Philox`. No maintained crate gives access to it by counter.

/// Random numbers of one seed and one stream.
///
/// ```
/// use model::random::Random;
///
/// let random = Random::new(42, "tokens/LULC");
/// assert_eq!(random.uniform(-7, 12, 0), Random::new(42, "tokens/LULC").uniform(-7, 12, 0));
/// assert_ne!(random.uniform(-7, 12, 0), random.uniform(12, -7, 0));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Random {
    key: [u64; 2],
}

impl Random {
    /// The numbers of a seed for one purpose, such as `tokens/LULC`: other names, independent numbers.
    #[must_use]
    pub fn new(seed: u64, stream: &str) -> Self {
        Self { key: [seed, fnv1a(stream)] }
    }

    /// Uniform in 0 ≤ u < 1, with 53 random bits.
    #[must_use]
    pub fn uniform(&self, x: i64, y: i64, index: u64) -> f64 {
        let bits = self.block(x, y, index / 4)[index as usize % 4];
        (bits >> 11) as f64 / TWO_TO_53
    }

    /// Four independent standard normal numbers: those of the indices `4 * block` to `4 * block + 3`.
    ///
    /// Two at a time come from one pair of uniform numbers (Box and Muller), four from one counter.
    #[must_use]
    pub fn normals(&self, x: i64, y: i64, block: u64) -> [f64; 4] {
        let bits = self.block(x, y, block);
        let [first, second] = [box_muller(bits[0], bits[1]), box_muller(bits[2], bits[3])];
        [first[0], first[1], second[0], second[1]]
    }

    fn block(&self, x: i64, y: i64, block: u64) -> [u64; 4] {
        philox([x as u64, y as u64, block, 0], self.key)
    }
}

const TWO_TO_53: f64 = (1_u64 << 53) as f64;

fn box_muller(first: u64, second: u64) -> [f64; 2] {
    // In 0 < u ≤ 1: the logarithm of 0 would be infinite.
    let radius = (-2.0 * (((first >> 11) + 1) as f64 / TWO_TO_53).ln()).sqrt();
    let (sine, cosine) = (std::f64::consts::TAU * ((second >> 11) as f64 / TWO_TO_53)).sin_cos();
    [radius * cosine, radius * sine]
}

/// A number for a name (FNV-1a), the same in every version.
fn fnv1a(name: &str) -> u64 {
    name.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

const ROUNDS: usize = 10;
const MULTIPLIERS: [u64; 2] = [0xD2E7_470E_E14C_6C93, 0xCA5A_8263_9512_1157];
/// The golden ratio and √3 − 1.
const WEYL: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xBB67_AE85_84CA_A73B];

fn philox(mut counter: [u64; 4], mut key: [u64; 2]) -> [u64; 4] {
    for _ in 0..ROUNDS {
        let first = u128::from(counter[0]) * u128::from(MULTIPLIERS[0]);
        let second = u128::from(counter[2]) * u128::from(MULTIPLIERS[1]);
        counter = [
            (second >> 64) as u64 ^ counter[1] ^ key[0],
            second as u64,
            (first >> 64) as u64 ^ counter[3] ^ key[1],
            first as u64,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `philox4x64 10` of the file `kat_vectors` of Random123.
    #[test]
    fn the_published_vectors_come_out() {
        let cases = [
            (
                [0; 4],
                [0; 2],
                [0x1655_4d9e_ca36_314c, 0xdb20_fe9d_672d_0fdc, 0xd7e7_72ce_e186_176b, 0x7e68_b68a_ec7b_a23b],
            ),
            (
                [u64::MAX; 4],
                [u64::MAX; 2],
                [0x87b0_92c3_013f_e90b, 0x438c_3c67_be8d_0224, 0x9cc7_d7c6_9cd7_77b6, 0xa09c_aebf_594f_0ba0],
            ),
            (
                [0x243f_6a88_85a3_08d3, 0x1319_8a2e_0370_7344, 0xa409_3822_299f_31d0, 0x082e_fa98_ec4e_6c89],
                [0x4528_21e6_38d0_1377, 0xbe54_66cf_34e9_0c6c],
                [0xa528_f454_03e6_1d95, 0x38c7_2dbd_566e_9788, 0xa5a1_610e_72fd_18b5, 0x57bd_43b5_e52b_7fe6],
            ),
        ];
        for (counter, key, expected) in cases {
            assert_eq!(philox(counter, key), expected);
        }
        // Also published: http://www.isthe.com/chongo/tech/comp/fnv/
        assert_eq!(fnv1a("foobar"), 0x8594_4171_F739_67E8);
    }

    #[test]
    fn numbers_depend_on_all_that_they_belong_to() {
        let random = Random::new(1, "tokens/DEM");
        let same = random.uniform(-3, 5, 0);
        assert_eq!(random.uniform(-3, 5, 0).to_bits(), same.to_bits());
        let others = [
            random.uniform(-2, 5, 0),
            random.uniform(-3, 6, 0),
            random.uniform(5, -3, 0),
            random.uniform(-3, 5, 1),
            random.uniform(-3, 5, 4),
            random.uniform(-3 + (1 << 40), 5, 0),
            Random::new(2, "tokens/DEM").uniform(-3, 5, 0),
            Random::new(1, "tokens/NDVI").uniform(-3, 5, 0),
        ];
        assert!(others.iter().all(|other| other.to_bits() != same.to_bits()), "{same} {others:?}");
    }

    #[test]
    fn uniform_numbers_fill_their_range_evenly() {
        let random = Random::new(7, "test");
        let mut counts = [0_u32; 20];
        for y in -50..50 {
            for x in -50..50 {
                for index in 0..4 {
                    let u = random.uniform(x, y, index);
                    assert!((0.0..1.0).contains(&u));
                    counts[(u * 20.0) as usize] += 1;
                }
            }
        }
        let chi2: f64 = counts.iter().map(|&n| (f64::from(n) - 2000.0).powi(2) / 2000.0).sum();
        // 19 degrees of freedom: beyond 43.8 once in a thousand seeds.
        assert!(chi2 < 43.8, "{chi2}");
    }

    #[test]
    fn normal_numbers_have_the_right_moments_and_no_correlation() {
        let random = Random::new(3, "test");
        let (mut sums, mut pairs, mut beyond) = ([0.0; 4], [0.0; 3], 0);
        let mut count = 0.0;
        for y in -100..100 {
            for x in -100..100 {
                let normals = random.normals(x, y, 0);
                let right = random.normals(x + 1, y, 0);
                for z in normals {
                    assert!(z.is_finite());
                    for (power, sum) in (1..).zip(&mut sums) {
                        *sum += z.powi(power);
                    }
                    beyond += i32::from(z.abs() > 1.96);
                    count += 1.0;
                }
                for (sum, other) in pairs.iter_mut().zip([normals[1], normals[2], right[0]]) {
                    *sum += normals[0] * other;
                }
            }
        }
        let moments = sums.map(|sum| sum / count);
        for (found, expected) in moments.into_iter().zip([0.0, 1.0, 0.0, 3.0]) {
            assert!((found - expected).abs() < 0.06, "{moments:?}");
        }
        assert!((f64::from(beyond) / count - 0.05).abs() < 0.002, "{beyond}");
        for sum in pairs {
            // Three standard errors and a half.
            assert!((sum / (count / 4.0)).abs() < 0.0175, "{pairs:?}");
        }
    }
}

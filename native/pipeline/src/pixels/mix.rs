//! The members of an ensemble become one.

use model::TokenModality;

/// What several decodings of one window become, channel by channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mix {
    /// Physical values: the means of all bands, then, with `spread`, their standard deviations.
    Values {
        /// How many bands.
        bands: usize,
        /// Whether standard deviations are wanted (of a sample: n − 1).
        spread: bool,
    },
    /// Logits of classes of a single member, as they are.
    Logits {
        /// How many classes.
        classes: usize,
    },
    /// The share of members that vote for each class, then the mean of their probabilities.
    Votes {
        /// How many classes.
        classes: usize,
    },
}

impl Mix {
    /// How so many members of a modality become one.
    pub fn of(modality: TokenModality, members: usize, spread: bool) -> Self {
        let bands = modality.channels().bands.len();
        match modality {
            TokenModality::Lulc if members == 1 => Self::Logits { classes: bands },
            TokenModality::Lulc => Self::Votes { classes: bands },
            _ => Self::Values { bands, spread },
        }
    }

    /// How many channels the result has.
    pub fn channels(self) -> usize {
        match self {
            Self::Values { bands, spread } => bands * if spread { 2 } else { 1 },
            Self::Logits { classes } => classes,
            Self::Votes { classes } => 2 * classes,
        }
    }

    /// How many of the channels are values that have a level, if any.
    pub fn bands(self) -> Option<usize> {
        match self {
            Self::Values { bands, .. } => Some(bands),
            Self::Logits { .. } | Self::Votes { .. } => None,
        }
    }

    /// Begins to mix.
    pub fn start(self) -> Mixing {
        Mixing { mix: self, count: 0, sums: Vec::new(), squares: Vec::new() }
    }
}

/// A mix that members are added to.
pub(crate) struct Mixing {
    mix: Mix,
    count: usize,
    /// Running means of values, or sums of votes or of logits.
    sums: Vec<f32>,
    /// Sums of squared distances to the mean, or of probabilities.
    squares: Vec<f32>,
}

impl Mixing {
    /// Adds a member's `[channel, y, x]`.
    pub fn add(&mut self, values: Vec<f32>) {
        self.count += 1;
        if let Mix::Votes { classes } = self.mix {
            self.vote(&values, classes);
            return;
        }
        if self.count == 1 {
            self.squares = vec![0.0; values.len()];
            self.sums = values;
            return;
        }
        // Welford's recurrence.
        let count = self.count as f32;
        for ((mean, square), value) in self.sums.iter_mut().zip(&mut self.squares).zip(values) {
            let before = value - *mean;
            *mean += before / count;
            *square += before * (value - *mean);
        }
    }

    fn vote(&mut self, logits: &[f32], classes: usize) {
        let pixels = logits.len() / classes;
        self.sums.resize(logits.len(), 0.0);
        self.squares.resize(logits.len(), 0.0);
        for pixel in 0..pixels {
            let of_pixel: Vec<f32> = (0..classes).map(|class| logits[class * pixels + pixel]).collect();
            self.sums[largest(&of_pixel) * pixels + pixel] += 1.0;
            for (class, probability) in probabilities(&of_pixel).into_iter().enumerate() {
                self.squares[class * pixels + pixel] += probability;
            }
        }
    }

    /// The channels, `[channel, y, x]`.
    pub fn finish(mut self) -> Vec<f32> {
        let count = self.count as f32;
        match self.mix {
            Mix::Values { spread: false, .. } | Mix::Logits { .. } => self.sums,
            Mix::Values { spread: true, .. } => {
                let others = (count - 1.0).max(1.0);
                self.sums.extend(self.squares.iter().map(|square| (square / others).sqrt()));
                self.sums
            }
            Mix::Votes { .. } => {
                self.sums.extend(self.squares);
                for sum in &mut self.sums {
                    *sum /= count;
                }
                self.sums
            }
        }
    }
}

/// The first of the largest.
pub(crate) fn largest(values: &[f32]) -> usize {
    let mut best = 0;
    for (index, value) in values.iter().enumerate() {
        if *value > values[best] {
            best = index;
        }
    }
    best
}

/// The softmax of logits.
pub(crate) fn probabilities(logits: &[f32]) -> Vec<f32> {
    let maximum = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - maximum).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mixed(mix: Mix, members: &[&[f32]]) -> Vec<f32> {
        let mut mixing = mix.start();
        for member in members {
            mixing.add(member.to_vec());
        }
        let channels = mixing.finish();
        assert_eq!(
            channels.len(),
            mix.channels() * members[0].len()
                / match mix {
                    Mix::Values { bands, .. } => bands,
                    Mix::Logits { classes } | Mix::Votes { classes } => classes,
                }
        );
        channels
    }

    #[test]
    fn one_member_stays_as_it_is_and_has_no_spread() {
        let one = [1.25, -3.0, 0.1, 7.0];
        assert_eq!(mixed(Mix::Values { bands: 2, spread: false }, &[&one]), one);
        assert_eq!(
            mixed(Mix::Values { bands: 1, spread: true }, &[&one]),
            [1.25, -3.0, 0.1, 7.0, 0.0, 0.0, 0.0, 0.0]
        );
        assert_eq!(mixed(Mix::Logits { classes: 4 }, &[&one]), one);
    }

    #[test]
    fn values_have_their_mean_and_the_deviation_of_a_sample() {
        let found = mixed(Mix::Values { bands: 1, spread: true }, &[&[1.0, 5.0], &[2.0, 5.0], &[6.0, 5.0]]);
        assert_eq!(found, [3.0, 5.0, 7.0_f32.sqrt(), 0.0]);
    }

    #[test]
    fn classes_have_their_share_of_votes_and_their_mean_probability() {
        // Two classes, one pixel: e^0 against e^0 · 3.
        let three = 3.0_f32.ln();
        let found =
            mixed(Mix::Votes { classes: 2 }, &[&[0.0, three], &[0.0, three], &[three, 0.0], &[0.0, three]]);
        let expected = [0.25, 0.75, (0.25 * 3.0 + 0.75) / 4.0, (0.75 * 3.0 + 0.25) / 4.0];
        assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{found:?}");
    }
}

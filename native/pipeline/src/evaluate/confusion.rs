//! How often each class of a reference was predicted as each class.

/// Classes are the numbers that a byte holds.
const CLASSES: usize = 256;

/// Pixels by class.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts(Vec<u64>);

impl Default for Counts {
    fn default() -> Self {
        Self(vec![0; CLASSES])
    }
}

impl Counts {
    /// Counts one pixel.
    pub fn add(&mut self, class: u8) {
        self.0[usize::from(class)] += 1;
    }

    /// Pixels of a class.
    #[must_use]
    pub fn of(&self, class: u8) -> u64 {
        self.0[usize::from(class)]
    }

    /// All pixels.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        self.0.iter().sum()
    }
}

/// A confusion matrix: pixels by the class of the reference and the class of the prediction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confusion {
    /// `[reference, prediction]`.
    counts: Vec<u64>,
}

impl Default for Confusion {
    fn default() -> Self {
        Self { counts: vec![0; CLASSES * CLASSES] }
    }
}

impl Confusion {
    /// Counts one pixel.
    pub fn add(&mut self, reference: u8, prediction: u8) {
        self.counts[usize::from(reference) * CLASSES + usize::from(prediction)] += 1;
    }

    /// Pixels of one class in the reference and of another, or the same, in the prediction.
    #[must_use]
    pub fn count(&self, reference: u8, prediction: u8) -> u64 {
        self.counts[usize::from(reference) * CLASSES + usize::from(prediction)]
    }

    /// Pixels of a class in the reference.
    #[must_use]
    pub fn reference_px(&self, class: u8) -> u64 {
        let start = usize::from(class) * CLASSES;
        self.counts[start..start + CLASSES].iter().sum()
    }

    /// Pixels of a class in the prediction.
    #[must_use]
    pub fn prediction_px(&self, class: u8) -> u64 {
        self.counts.iter().skip(usize::from(class)).step_by(CLASSES).sum()
    }

    /// All pixels.
    #[must_use]
    pub fn pixels(&self) -> u64 {
        self.counts.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_the_reference_and_columns_the_prediction() {
        let mut confusion = Confusion::default();
        for (reference, prediction) in [(0, 255), (0, 255), (0, 0), (255, 255)] {
            confusion.add(reference, prediction);
        }
        assert_eq!((confusion.count(0, 255), confusion.count(255, 0)), (2, 0));
        assert_eq!((confusion.reference_px(0), confusion.prediction_px(0)), (3, 1));
        assert_eq!((confusion.reference_px(255), confusion.prediction_px(255)), (1, 3));
        assert_eq!(confusion.pixels(), 4);
    }
}

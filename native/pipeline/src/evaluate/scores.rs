//! What a confusion matrix says in few numbers.
//!
//! With `tp` the pixels that are of a class in both, `fp` those of it in the prediction alone and `fn` those of it in the
//! reference alone:
//!
//! ```text
//! IoU = tp / (tp + fp + fn)   precision = tp / (tp + fp)   recall = tp / (tp + fn)   F1 = 2 tp / (2 tp + fp + fn)
//! ```
//!
//! What would be a division by zero is not defined. Means are those of `terratorch test` (torchmetrics): over the classes
//! that occur in the reference or the prediction.

use super::Confusion;
use std::collections::BTreeSet;

/// The scores of a comparison; `None` where not even one pixel decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// One per class, by value.
    pub classes: Vec<ClassScores>,
    /// The mean of the IoU over classes that occur, without those that the reference's "no label" stands for. TerraTorch:
    /// `mIoU`.
    pub mean_iou: Option<f64>,
    /// All `tp` by all `tp + fp + fn`. TerraTorch: `mIoU_Micro`.
    pub micro_iou: Option<f64>,
    /// The mean of F1 over classes that occur. TerraTorch: `F1_Score`.
    pub macro_f1: Option<f64>,
    /// The mean of the recall over classes that occur; 0 for one that occurs in the prediction alone. TerraTorch:
    /// `Accuracy`.
    pub mean_recall: Option<f64>,
    /// The part of the pixels that are right. TerraTorch: `Pixel_Accuracy`.
    pub overall_accuracy: Option<f64>,
    /// How many pixels were compared.
    pub pixels: u64,
}

/// The scores of one class; `None` where they are not defined.
#[derive(Debug, Clone, PartialEq)]
pub struct ClassScores {
    /// The class.
    pub class: u8,
    /// Whether it means "no label" in the reference.
    pub ignored: bool,
    /// Pixels of it in the reference.
    pub reference_px: u64,
    /// Pixels of it in the prediction.
    pub prediction_px: u64,
    /// Intersection over union.
    pub iou: Option<f64>,
    /// Part of the prediction's pixels that are right.
    pub precision: Option<f64>,
    /// Part of the reference's pixels that were found.
    pub recall: Option<f64>,
    /// Harmonic mean of both.
    pub f1: Option<f64>,
}

impl Scores {
    /// The scores of these classes and of all others that occur. `ignored` are the classes that mean "no label" in the
    /// reference: the mean IoU and the micro IoU leave them out, as torchmetrics does.
    #[must_use]
    pub fn of(confusion: &Confusion, classes: &BTreeSet<u8>, ignored: &BTreeSet<u8>) -> Self {
        let all = (0..=u8::MAX).map(|class| ClassScores::of(confusion, class, ignored.contains(&class)));
        let all: Vec<_> = all.filter(|it| it.occurs() || classes.contains(&it.class)).collect();
        let occurring = || all.iter().filter(|it| it.occurs());
        let kept = || occurring().filter(|it| !it.ignored);
        let right: u64 = all.iter().map(|it| confusion.count(it.class, it.class)).sum();
        let union =
            |it: &ClassScores| it.reference_px + it.prediction_px - confusion.count(it.class, it.class);
        let pixels = confusion.pixels();
        Self {
            mean_iou: mean(kept().map(|it| it.iou)),
            micro_iou: part(right, kept().map(union).sum()),
            macro_f1: mean(occurring().map(|it| it.f1)),
            mean_recall: mean(occurring().map(|it| it.recall)),
            overall_accuracy: part(right, pixels),
            pixels,
            classes: all,
        }
    }
}

impl ClassScores {
    fn of(confusion: &Confusion, class: u8, ignored: bool) -> Self {
        let right = confusion.count(class, class);
        let (reference_px, prediction_px) = (confusion.reference_px(class), confusion.prediction_px(class));
        Self {
            class,
            ignored,
            reference_px,
            prediction_px,
            iou: part(right, reference_px + prediction_px - right),
            precision: part(right, prediction_px),
            recall: part(right, reference_px),
            f1: part(2 * right, reference_px + prediction_px),
        }
    }

    /// Whether there is a pixel of it on either side.
    #[must_use]
    pub fn occurs(&self) -> bool {
        self.reference_px + self.prediction_px > 0
    }
}

fn part(some: u64, all: u64) -> Option<f64> {
    (all > 0).then(|| some as f64 / all as f64)
}

/// The mean of classes that occur, for which what is not defined counts as 0.
fn mean(scores: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let scores: Vec<_> = scores.map(Option::unwrap_or_default).collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn confusion(rows: &[(u8, u8, usize)]) -> Confusion {
        let mut confusion = Confusion::default();
        for &(reference, prediction, pixels) in rows {
            (0..pixels).for_each(|_| confusion.add(reference, prediction));
        }
        confusion
    }

    fn scores(rows: &[(u8, u8, usize)], classes: &[u8], ignored: &[u8]) -> Scores {
        let set = |values: &[u8]| values.iter().copied().collect();
        Scores::of(&confusion(rows), &set(classes), &set(ignored))
    }

    #[test]
    fn two_classes_computed_by_hand() {
        // Class 0: tp 6, fn 2, fp 1. Class 1: tp 3, fn 1, fp 2.
        let found = scores(&[(0, 0, 6), (0, 1, 2), (1, 0, 1), (1, 1, 3)], &[0, 1], &[]);
        let [zero, one] = &found.classes[..] else { panic!("two classes") };
        assert_eq!((zero.reference_px, zero.prediction_px), (8, 7));
        assert_eq!((zero.iou, zero.precision, zero.recall), (Some(6.0 / 9.0), Some(6.0 / 7.0), Some(0.75)));
        assert_eq!((one.iou, one.f1), (Some(0.5), Some(6.0 / 9.0)));
        assert_eq!(found.mean_iou, Some(f64::midpoint(6.0 / 9.0, 0.5)));
        assert_eq!(found.macro_f1, Some(f64::midpoint(12.0 / 15.0, 6.0 / 9.0)));
        assert_eq!(found.mean_recall, Some(0.75));
        assert_eq!((found.overall_accuracy, found.micro_iou), (Some(0.75), Some(9.0 / 15.0)));
        assert_eq!(found.pixels, 12);
    }

    #[test]
    fn a_class_that_occurs_nowhere_has_no_scores_and_no_part_in_means() {
        let found = scores(&[(0, 0, 3), (1, 1, 1)], &[0, 1, 7], &[]);
        let absent = &found.classes[2];
        assert_eq!((absent.class, absent.occurs()), (7, false));
        assert_eq!([absent.iou, absent.precision, absent.recall, absent.f1], [None; 4]);
        assert_eq!((found.mean_iou, found.macro_f1, found.mean_recall), (Some(1.0), Some(1.0), Some(1.0)));
    }

    #[test]
    fn a_class_on_one_side_alone_counts_as_wrong() {
        // Class 2 is predicted, but nowhere in the reference; class 1 the other way round.
        let found = scores(&[(0, 0, 2), (0, 2, 1), (1, 0, 1)], &[], &[]);
        let values: Vec<_> = found.classes.iter().map(|it| it.class).collect();
        assert_eq!(values, [0, 1, 2], "what occurs is listed without being named");
        let [_, missed, invented] = &found.classes[..] else { panic!("three classes") };
        assert_eq!((missed.iou, missed.precision, missed.recall), (Some(0.0), None, Some(0.0)));
        assert_eq!((invented.iou, invented.precision, invented.recall), (Some(0.0), Some(0.0), None));
        assert_eq!(found.mean_iou, Some(0.5 / 3.0));
        assert_eq!(found.mean_recall, Some(2.0 / 3.0 / 3.0));
    }

    #[test]
    fn a_class_that_means_no_label_has_no_part_in_the_mean_iou() {
        let rows = [(1, 1, 3), (1, 0, 1)];
        assert_eq!(scores(&rows, &[], &[]).mean_iou, Some(0.375));
        let found = scores(&rows, &[], &[0]);
        assert_eq!((found.mean_iou, found.micro_iou), (Some(0.75), Some(0.75)));
        assert_eq!([0, 1].map(|class: usize| found.classes[class].ignored), [true, false]);
        assert_eq!(found.macro_f1, Some(6.0 / 7.0 / 2.0), "but it has in the others, as in torchmetrics");
    }

    #[test]
    fn without_pixels_nothing_is_defined() {
        let found = scores(&[], &[0, 1], &[]);
        assert_eq!((found.mean_iou, found.micro_iou, found.overall_accuracy), (None, None, None));
        assert_eq!((found.pixels, found.classes.len()), (0, 2));
    }
}

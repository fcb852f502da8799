//! How many runs of a graph go on at once.

/// What the activations of runs that go on at once may take together.
const BYTES: usize = 1 << 30;

/// The largest TerraMind has 1024 numbers for a token and 16 heads.
const WIDTH: usize = 1024;
const HEADS: usize = 16;

/// Pictures of all channels that a U-Net holds at its highest resolution: some 12 that it copies over to the way up or works
/// on, and as many again that ONNX Runtime keeps ready for the next run (measured: 21 to 40 where sides have 56 to 256 cells).
const PICTURES: usize = 28;

/// How many of the `runs` of a transformer there is memory for: a run takes, for each of its `tokens`, what every head finds
/// it has to do with every other, twice, and some sixteen times its numbers. Of large tiles with many modalities that is much.
pub(crate) fn of_transformer(runs: usize, tokens: usize) -> usize {
    at_once(runs, tokens * (2 * HEADS * tokens + 16 * WIDTH))
}

/// How many of the `runs` of a U-Net there is memory for, which has so many channels at its highest resolution, where a picture
/// has so many cells.
pub(crate) fn of_unet(runs: usize, channels: usize, cells: usize) -> usize {
    at_once(runs, PICTURES * channels * cells)
}

fn at_once(runs: usize, numbers_of_run: usize) -> usize {
    runs.min(BYTES / (numbers_of_run * size_of::<f32>()).max(1)).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_no_more_than_runs_and_fewer_of_large_ones() {
        assert_eq!(of_transformer(1, 196), 1);
        assert_eq!(of_transformer(8, 196), 8);
        let (of_usual, of_large) = (of_transformer(1000, 196), of_transformer(1000, 3 * 196));
        assert!((40..=80).contains(&of_usual) && (8..=16).contains(&of_large), "{of_usual} {of_large}");
        assert_eq!(of_transformer(1000, 64 * 64), 1);
        assert_eq!(of_transformer(0, 0), 1);
        // Those of TerraMind's tokenizers, and small ones.
        let (of_usual, of_large) = (of_unet(1000, 256, 56 * 56), of_unet(1000, 256, 256 * 256));
        assert!((8..=16).contains(&of_usual) && of_large == 1, "{of_usual} {of_large}");
        assert_eq!(of_unet(5, 32, 56 * 56), 5);
    }
}

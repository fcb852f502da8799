//! The order in which outputs are predicted, and what each prediction is told.

use crate::tokens::TileIds;
use crate::tokens::predict::Known;
use model::Tiles;
use model::coordinates::TO_COME;
use model::generation::{PredictionSpec, Source, Target};
use std::sync::Arc;

/// Words of coordinates that are given.
const GIVEN_WORDS: usize = 3;

/// Inputs, and outputs of which each feeds the next.
#[derive(Debug, Clone)]
pub(crate) struct Chain {
    inputs: Vec<Source>,
    outputs: Vec<Target>,
    tile_px: usize,
}

impl Chain {
    /// Of inputs in the order of their tokens, outputs in theirs, and tiles of one size.
    pub fn new(inputs: Vec<Source>, outputs: Vec<Target>, tile_px: usize) -> Self {
        Self { inputs, outputs, tile_px }
    }

    /// The source that stands for given coordinates.
    pub fn given_coordinates() -> Source {
        Source::Coordinates { words: GIVEN_WORDS }
    }

    /// How the output of that index is predicted where that is told so many words of coordinates.
    pub fn spec(&self, index: usize, words: usize) -> PredictionSpec {
        let tiles = Tiles { height_px: self.tile_px, width_px: self.tile_px, batch: 1 };
        PredictionSpec { inputs: self.sources(index, words), target: self.outputs[index], tiles }
    }

    /// How many words of coordinates it is told as a rule.
    pub fn usual_words(&self, index: usize) -> usize {
        let given = self.inputs.iter().any(|source| matches!(source, Source::Coordinates { .. }));
        match () {
            () if given || self.outputs[..index].contains(&Target::Coordinates) => GIVEN_WORDS,
            () if self.is_told_to_come(index) => TO_COME.len(),
            () => 0,
        }
    }

    /// What TerraTorch tells of coordinates that are an output, but not the last, while they and those before them
    /// are predicted.
    pub fn to_come(&self, index: usize, tiles: usize) -> Option<Known> {
        self.is_told_to_come(index).then(|| {
            let mut words = TileIds::new(tiles);
            for tile in 0..tiles {
                words.set(tile, TO_COME.iter().map(|&word| word as u16).collect());
            }
            Known { source: Source::Coordinates { words: TO_COME.len() }, members: vec![Arc::new(words)] }
        })
    }

    fn is_told_to_come(&self, index: usize) -> bool {
        let place = self.outputs.iter().position(|output| *output == Target::Coordinates);
        place.is_some_and(|place| place >= index && place + 1 < self.outputs.len())
    }

    fn sources(&self, index: usize, words: usize) -> Vec<Source> {
        let earlier = self.outputs[..index].iter().map(|output| match *output {
            Target::Tokens(modality) => Source::Tokens(modality),
            Target::Coordinates => Source::Coordinates { words },
        });
        let to_come = self.is_told_to_come(index).then_some(Source::Coordinates { words });
        let sources = self.inputs.iter().copied().chain(earlier).chain(to_come);
        sources
            .filter_map(|source| match source {
                Source::Coordinates { .. } => (words > 0).then_some(Source::Coordinates { words }),
                other => Some(other),
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use model::{Modality, TokenModality};

    #[test]
    fn every_output_is_told_the_inputs_and_the_outputs_before_it() {
        let image = Source::Image(Modality::S2L2A);
        let [lulc, dem] = [TokenModality::Lulc, TokenModality::Dem];
        let chain = Chain::new(vec![image], vec![Target::Tokens(lulc), Target::Tokens(dem)], 224);
        assert_eq!(chain.sources(0, 0), [image]);
        assert_eq!(chain.sources(1, 0), [image, Source::Tokens(lulc)]);
        assert_eq!([0, 1].map(|index| chain.usual_words(index)), [0, 0]);
    }

    #[test]
    fn coordinates_keep_their_place_and_are_announced_unless_they_are_the_last() {
        let image = Source::Image(Modality::S2L2A);
        let lulc = Target::Tokens(TokenModality::Lulc);
        let dem = Target::Tokens(TokenModality::Dem);
        let words = |words| Source::Coordinates { words };
        let last = Chain::new(vec![image], vec![lulc, Target::Coordinates], 224);
        assert_eq!([0, 1].map(|index| last.usual_words(index)), [0, 0]);
        assert!(last.to_come(0, 4).is_none());
        let chain = Chain::new(vec![image], vec![lulc, Target::Coordinates, dem], 224);
        assert_eq!([0, 1, 2].map(|index| chain.usual_words(index)), [1, 1, 3]);
        assert_eq!(chain.sources(0, 1), [image, words(1)]);
        assert_eq!(chain.sources(1, 1), [image, Source::Tokens(TokenModality::Lulc), words(1)]);
        assert_eq!(chain.sources(2, 3), [image, Source::Tokens(TokenModality::Lulc), words(3)]);
        assert_eq!(chain.sources(2, 0), [image, Source::Tokens(TokenModality::Lulc)]);
        assert_eq!(chain.to_come(1, 2).unwrap().members[0].get(1), Some(&[5][..]));
        assert!(chain.to_come(2, 2).is_none());
        let given = Chain::new(vec![image, Chain::given_coordinates()], vec![lulc], 224);
        assert_eq!((given.usual_words(0), given.sources(0, 3)), (3, vec![image, words(3)]));
    }
}

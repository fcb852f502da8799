//! From the pixels of a layer to token ids, tile by tile.

use super::{PatchMap, TileIds};
use crate::Means;
use crate::inputs::{LayerModality, TileInput};
use crate::means::Course;
use crate::rates::Rates;
use crate::scene::Scene;
use crate::{Error, stages};
use model::{Tiles, TokenModality, TokenizerPack, tokenizer};
use runtime::{Precision, Session, SessionOptions};

/// What the tokenizer of `modality` makes of its layer; `valid` learns which patches have data.
pub(crate) fn run(
    scene: &Scene,
    modality: TokenModality,
    session: Session,
    valid: &mut PatchMap<bool>,
    course: Course<'_>,
    mut done: impl FnMut(),
) -> Result<TileIds, Error> {
    let mut ids = TileIds::new(scene.tiles.len());
    let read = {
        let reader = scene.reader();
        move |&tile: &usize| reader.read(tile, |layer| layer == LayerModality::Tokens(modality))
    };
    let infer = {
        let (cancel, mut session) = (course.cancel.clone(), session);
        move |tile: TileInput| -> Result<(Vec<bool>, Option<Vec<u16>>), Error> {
            if !tile.holds_data() {
                return Ok((tile.valid, None));
            }
            let image = tile.tensors.into_iter().map(|(_, tensor)| (tokenizer::encoder::IMAGE, tensor));
            let ids = session.run(&image.collect::<Vec<_>>(), &cancel)?.into_integers()?;
            Ok((tile.valid, Some(ids.into_iter().map(|id| id as u16).collect())))
        }
    };
    let write = |&tile: &usize, (has_data, found): (Vec<bool>, Option<Vec<u16>>)| {
        valid.add(&scene.lattice, scene.tiles[tile], &has_data);
        if let Some(found) = found {
            ids.set(tile, found);
        }
        done();
        Ok(())
    };
    stages::run((0..scene.tiles.len()).collect(), read, infer, |_, answer| Ok(answer), write, course)?;
    Ok(ids)
}

/// Loads a tokenizer's encoder for the dates of one tile: always exactly, because in bf16 one id in twenty is another.
pub(crate) fn open(
    pack: &TokenizerPack,
    tile_px: usize,
    dates: usize,
    means: Means<'_>,
) -> Result<Session, Error> {
    let tiles = Tiles { height_px: tile_px, width_px: tile_px, batch: dates };
    let graph = tokenizer::encoder::build(pack, tiles)?.to_bytes();
    let options = SessionOptions { precision: Precision::Fp32, ..*means.options };
    let session = Session::open(means.library, &graph, pack.folder(), &options)?;
    means.watch.session(&session);
    Ok(session)
}

/// The seconds that one run of it takes.
pub(crate) fn seconds(
    pack: &TokenizerPack,
    tile_px: usize,
    dates: usize,
    rates: &mut Rates,
    means: Means<'_>,
) -> Result<f64, Error> {
    rates.seconds(open(pack, tile_px, dates, means)?, means)
}

//! From the pixels of a layer to token ids, tile by tile.

use super::{PatchMap, TileIds};
use crate::Means;
use crate::inputs::{LayerModality, TileInput};
use crate::means::Course;
use crate::rates::Rates;
use crate::scene::Scene;
use crate::stages::Engine;
use crate::{Error, stages};
use grid::PATCH_PX;
use model::{Tiles, TokenModality, TokenizerPack, tokenizer};
use runtime::Session;

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
    let engine = Engine::of(&session);
    let infer = {
        let cancel = course.cancel.clone();
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
    stages::run(
        (0..scene.tiles.len()).collect(),
        read,
        infer,
        engine,
        |_, answer| Ok(answer),
        write,
        course,
    )?;
    Ok(ids)
}

/// Loads a tokenizer's encoder for all dates of a tile of the scene.
pub(crate) fn open(pack: &TokenizerPack, scene: &Scene, means: Means<'_>) -> Result<Session, Error> {
    let (side, dates) = (scene.lattice.tile_cells(), scene.inputs().dates());
    let tiles = Tiles { height_px: side * PATCH_PX, width_px: side * PATCH_PX, batch: dates };
    let session = means.sessions(scene.tiles.len()).tokenizer(pack, tiles)?;
    means.watch.session(&session);
    Ok(session)
}

/// The seconds that one run of it takes.
pub(crate) fn seconds(
    pack: &TokenizerPack,
    scene: &Scene,
    rates: &mut Rates,
    means: Means<'_>,
) -> Result<f64, Error> {
    rates.seconds(&open(pack, scene, means)?, means)
}

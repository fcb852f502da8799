//! From the tokens of a scene to files of pixels, modality by modality: what generation and segmentation share.

use crate::memory::Needs;
use crate::pixels::{self, Decoder, Member, Mix, Windows};
use crate::products::{Files, Product};
use crate::rates::Rates;
use crate::scene::Scene;
use crate::tokens::PatchMap;
use crate::watch::Meter;
use crate::{Error, Means};
use grid::{PATCH_PX, Window};
use model::diffusion::Schedule;
use model::{TokenModality, TokenizerPack};
use raster::bytes::{rounded_down, rounded_up};
use std::collections::BTreeMap;
use std::io;
use std::path::Path;

/// How tokens are decoded.
pub(crate) struct Decoding<'a> {
    tokenizers: &'a BTreeMap<TokenModality, TokenizerPack>,
    /// Where.
    pub windows: Windows,
    schedule: Schedule,
    /// One for each member of an ensemble.
    seeds: Vec<u64>,
    /// Whether windows are brought to one level.
    harmonize: bool,
}

/// The size of a grid in pixels, and how it is cut.
#[derive(Clone, Copy)]
pub(crate) struct Cut {
    /// Columns and rows of the grid.
    pub size_px: (usize, usize),
    /// Side of a tile.
    pub tile_px: usize,
    /// Overlap of neighbouring tiles, and of neighbouring windows.
    pub overlap_px: usize,
    /// The patches that are wanted.
    pub cells: Window,
}

impl<'a> Decoding<'a> {
    /// For the modalities `decoded`, whose tokenizers must be there.
    pub fn new(
        tokenizers: &'a BTreeMap<TokenModality, TokenizerPack>,
        decoded: &[TokenModality],
        cut: Cut,
        schedule: Schedule,
        seeds: Vec<u64>,
    ) -> Result<Self, Error> {
        let window_px = window_px(tokenizers, decoded, cut.tile_px)?;
        let windows = Windows::new(cut.size_px, window_px, cut.overlap_px, cut.cells)?;
        Ok(Self { tokenizers, windows, schedule, seeds, harmonize: false })
    }

    /// The same, but windows of continuous values are brought to one level before they are blended.
    pub fn harmonized(self, harmonize: bool) -> Self {
        Self { harmonize, ..self }
    }

    /// The work of decoding a modality, as a [`Meter`] counts it.
    pub fn work(&self, modality: TokenModality, rates: &Rates) -> f64 {
        self.windows.count() as f64 * self.work_of_window(modality, rates)
    }

    /// Measures how long decoding these modalities takes.
    pub fn measure(
        &self,
        modalities: impl Iterator<Item = TokenModality>,
        rates: &mut Rates,
        means: Means<'_>,
    ) -> Result<(), Error> {
        for modality in modalities {
            let pack = tokenizer(self.tokenizers, modality)?;
            let seconds = Decoder::seconds(pack, &self.windows, &self.schedule, rates, means)?;
            rates.set_decoding(modality, seconds);
        }
        Ok(())
    }

    /// The bytes of all windows of a modality at most, as a journal or a scratch file keeps them.
    pub fn bytes(&self, modality: TokenModality) -> u64 {
        self.windows.bytes(self.channels(modality))
    }

    /// What a run holds of memory while it decodes these modalities, one after the other.
    pub fn needs(&self, needs: Needs, decoded: impl Iterator<Item = TokenModality>) -> Needs {
        let (rows, width) = (self.windows.side_px() / PATCH_PX, self.windows.pixels.width);
        decoded.fold(needs, |needs, modality| needs.blending(rows, width, self.channels(modality)))
    }

    /// The most channels that a modality's windows have.
    pub fn channels(&self, modality: TokenModality) -> usize {
        let members = self.seeds.len();
        Mix::of(modality, members, members > 1).channels()
    }

    /// Refuses to bring windows to one level where the disk of a folder has no room for those that wait.
    pub fn check_scratch(
        &self,
        decoded: impl Iterator<Item = TokenModality>,
        folder: &Path,
    ) -> Result<(), Error> {
        let continuous = decoded.filter(|modality| *modality != TokenModality::Lulc);
        // One modality is decoded after the other.
        let needed = continuous.map(|modality| self.bytes(modality)).max().unwrap_or(0);
        match raster::free_bytes(&folder.join("scratch")) {
            Some(free) if free < needed => Err(Error::Scratch {
                folder: folder.to_owned(),
                reason: io::Error::new(
                    io::ErrorKind::StorageFull,
                    format!(
                        "HARMONIZE takes up to {}, {} are free; set to false it takes none",
                        rounded_up(needed),
                        rounded_down(free)
                    ),
                ),
            }),
            _ => Ok(()),
        }
    }

    /// Diffusion has several steps.
    fn work_of_window(&self, modality: TokenModality, rates: &Rates) -> f64 {
        let runs = if modality == TokenModality::Lulc { 1 } else { self.schedule.steps() };
        (runs * self.seeds.len()) as f64 * rates.decoding(modality)
    }

    /// Decodes the members of a modality into the files that are made of it.
    pub fn run(
        &self,
        scene: &Scene,
        (modality, members): (TokenModality, Vec<Member>),
        valid: &PatchMap<bool>,
        files: &mut Files,
        (means, meter): (Means<'_>, &mut Meter),
    ) -> Result<(), Error> {
        means.watch.stage(&format!("Decoding {modality}"));
        let pack = tokenizer(self.tokenizers, modality)?;
        let decoder = Decoder::open(pack, &self.windows, &self.schedule, means)?;
        let mix = Mix::of(modality, members.len(), files.has(Product::Uncertainty(modality)));
        let work = self.work_of_window(modality, &meter.rates);
        let folder = files.folder().to_owned();
        let job = pixels::Job {
            scene,
            windows: &self.windows,
            valid,
            tokens: pixels::Tokens { modality, members, seeds: self.seeds.clone() },
            mix,
            harmonize: self.harmonize,
            folder: &folder,
            waiting_bytes: meter.waiting_bytes,
        };
        pixels::run(
            job,
            decoder,
            means.course(),
            || meter.add(work),
            |rows| files.write_rows(modality, rows, mix, valid),
        )
    }
}

/// The tokenizer of a modality.
pub(crate) fn tokenizer(
    tokenizers: &BTreeMap<TokenModality, TokenizerPack>,
    modality: TokenModality,
) -> Result<&TokenizerPack, Error> {
    tokenizers.get(&modality).ok_or(Error::NoTokenizer { modality: modality.name() })
}

/// The side of the windows that tokens are decoded in: that of the tiles, as far as all decoders can take it.
fn window_px(
    tokenizers: &BTreeMap<TokenModality, TokenizerPack>,
    decoded: &[TokenModality],
    tile_px: usize,
) -> Result<usize, Error> {
    let mut multiple = PATCH_PX;
    for &modality in decoded {
        // All are powers of two, so that the largest is a multiple of the others.
        multiple = multiple.max(pixels::multiple_px(tokenizer(tokenizers, modality)?));
    }
    Ok(tile_px.next_multiple_of(multiple))
}

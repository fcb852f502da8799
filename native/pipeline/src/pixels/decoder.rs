//! From the token ids of a window to its pixels.

use super::Windows;
use crate::rates::Rates;
use crate::stages::Engine;
use crate::{Error, Means};
use grid::PATCH_PX;
use model::diffusion::Schedule;
use model::tokenizer::{Decoder as Kind, class_decoder, codes, denoiser};
use model::{Tiles, TokenModality, TokenizerPack};
use runtime::{Cancel, Session, Tensor, Values};
use std::ops::RangeInclusive;

/// The decoder of one modality, for windows of one size.
pub(crate) struct Decoder {
    modality: TokenModality,
    side_px: usize,
    session: Session,
    /// The steps of diffusion; nothing where the decoder gives logits of classes.
    schedule: Option<Schedule>,
}

/// What a decoder's windows must be a multiple of, and whether it takes several steps.
pub(crate) fn multiple_px(pack: &TokenizerPack) -> usize {
    match &pack.architecture().decoder {
        Kind::Classes(_) => PATCH_PX,
        Kind::Diffusion(unet) => denoiser::multiple_px(unet),
    }
}

impl Decoder {
    /// Loads the decoder of a pack for windows.
    pub fn open(
        pack: &TokenizerPack,
        windows: &Windows,
        schedule: &Schedule,
        means: Means<'_>,
    ) -> Result<Self, Error> {
        let (count, side_px) = (windows.count(), windows.side_px());
        let tiles = Tiles { height_px: side_px, width_px: side_px, batch: 1 };
        let session = means.sessions(count).decoder(pack, tiles)?;
        means.watch.session(&session);
        let diffusion = matches!(pack.architecture().decoder, Kind::Diffusion(_));
        let modality = pack.architecture().modality;
        Ok(Self { modality, side_px, session, schedule: diffusion.then(|| schedule.clone()) })
    }

    /// The seconds that one run of the decoder of a pack takes.
    pub fn seconds(
        pack: &TokenizerPack,
        windows: &Windows,
        schedule: &Schedule,
        rates: &mut Rates,
        means: Means<'_>,
    ) -> Result<f64, Error> {
        rates.seconds(&Self::open(pack, windows, schedule, means)?.session, means)
    }

    /// What decodes windows.
    pub fn engine(&self) -> Engine {
        Engine::of(&self.session)
    }

    /// Whether it begins with noise.
    pub fn takes_noise(&self) -> bool {
        self.schedule.is_some()
    }

    /// What the values of each band are limited to, where the schedule limits them: mean ± one standard deviation.
    pub fn limits(&self) -> Option<Vec<RangeInclusive<f32>>> {
        let channels = self.modality.channels();
        let limits = channels.mean.iter().zip(channels.std);
        let range = |(mean, std): (&f64, &f64)| (mean - std) as f32..=(mean + std) as f32;
        self.schedule.as_ref().filter(|schedule| schedule.clamps()).map(|_| limits.map(range).collect())
    }

    /// The pixels `[channel, y, x]` of a window with the given ids `[y, x]`: logits of classes, or physical values
    /// that began as `noise` `[channel, y, x]`.
    pub fn decode(&self, ids: &[u16], noise: Vec<f32>, cancel: &Cancel) -> Result<Vec<f32>, Error> {
        let ids: Vec<i64> = ids.iter().map(|&id| i64::from(id)).collect();
        let patches = self.side_px / PATCH_PX;
        let Some(schedule) = &self.schedule else {
            let ids = Tensor::integers(&[1, patches, patches], ids);
            return Ok(self.session.run(&[(class_decoder::TOKENS, ids)], cancel)?.into_floats()?);
        };
        let codes = codes::codes_of(self.modality, &ids, 1)
            .ok_or(Error::UnknownToken { modality: self.modality.name() })?;
        let channels = self.modality.channels();
        let numbers = self.modality.levels().len();
        let mut inputs = [
            (denoiser::NOISY, Tensor::floats(&[1, channels.bands.len(), self.side_px, self.side_px], noise)),
            (denoiser::TIME_STEP, Tensor::integers(&[1], vec![0])),
            (denoiser::CODES, Tensor::floats(&[1, numbers, patches, patches], codes)),
        ];
        for step in 0..schedule.steps() {
            inputs[1].1 = Tensor::integers(&[1], vec![schedule.time_step(step) as i64]);
            let clean = self.session.run(&inputs, cancel)?.into_floats()?;
            if let Values::Floats(sample) = &mut inputs[0].1.values {
                schedule.step(step, sample, &clean);
            }
        }
        let [(_, sample), ..] = inputs;
        let mut values = sample.into_floats()?;
        let pixels = self.side_px * self.side_px;
        for ((band, mean), std) in values.chunks_exact_mut(pixels).zip(channels.mean).zip(channels.std) {
            for value in band {
                *value = (f64::from(*value) * std + mean) as f32;
            }
        }
        Ok(values)
    }
}

//! The tensors that a tokenizer consists of.

use super::unet::{Part, Unet};
use super::{Decoder, Tokenizer, Transformer};
use crate::architecture::{Expected, PATCH_PX};

/// Length of the sides of the patches that a diffusion decoder works on.
pub const DIFFUSION_PATCH_PX: usize = 4;

impl Tokenizer {
    /// All of its tensors.
    pub(super) fn layout(&self) -> Vec<Expected> {
        let channels = self.modality.channels().bands.len();
        let codes = self.modality.levels().len();
        let mut tensors = Tensors(Vec::new());
        tensors.layer("encoder.proj", &[self.encoder.width, channels, PATCH_PX, PATCH_PX]);
        tensors.transformer("encoder", self.encoder);
        tensors.layer("quant_proj", &[codes, self.encoder.width, 1, 1]);
        match &self.decoder {
            Decoder::Classes(transformer) => {
                let width = transformer.width;
                tensors.layer("post_quant_proj", &[width, codes, 1, 1]);
                tensors.transformer("decoder", *transformer);
                tensors.layer("decoder.out_proj", &[channels * PATCH_PX * PATCH_PX, width]);
            }
            Decoder::Diffusion(unet) => {
                tensors.unet(unet, channels * DIFFUSION_PATCH_PX * DIFFUSION_PATCH_PX, codes);
            }
        }
        tensors.0
    }
}

struct Tensors(Vec<Expected>);

impl Tensors {
    fn transformer(&mut self, name: &str, transformer: Transformer) {
        let Transformer { width, depth, hidden, positions_per_side: side } = transformer;
        self.0.push(Expected::new(format!("{name}.pos_emb"), &[1, width, side, side]));
        for index in 0..depth {
            let block = format!("{name}.blocks.{index}");
            self.layer(&format!("{block}.norm1"), &[width]);
            self.layer(&format!("{block}.norm2"), &[width]);
            self.layer(&format!("{block}.attn.qkv"), &[3 * width, width]);
            self.layer(&format!("{block}.attn.proj"), &[width, width]);
            self.feed_forward(&format!("{block}.mlp"), width, hidden);
        }
        self.layer(&format!("{name}.norm_mlp"), &[width]);
        self.feed_forward(&format!("{name}.post_mlp"), width, hidden);
    }

    fn feed_forward(&mut self, name: &str, width: usize, hidden: usize) {
        self.layer(&format!("{name}.fc1"), &[hidden, width]);
        self.layer(&format!("{name}.fc2"), &[width, hidden]);
    }

    fn unet(&mut self, unet: &Unet, image: usize, codes: usize) {
        let time = unet.time_features();
        self.layer("decoder.time_embed.0", &[time, unet.channels]);
        self.layer("decoder.time_embed.2", &[time, time]);
        for (name, part) in unet.plan().modules() {
            match part {
                Part::Entry => self.layer(&name, &[unet.channels, image + codes, 3, 3]),
                Part::Residual { from, to } => {
                    self.layer(&format!("{name}.in_layers.0"), &[from]);
                    self.layer(&format!("{name}.in_layers.2"), &[to, from, 3, 3]);
                    self.layer(&format!("{name}.emb_layers.1"), &[to, time]);
                    self.layer(&format!("{name}.out_layers.0"), &[to]);
                    self.layer(&format!("{name}.out_layers.3"), &[to, to, 3, 3]);
                    if from != to {
                        self.layer(&format!("{name}.skip_connection"), &[to, from, 1, 1]);
                    }
                }
                Part::Attention(channels) => {
                    self.layer(&format!("{name}.norm"), &[channels]);
                    self.layer(&format!("{name}.qkv"), &[3 * channels, channels, 1]);
                    self.layer(&format!("{name}.proj_out"), &[channels, channels, 1]);
                }
                Part::Down(channels) => self.layer(&format!("{name}.op"), &[channels, channels, 3, 3]),
                Part::Up(channels) => self.layer(&format!("{name}.conv"), &[channels, channels, 3, 3]),
            }
        }
        self.layer("decoder.out.0", &[unet.channels]);
        self.layer("decoder.out.2", &[image, unet.channels, 3, 3]);
    }

    /// A weight and a bias, which every layer of a tokenizer has.
    fn layer(&mut self, name: &str, shape: &[usize]) {
        self.0.push(Expected::new(format!("{name}.weight"), shape));
        self.0.push(Expected::new(format!("{name}.bias"), &shape[..1]));
    }
}

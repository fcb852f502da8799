//! The network of the diffusion decoders: what it is made of, in TerraTorch's order and under its names.

use serde::{Deserialize, Serialize};

/// The dimensions of a diffusion decoder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unet {
    /// Channels of the outermost level, and features of the embedded time step.
    pub channels: usize,
    /// Residual blocks per level on the way down; there is one more on the way up.
    pub blocks: usize,
    /// The levels from the outermost on, each half as large as the one before.
    pub levels: Vec<Level>,
}

/// A level of a diffusion decoder.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Level {
    /// Its channels.
    pub channels: usize,
    /// Whether its residual blocks are followed by attention.
    pub attention: bool,
}

/// A module of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A convolution of what comes in from outside.
    Entry,
    /// A residual block.
    Residual {
        /// Channels before it.
        from: usize,
        /// Channels after it.
        to: usize,
    },
    /// Attention of every pixel to all others.
    Attention(usize),
    /// Half the size.
    Down(usize),
    /// Twice the size.
    Up(usize),
}

/// The modules of one block.
pub type Block = Vec<Part>;

/// The network as a list of its blocks.
#[derive(Debug)]
pub struct Plan {
    /// `input_blocks`; what comes out of each is kept for the way up.
    pub down: Vec<Block>,
    /// `middle_block`.
    pub middle: Block,
    /// `output_blocks`; each also takes the last that was kept.
    pub up: Vec<Block>,
}

impl Unet {
    /// Features of the embedded time step inside the network.
    #[must_use]
    pub fn time_features(&self) -> usize {
        4 * self.channels
    }

    /// How often the size is halved.
    #[must_use]
    pub fn halvings(&self) -> usize {
        self.levels.len() - 1
    }

    pub(super) fn plan(&self) -> Plan {
        let mut down = vec![vec![Part::Entry]];
        let mut channels = self.channels;
        let mut kept = vec![channels];
        for (index, level) in self.levels.iter().enumerate() {
            for _ in 0..self.blocks {
                down.push(level.residual(channels));
                channels = level.channels;
                kept.push(channels);
            }
            if index < self.halvings() {
                down.push(vec![Part::Down(channels)]);
                kept.push(channels);
            }
        }
        let residual = Part::Residual { from: channels, to: channels };
        let middle = vec![residual, Part::Attention(channels), residual];
        let mut up = Vec::new();
        for (index, level) in self.levels.iter().enumerate().rev() {
            for number in 0..=self.blocks {
                // The way down keeps exactly as many as the way up takes.
                let mut block = level.residual(channels + kept.pop().unwrap_or(0));
                channels = level.channels;
                if index > 0 && number == self.blocks {
                    block.push(Part::Up(channels));
                }
                up.push(block);
            }
        }
        Plan { down, middle, up }
    }
}

impl Level {
    fn residual(self, from: usize) -> Block {
        let residual = Part::Residual { from, to: self.channels };
        let attention = self.attention.then_some(Part::Attention(self.channels));
        [residual].into_iter().chain(attention).collect()
    }
}

impl Plan {
    /// All modules with their names, such as `decoder.input_blocks.0.0`.
    pub fn modules(&self) -> impl Iterator<Item = (String, Part)> + '_ {
        let named = |prefix: String, block: &Block| {
            block
                .clone()
                .into_iter()
                .enumerate()
                .map(move |(index, part)| (format!("{prefix}.{index}"), part))
        };
        let down = self.down.iter().enumerate();
        let up = self.up.iter().enumerate();
        down.flat_map(move |(index, block)| named(format!("{DOWN}.{index}"), block))
            .chain(named(MIDDLE.into(), &self.middle))
            .chain(up.flat_map(move |(index, block)| named(format!("{UP}.{index}"), block)))
    }
}

/// Names of the three kinds of blocks.
pub const DOWN: &str = "decoder.input_blocks";
pub const MIDDLE: &str = "decoder.middle_block";
pub const UP: &str = "decoder.output_blocks";

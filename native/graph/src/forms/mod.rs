//! Other forms of a finished model, which compute nearly the same in less time.

mod half;
mod int8;

pub use int8::WeightBits;

//! Invented Sentinel scenes: a pure function of a seed and a place, so that any window of an endless world can be
//! rendered by itself.
//!
//! - [`World`]: the terrain, rivers, land cover, towns and sky of a seed, under [`Conditions`];
//! - [`View`]: which window of pixels is asked for;
//! - [`Survey`]: what lies in such a window; every [`Modality`] is rendered from it.
//!
//! ```
//! use synthetic::{Modality, View, World};
//!
//! let view = View { column: 50_000, row: -530_000, width: 32, height: 32, pixel_m: 10.0 };
//! let survey = World::new(7).survey(view);
//! assert_eq!(survey.render(Modality::S2L2A).len(), 12 * 32 * 32);
//! assert_eq!(survey.render(Modality::Dem).len(), 32 * 32);
//! ```
//!
//! The same seed, place and conditions give the same bits, on every machine, in whichever windows they are asked for.
//! It reads and writes no files and knows no coordinate reference systems. It is no simulation of physics: what it
//! gets wrong stands in `docs/synthetic-scenes.md`.

mod coarse;
mod conditions;
mod cover;
mod drainage;
mod material;
mod maths;
mod modality;
mod noise;
mod optical;
mod parcels;
mod radar;
mod sky;
mod survey;
mod terrain;
mod towns;
mod view;
mod world;

pub use conditions::{Conditions, Season};
pub use cover::Class;
pub use modality::Modality;
pub use survey::Survey;
pub use view::View;
pub use world::World;

//! Read, infer, blend, write: scenes of any size through a model, in memory that does not grow with them.
//!
//! ```text
//! layers ─▶ inputs ─▶ stages: read a tile ─▶ run the session ─▶ mosaic ─▶ output ─▶ GeoTIFF
//!           (checks)          (own thread)   (own thread)       (blend)   (rows)
//! ```
//!
//! - [`Inputs`]: the layers of one run, checked against each other and against what their modalities want;
//! - [`embed`]: features of every patch as a raster;
//! - [`known_answer`]: what the components of a pack say to fixed inputs.
//!
//! The queues between the stages are bounded, finished rows are written and dropped, and a patch's result does
//! not depend on the extent, the number of threads or the order in which tiles finish. It knows no QGIS, and
//! takes no decision that users would have to be told of: those are `algorithms`'.

pub mod embed;
mod error;
mod inputs;
pub mod known_answer;
mod mosaic;
mod output;
mod stages;

pub use error::Error;
pub use inputs::{Inputs, Place};

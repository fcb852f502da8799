//! Read, infer, blend, write: scenes of any size through a model, in memory that does not grow with them.
//!
//! ```text
//! embed         layers ─▶ inputs ─▶ stages: read a tile ─▶ run the session ─▶ mosaic ─▶ output ─▶ GeoTIFF
//! generate      layers ─▶ inputs ─▶ tokens: encode, predict ─▶ pixels: decode, blend ─▶ products ─▶ files
//! reconstruct   layer  ─▶ inputs ─▶ tokens: encode          ─▶ pixels: decode, blend ─▶ products ─▶ files
//! segment       layers ─▶ inputs ─▶ tokens: imagine         ─▶ predict, blend        ─▶ maps     ─▶ files
//! ```
//!
//! - [`Inputs`]: the layers of one run, checked against each other and against what their modalities want;
//! - [`plausibility`]: whether a layer's values can be what its modality means;
//! - [`embed`]: features of every patch as a raster;
//! - [`generate`], [`reconstruct`]: rasters of other modalities, and of the same; [`products`]: their files;
//! - [`segment`]: maps of classes or values by fine-tuned models;
//! - [`evaluate`]: a map of classes against a reference;
//! - [`colours`]: features as red, green and blue;
//! - [`sessions`]: the sessions that these open;
//! - [`known_answer`]: what the components of a pack say to fixed inputs.
//!
//! The queues between the stages are bounded, finished rows are written and dropped, and a patch's result does
//! not depend on the extent, the number of threads or the order in which tiles finish. It knows no QGIS, and
//! takes no decision that users would have to be told of: those are `algorithms`'.

mod band_order;
pub mod colours;
mod concurrency;
mod decoding;
pub mod embed;
mod error;
pub mod evaluate;
mod finishing;
pub mod generate;
mod inputs;
mod journal;
pub mod known_answer;
mod means;
mod memory;
mod mosaic;
mod output;
mod pixels;
pub mod plausibility;
pub mod products;
mod rates;
pub mod reconstruct;
mod scene;
pub mod segment;
pub mod sessions;
mod stages;
mod survey;
mod tokens;
mod watch;

pub use error::Error;
pub use inputs::{
    Consumer, GENERATED, Inputs, LayerModality, LayerSpec, MASK, OWN, Place, Quantity, RGB_UNITS, S1_UNITS,
    S2_UNITS, Setting, Target, Unit, Validity,
};
pub use journal::Journal;
pub use means::Means;
pub use memory::Memory;
pub use watch::{Forecast, Watch};

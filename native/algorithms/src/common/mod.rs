//! What several algorithms have in common: parameters, and how their values are understood.

pub(crate) mod creation;
pub(crate) mod device;
pub(crate) mod html;
pub(crate) mod layers;
pub(crate) mod machine;
pub(crate) mod memory;
pub(crate) mod pace;
pub(crate) mod page;
pub(crate) mod place;
pub(crate) mod reading;
pub(crate) mod resume;
pub(crate) mod telling;
pub(crate) mod tiling;

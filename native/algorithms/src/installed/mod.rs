//! What is in the folder of models: listed, and removed.

pub(crate) mod list;
pub(crate) mod remove;
#[cfg(test)]
mod tests;

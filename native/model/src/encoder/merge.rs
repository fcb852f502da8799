//! From the features of several modalities to one set per patch.

use graph::{Builder, Value};

use super::Merge;
use crate::Error;
use crate::layers::axes;

/// Merges `[batch · modality · patch, feature]` to one row of features per patch.
pub fn merge(
    graph: &mut Builder,
    rows: &Value,
    merge: Merge,
    batch: usize,
    modalities: usize,
) -> Result<Value, Error> {
    if modalities == 1 {
        return Ok(rows.clone());
    }
    let [count, width] = axes(rows);
    let stacked = graph.reshape(rows, &[batch, modalities, count / batch / modalities, width])?;
    Ok(match merge {
        Merge::Mean => graph.reduce_mean(&stacked, 1)?,
        Merge::Max => graph.reduce_max(&stacked, 1)?,
        // [batch, patch, modality, feature]: the last two axes become one when the caller reshapes.
        Merge::Concat => graph.transpose(&stacked, &[0, 2, 1, 3])?,
    })
}

//! Multi-head attention.

use crate::{Builder, Error, Value};

/// Added to a score, it leaves no weight; finite, because not every provider computes with infinities.
const HIDDEN: f32 = -1e9;

impl Builder {
    /// Scaled dot-product attention of queries to keys and values, which may come from another sequence.
    ///
    /// `query` is `[batch · token, width]`, `key` and `value` are `[batch · context token, width]`, after
    /// their projections; the result is shaped like `query`. Head `h` has the features
    /// `h · width / heads …`, as in PyTorch.
    pub fn attention(
        &mut self,
        query: &Value,
        key: &Value,
        value: &Value,
        batch: usize,
        heads: usize,
    ) -> Result<Value, Error> {
        self.attend(query, key, value, None, batch, heads)
    }

    /// Attention of every token of a sequence to itself and to those before it.
    pub fn causal_attention(
        &mut self,
        query: &Value,
        key: &Value,
        value: &Value,
        batch: usize,
        heads: usize,
    ) -> Result<Value, Error> {
        let count = query.shape().first().map_or(0, |rows| rows / batch.max(1));
        let hidden = (0..count * count).map(|at| if at % count > at / count { HIDDEN } else { 0.0 });
        let name = self.next_node("causal_mask");
        let mask = self.constant(&name, &[count, count], &hidden.collect::<Vec<_>>())?;
        self.attend(query, key, value, Some(&mask), batch, heads)
    }

    /// `mask` is added to the scores, `[token, context token]`.
    fn attend(
        &mut self,
        query: &Value,
        key: &Value,
        value: &Value,
        mask: Option<&Value>,
        batch: usize,
        heads: usize,
    ) -> Result<Value, Error> {
        let suits = |x: &Value| {
            matches!(*x.shape(), [rows, width] if batch > 0 && rows % batch == 0
                && heads > 0 && width > 0 && width % heads == 0)
        };
        if !suits(query) || !suits(key) || key.shape() != value.shape() || query.shape()[1] != key.shape()[1]
        {
            let rule = format!("needs rows of {batch} samples and equal widths for {heads} heads");
            return Err(self.refuse("Attention", &[query, key, value], rule));
        }
        let head_width = query.shape()[1] / heads;
        let mut by_head = |x: &Value| {
            let split = self.reshape(x, &[batch, x.shape()[0] / batch, heads, head_width])?;
            self.transpose(&split, &[0, 2, 1, 3])
        };
        let q = by_head(query)?; // [batch, head, token, feature]
        let k = by_head(key)?; // [batch, head, context token, feature]
        let v = by_head(value)?;
        // By itself, so that runtimes see a product with a transposed matrix.
        let k = self.transpose(&k, &[0, 1, 3, 2])?;
        // On the queries, not on the scores: there are fewer of them.
        let q = self.scale(&q, (head_width as f32).powf(-0.5));
        let scores = self.matmul(&q, &k)?;
        let scores = match mask {
            Some(mask) => self.add(&scores, mask)?,
            None => scores,
        };
        let weights = self.softmax(&scores);
        let mixed = self.matmul(&weights, &v)?;
        let mixed = self.transpose(&mixed, &[0, 2, 1, 3])?;
        self.reshape(&mixed, query.shape())
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn queries_may_look_at_another_sequence() {
        let mut graph = Builder::new("g");
        let query = graph.input("query", &[2 * 5, 8]).unwrap();
        let context = graph.input("context", &[2 * 7, 8]).unwrap();
        assert_eq!(graph.attention(&query, &context, &context, 2, 4).unwrap().shape(), [10, 8]);
    }

    #[test]
    fn a_causal_mask_hides_what_comes_later() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2 * 3, 8]).unwrap();
        assert_eq!(graph.causal_attention(&x, &x, &x, 2, 4).unwrap().shape(), [6, 8]);
        let bytes = graph.finish(&[("y", &x)]).unwrap().to_bytes();
        let mask = [0.0, super::HIDDEN, super::HIDDEN, 0.0, 0.0, super::HIDDEN, 0.0, 0.0, 0.0];
        let mask: Vec<u8> = mask.into_iter().flat_map(f32::to_le_bytes).collect();
        assert!(bytes.windows(mask.len()).any(|window| window == mask));
    }

    #[test]
    fn what_cannot_be_split_is_refused() {
        let mut graph = Builder::new("g");
        let query = graph.input("query", &[10, 8]).unwrap();
        let narrow = graph.input("narrow", &[10, 4]).unwrap();
        for (key, batch, heads) in
            [(&query, 3, 4), (&query, 2, 3), (&narrow, 2, 4), (&query, 0, 4), (&query, 2, 0)]
        {
            assert!(matches!(
                graph.attention(&query, key, key, batch, heads),
                Err(Error::Shapes { operation: "Attention", .. })
            ));
        }
    }
}

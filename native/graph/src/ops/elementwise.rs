//! Operators that work element by element.

use crate::{Builder, Error, Value};

impl Builder {
    /// `a + b`, with axes of length 1 repeated.
    pub fn add(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Add", a, b)
    }

    /// `a - b`, with axes of length 1 repeated.
    pub fn sub(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Sub", a, b)
    }

    /// `a · b`, element by element, with axes of length 1 repeated.
    pub fn mul(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        self.binary("Mul", a, b)
    }

    /// `x · factor`.
    pub fn scale(&mut self, x: &Value, factor: f32) -> Value {
        let factor = self.scalar(factor);
        self.node("Mul", &[x, &factor], Vec::new(), x.shape().to_vec())
    }

    /// An operator of one value that keeps the shape.
    pub(crate) fn unary(&mut self, operation: &'static str, x: &Value) -> Value {
        self.node(operation, &[x], Vec::new(), x.shape().to_vec())
    }

    pub(crate) fn binary(&mut self, operation: &'static str, a: &Value, b: &Value) -> Result<Value, Error> {
        if a.element() != b.element() {
            return Err(self.refuse(operation, &[a, b], "both must be floats, or both whole numbers"));
        }
        let shape = broadcast(a.shape(), b.shape())
            .ok_or_else(|| self.refuse(operation, &[a, b], "axes must be equally long, or 1"))?;
        Ok(self.node(operation, &[a, b], Vec::new(), shape))
    }
}

/// The shape of an element-wise result, if there is one.
fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let axis = |shape: &[usize], index: usize| {
        (index + shape.len()).checked_sub(rank).map_or(1, |position| shape[position])
    };
    (0..rank)
        .map(|index| match (axis(a, index), axis(b, index)) {
            (a, b) if a == b => Some(a),
            (1, other) | (other, 1) => Some(other),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::broadcast;

    #[test]
    fn broadcasting_is_numpys() {
        assert_eq!(broadcast(&[4, 1, 3], &[2, 1]), Some(vec![4, 2, 3]));
        assert_eq!(broadcast(&[5], &[]), Some(vec![5]));
        assert_eq!(broadcast(&[2, 3], &[3]), Some(vec![2, 3]));
        assert_eq!(broadcast(&[2, 3], &[2]), None);
    }
}

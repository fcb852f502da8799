//! Operators that move values without computing.

use std::ops::Range;

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// The same values, in the same order, under another shape.
    pub fn reshape(&mut self, x: &Value, shape: &[usize]) -> Result<Value, Error> {
        if x.shape().iter().product::<usize>() != shape.iter().product() {
            return Err(self.refuse("Reshape", &[x], format!("{shape:?} has another number of elements")));
        }
        let target: Vec<i64> = shape.iter().map(|&length| length as i64).collect();
        Ok(self.node_with_integers("Reshape", &[x], &[&target], Vec::new(), shape.to_vec()))
    }

    /// Axes in another order: axis `i` of the result is axis `order[i]` of `x`.
    pub fn transpose(&mut self, x: &Value, order: &[usize]) -> Result<Value, Error> {
        let mut sorted = order.to_vec();
        sorted.sort_unstable();
        if !sorted.into_iter().eq(0..x.shape().len()) {
            return Err(self.refuse("Transpose", &[x], format!("{order:?} is not an order of its axes")));
        }
        let shape = order.iter().map(|&axis| x.shape()[axis]).collect();
        let perm = AttributeProto::ints("perm", order.iter().map(|&axis| axis as i64).collect());
        Ok(self.node("Transpose", &[x], vec![perm], shape))
    }

    /// Values one after the other along an axis. A single value is returned as it is.
    pub fn concat(&mut self, values: &[&Value], axis: usize) -> Result<Value, Error> {
        let refuse = |graph: &Self| {
            graph.refuse("Concat", values, format!("all axes but axis {axis} must be equally long"))
        };
        let Some(first) = values.first() else { return Err(refuse(self)) };
        let mut shape = first.shape().to_vec();
        for value in values {
            let rank_suits = value.shape().len() == shape.len() && axis < shape.len();
            let suits = |(index, (a, b)): (usize, (&usize, &usize))| index == axis || a == b;
            if !rank_suits || !value.shape().iter().zip(first.shape()).enumerate().all(suits) {
                return Err(refuse(self));
            }
        }
        if values.len() == 1 {
            return Ok((*first).clone());
        }
        shape[axis] = values.iter().map(|value| value.shape()[axis]).sum();
        Ok(self.node("Concat", values, vec![AttributeProto::int("axis", axis as i64)], shape))
    }

    /// The part of `x` whose indices along an axis lie in a range.
    pub fn slice(&mut self, x: &Value, axis: usize, range: Range<usize>) -> Result<Value, Error> {
        if range.is_empty() || x.shape().get(axis).is_none_or(|&length| range.end > length) {
            return Err(self.refuse("Slice", &[x], format!("axis {axis} has no part {range:?}")));
        }
        let mut shape = x.shape().to_vec();
        shape[axis] = range.len();
        let bounds: [&[i64]; 3] = [&[range.start as i64], &[range.end as i64], &[axis as i64]];
        Ok(self.node_with_integers("Slice", &[x], &bounds, Vec::new(), shape))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn shapes_follow() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 4]).unwrap();
        assert_eq!(graph.reshape(&x, &[6, 4]).unwrap().shape(), [6, 4]);
        assert_eq!(graph.transpose(&x, &[2, 0, 1]).unwrap().shape(), [4, 2, 3]);
        let part = graph.slice(&x, 1, 1..3).unwrap();
        assert_eq!(part.shape(), [2, 2, 4]);
        assert_eq!(graph.concat(&[&x, &part], 1).unwrap().shape(), [2, 5, 4]);
    }

    #[test]
    fn what_does_not_suit_is_refused() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 4]).unwrap();
        let y = graph.input("y", &[2, 3]).unwrap();
        assert!(matches!(graph.reshape(&x, &[5, 5]), Err(Error::Shapes { operation: "Reshape", .. })));
        for order in [&[0, 1][..], &[0, 1, 1], &[0, 1, 3]] {
            assert!(matches!(graph.transpose(&x, order), Err(Error::Shapes { operation: "Transpose", .. })));
        }
        for (axis, range) in [(0, 0..3), (3, 0..1), (1, 2..2)] {
            assert!(matches!(graph.slice(&x, axis, range), Err(Error::Shapes { operation: "Slice", .. })));
        }
        assert!(graph.concat(&[&x, &y], 0).is_err());
        assert!(graph.concat(&[&y, &y], 2).is_err());
        assert!(graph.concat(&[], 0).is_err());
    }
}

//! Operators that summarise along an axis.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// The mean along an axis, which disappears.
    pub fn reduce_mean(&mut self, x: &Value, axis: usize) -> Result<Value, Error> {
        self.reduce("ReduceMean", x, axis)
    }

    /// The largest value along an axis, which disappears.
    pub fn reduce_max(&mut self, x: &Value, axis: usize) -> Result<Value, Error> {
        self.reduce("ReduceMax", x, axis)
    }

    /// The sum along an axis, which disappears; also of whole numbers.
    pub fn reduce_sum(&mut self, x: &Value, axis: usize) -> Result<Value, Error> {
        let shape = self.without_axis("ReduceSum", x, axis)?;
        // Unlike for the mean and the maximum, the axes of this operator are an input.
        let attributes = vec![AttributeProto::int("keepdims", 0)];
        Ok(self.node_with_integers("ReduceSum", &[x], &[&[axis as i64]], attributes, shape))
    }

    /// Exponentials along the last axis, scaled to a sum of 1.
    pub fn softmax(&mut self, x: &Value) -> Value {
        self.node("Softmax", &[x], vec![AttributeProto::int("axis", -1)], x.shape().to_vec())
    }

    /// Layer normalisation over the last axis.
    pub fn layer_norm(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: &Value,
        epsilon: f32,
    ) -> Result<Value, Error> {
        let inputs = [x, weight, bias];
        let last = x.shape().last().map(std::slice::from_ref);
        if last.is_none() || last != Some(weight.shape()) || last != Some(bias.shape()) {
            let rule = "weight and bias must be as long as the last axis";
            return Err(self.refuse("LayerNormalization", &inputs, rule));
        }
        let attributes = vec![AttributeProto::int("axis", -1), AttributeProto::float("epsilon", epsilon)];
        Ok(self.node("LayerNormalization", &inputs, attributes, x.shape().to_vec()))
    }

    fn reduce(&mut self, operation: &'static str, x: &Value, axis: usize) -> Result<Value, Error> {
        let shape = self.without_axis(operation, x, axis)?;
        let attributes =
            vec![AttributeProto::ints("axes", vec![axis as i64]), AttributeProto::int("keepdims", 0)];
        Ok(self.node(operation, &[x], attributes, shape))
    }

    fn without_axis(&self, operation: &'static str, x: &Value, axis: usize) -> Result<Vec<usize>, Error> {
        if axis >= x.shape().len() {
            return Err(self.refuse(operation, &[x], format!("there is no axis {axis}")));
        }
        let mut shape = x.shape().to_vec();
        shape.remove(axis);
        Ok(shape)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn a_reduced_axis_disappears() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 4]).unwrap();
        assert_eq!(graph.reduce_mean(&x, 1).unwrap().shape(), [2, 4]);
        assert_eq!(graph.reduce_max(&x, 0).unwrap().shape(), [3, 4]);
        assert_eq!(graph.reduce_sum(&x, 2).unwrap().shape(), [2, 3]);
        assert!(matches!(graph.reduce_max(&x, 3), Err(Error::Shapes { operation: "ReduceMax", .. })));
    }

    #[test]
    fn layer_norm_checks_its_weights() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 4]).unwrap();
        let four = graph.input("four", &[4]).unwrap();
        let three = graph.input("three", &[3]).unwrap();
        assert_eq!(graph.layer_norm(&x, &four, &four, 1e-6).unwrap().shape(), [2, 4]);
        assert!(graph.layer_norm(&x, &three, &four, 1e-6).is_err());
        assert!(graph.layer_norm(&x, &four, &three, 1e-6).is_err());
    }
}

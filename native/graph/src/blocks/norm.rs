//! Normalisations that the operator set has no operator for.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// Group normalisation of `[batch, channel, y, x]`: every group of neighbouring channels by itself.
    ///
    /// In the pattern (instances of one channel per group, then scale and shift) that runtimes recognise:
    /// the operator set has an operator of its own only from version 18 on.
    pub fn group_norm(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: &Value,
        groups: usize,
        epsilon: f32,
    ) -> Result<Value, Error> {
        const OPERATION: &str = "InstanceNormalization";
        let inputs = [x, weight, bias];
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse(OPERATION, &inputs, "needs [batch, channel, y, x]"));
        };
        let divides = groups > 0 && channels.is_multiple_of(groups);
        if !divides || weight.shape() != [channels] || bias.shape() != [channels] {
            let rule = format!("needs a weight and a bias per channel, and {groups} groups of channels");
            return Err(self.refuse(OPERATION, &inputs, rule));
        }
        let grouped = self.reshape(x, &[batch, groups, channels / groups * height * width])?;
        let name = self.next_node(OPERATION);
        let ones = self.floats_of_node(format!("{name}/ones"), &vec![1.0; groups]);
        let zeros = self.floats_of_node(format!("{name}/zeros"), &vec![0.0; groups]);
        let result = Value::new(name, grouped.shape().to_vec());
        let attributes = vec![AttributeProto::float("epsilon", epsilon)];
        let y = self.node_of(OPERATION, vec![grouped.name().into(), ones, zeros], attributes, result);
        let y = self.reshape(&y, x.shape())?;
        let weight = self.reshape(weight, &[channels, 1, 1])?;
        let bias = self.reshape(bias, &[channels, 1, 1])?;
        let y = self.mul(&y, &weight)?;
        self.add(&y, &bias)
    }

    /// Batch normalisation of `[batch, channel, y, x]` outside training, by what was learned in it:
    /// `[weight, bias, mean, variance]` of every channel.
    pub fn batch_norm(&mut self, x: &Value, learned: [&Value; 4], epsilon: f32) -> Result<Value, Error> {
        const OPERATION: &str = "BatchNormalization";
        let [weight, bias, mean, variance] = learned;
        let inputs = [x, weight, bias, mean, variance];
        let &[_, channels, _, _] = x.shape() else {
            return Err(self.refuse(OPERATION, &inputs, "needs [batch, channel, y, x]"));
        };
        if learned.iter().any(|value| value.shape() != [channels]) {
            return Err(self.refuse(OPERATION, &inputs, "needs a value of each kind per channel"));
        }
        let attributes = vec![AttributeProto::float("epsilon", epsilon)];
        Ok(self.node(OPERATION, &inputs, attributes, x.shape().to_vec()))
    }

    /// Layer normalisation over the channels of every pixel of `[batch, channel, y, x]`.
    pub fn pixel_norm(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: &Value,
        epsilon: f32,
    ) -> Result<Value, Error> {
        let last = self.transpose(x, &[0, 2, 3, 1])?;
        let normal = self.layer_norm(&last, weight, bias, epsilon)?;
        self.transpose(&normal, &[0, 3, 1, 2])
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn groups_divide_the_channels() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 64, 3, 5]).unwrap();
        let weight = graph.input("weight", &[64]).unwrap();
        let short = graph.input("short", &[32]).unwrap();
        assert_eq!(graph.group_norm(&x, &weight, &weight, 32, 1e-5).unwrap().shape(), x.shape());
        for (weight, groups) in [(&weight, 48), (&weight, 0), (&short, 32)] {
            let refused = graph.group_norm(&x, weight, weight, groups, 1e-5);
            assert!(matches!(refused, Err(Error::Shapes { operation: "InstanceNormalization", .. })));
        }
    }

    #[test]
    fn channels_are_normalised() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 6, 3, 5]).unwrap();
        let six = graph.input("six", &[6]).unwrap();
        let five = graph.input("five", &[5]).unwrap();
        assert_eq!(graph.batch_norm(&x, [&six; 4], 1e-5).unwrap().shape(), x.shape());
        assert_eq!(graph.pixel_norm(&x, &six, &six, 1e-6).unwrap().shape(), x.shape());
        let refused = graph.batch_norm(&x, [&six, &six, &five, &six], 1e-5);
        assert!(matches!(refused, Err(Error::Shapes { operation: "BatchNormalization", .. })));
        assert!(graph.pixel_norm(&x, &five, &six, 1e-6).is_err());
        assert!(graph.pixel_norm(&six, &six, &six, 1e-6).is_err());
    }
}

//! Operators on images, `[batch, channel, y, x]`.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// A convolution with a bias: `weight` is `[out, in, y, x]`, `bias` is `[out]`.
    ///
    /// The same stride and the same padding with zeros hold along both axes.
    pub fn convolution(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: &Value,
        stride: usize,
        padding: usize,
    ) -> Result<Value, Error> {
        let inputs = [x, weight, bias];
        let (&[batch, channels, height, width], &[out, expected, kernel_y, kernel_x]) =
            (x.shape(), weight.shape())
        else {
            return Err(self.refuse("Conv", &inputs, "needs [batch, in, y, x] and [out, in, y, x]"));
        };
        let fits = kernel_y <= height + 2 * padding && kernel_x <= width + 2 * padding;
        if channels != expected || bias.shape() != [out] || !fits || stride == 0 {
            let rule =
                "needs as many channels as the weight, a bias [out], and an image that the kernel fits in";
            return Err(self.refuse("Conv", &inputs, rule));
        }
        let steps = |length: usize, kernel: usize| (length + 2 * padding - kernel) / stride + 1;
        let shape = vec![batch, out, steps(height, kernel_y), steps(width, kernel_x)];
        let attributes = vec![
            AttributeProto::ints("kernel_shape", vec![kernel_y as i64, kernel_x as i64]),
            AttributeProto::ints("strides", vec![stride as i64; 2]),
            AttributeProto::ints("pads", vec![padding as i64; 4]),
        ];
        Ok(self.node("Conv", &inputs, attributes, shape))
    }

    /// Every pixel repeated `factor` times along both axes.
    pub fn repeat_pixels(&mut self, x: &Value, factor: usize) -> Result<Value, Error> {
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse("Resize", &[x], "needs [batch, channel, y, x]"));
        };
        if factor == 0 {
            return Err(self.refuse("Resize", &[x], "pixels cannot be repeated 0 times"));
        }
        let name = self.next_node("Resize");
        let factors = [1.0, 1.0, factor as f32, factor as f32];
        let scales = self.floats_of_node(format!("{name}/scales"), &factors);
        let attributes = vec![
            AttributeProto::string("mode", "nearest"),
            AttributeProto::string("coordinate_transformation_mode", "asymmetric"),
            AttributeProto::string("nearest_mode", "floor"),
        ];
        let result = Value::new(name, vec![batch, channels, height * factor, width * factor]);
        // The empty name stands for the region of interest, which this mode has no use for.
        Ok(self.node_of("Resize", vec![x.name().into(), String::new(), scales], attributes, result))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn convolutions_have_pytorchs_sizes() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 56, 57]).unwrap();
        let weight = graph.input("weight", &[8, 3, 3, 3]).unwrap();
        let bias = graph.input("bias", &[8]).unwrap();
        assert_eq!(graph.convolution(&x, &weight, &bias, 1, 1).unwrap().shape(), [2, 8, 56, 57]);
        assert_eq!(graph.convolution(&x, &weight, &bias, 2, 1).unwrap().shape(), [2, 8, 28, 29]);
    }

    #[test]
    fn what_cannot_be_convolved_is_refused() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 2, 2]).unwrap();
        let weight = graph.input("weight", &[8, 3, 3, 3]).unwrap();
        let bias = graph.input("bias", &[8]).unwrap();
        let wide = graph.input("wide", &[8, 4, 1, 1]).unwrap();
        for (weight, bias, stride, padding) in
            [(&weight, &bias, 1, 0), (&weight, &bias, 0, 1), (&wide, &bias, 1, 1), (&weight, &x, 1, 1)]
        {
            let refused = graph.convolution(&x, weight, bias, stride, padding);
            assert!(matches!(refused, Err(Error::Shapes { operation: "Conv", .. })));
        }
    }

    #[test]
    fn pixels_are_repeated() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 7, 5]).unwrap();
        assert_eq!(graph.repeat_pixels(&x, 4).unwrap().shape(), [2, 3, 28, 20]);
        assert!(graph.repeat_pixels(&x, 0).is_err());
        let row = graph.input("row", &[3]).unwrap();
        assert!(matches!(graph.repeat_pixels(&row, 2), Err(Error::Shapes { operation: "Resize", .. })));
    }
}

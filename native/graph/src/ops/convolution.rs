//! Operators on images, `[batch, channel, y, x]`.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// A convolution: `weight` is `[out, in, y, x]`, `bias` is `[out]`.
    ///
    /// The same stride and the same padding with zeros hold along both axes.
    pub fn convolution(
        &mut self,
        x: &Value,
        weight: &Value,
        bias: Option<&Value>,
        stride: usize,
        padding: usize,
    ) -> Result<Value, Error> {
        let inputs: Vec<&Value> = [x, weight].into_iter().chain(bias).collect();
        let (&[batch, channels, height, width], &[out, expected, kernel_y, kernel_x]) =
            (x.shape(), weight.shape())
        else {
            return Err(self.refuse("Conv", &inputs, "needs [batch, in, y, x] and [out, in, y, x]"));
        };
        let fits = kernel_y <= height + 2 * padding && kernel_x <= width + 2 * padding;
        if channels != expected || bias.is_some_and(|bias| bias.shape() != [out]) || !fits || stride == 0 {
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

    /// A transposed convolution whose kernels lie side by side, so that every pixel becomes a square of its
    /// own: `weight` is `[in, out, side, side]`, `bias` is `[out]`.
    pub fn expand_pixels(&mut self, x: &Value, weight: &Value, bias: Option<&Value>) -> Result<Value, Error> {
        let inputs: Vec<&Value> = [x, weight].into_iter().chain(bias).collect();
        let (&[batch, channels, height, width], &[expected, out, side, other]) = (x.shape(), weight.shape())
        else {
            return Err(self.refuse("ConvTranspose", &inputs, "needs [batch, in, y, x] and [in, out, y, x]"));
        };
        let suits = channels == expected && side == other && side > 0;
        if !suits || bias.is_some_and(|bias| bias.shape() != [out]) {
            let rule = "needs as many channels as the weight, a square kernel, and a bias [out]";
            return Err(self.refuse("ConvTranspose", &inputs, rule));
        }
        let shape = vec![batch, out, height * side, width * side];
        let attributes = vec![
            AttributeProto::ints("kernel_shape", vec![side as i64; 2]),
            AttributeProto::ints("strides", vec![side as i64; 2]),
        ];
        Ok(self.node("ConvTranspose", &inputs, attributes, shape))
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
        assert_eq!(graph.convolution(&x, &weight, Some(&bias), 1, 1).unwrap().shape(), [2, 8, 56, 57]);
        assert_eq!(graph.convolution(&x, &weight, None, 2, 1).unwrap().shape(), [2, 8, 28, 29]);
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
            let refused = graph.convolution(&x, weight, Some(bias), stride, padding);
            assert!(matches!(refused, Err(Error::Shapes { operation: "Conv", .. })));
        }
    }

    #[test]
    fn pixels_become_squares() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 5, 4]).unwrap();
        let weight = graph.input("weight", &[3, 7, 2, 2]).unwrap();
        let bias = graph.input("bias", &[7]).unwrap();
        let oblong = graph.input("oblong", &[3, 7, 2, 1]).unwrap();
        let turned = graph.input("turned", &[7, 3, 2, 2]).unwrap();
        assert_eq!(graph.expand_pixels(&x, &weight, Some(&bias)).unwrap().shape(), [2, 7, 10, 8]);
        for (weight, bias) in [(&oblong, &bias), (&turned, &bias), (&weight, &x), (&bias, &bias)] {
            let refused = graph.expand_pixels(&x, weight, Some(bias));
            assert!(matches!(refused, Err(Error::Shapes { operation: "ConvTranspose", .. })));
        }
    }
}

//! Operators that change the size of images, `[batch, channel, y, x]`.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

/// Which points of two images of different sizes coincide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coincide {
    /// Their edges: PyTorch's `align_corners=False`.
    Edges,
    /// The centres of the pixels in their corners: PyTorch's `align_corners=True`.
    Corners,
}

/// Beyond any memory anyway; the bound keeps sizes from overflowing.
const LONGEST_SIDE: usize = 1 << 16;

impl Builder {
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

    /// Images of another size whose pixels come from the nearest ones, as PyTorch's `nearest` chooses them.
    pub fn resize_nearest(&mut self, x: &Value, size: [usize; 2]) -> Result<Value, Error> {
        let attributes = vec![
            AttributeProto::string("mode", "nearest"),
            AttributeProto::string("coordinate_transformation_mode", "asymmetric"),
            AttributeProto::string("nearest_mode", "floor"),
        ];
        self.resize(x, size, attributes)
    }

    /// Images of another size whose pixels are interpolated between four, as PyTorch's `bilinear` does.
    pub fn resize_bilinear(
        &mut self,
        x: &Value,
        size: [usize; 2],
        coincide: Coincide,
    ) -> Result<Value, Error> {
        let coordinates = match coincide {
            Coincide::Edges => "half_pixel",
            Coincide::Corners => "align_corners",
        };
        let attributes = vec![
            AttributeProto::string("mode", "linear"),
            AttributeProto::string("coordinate_transformation_mode", coordinates),
        ];
        self.resize(x, size, attributes)
    }

    /// Pixels added around images, mirrored at their outermost ones: `[before, after]` along y and x.
    pub fn pad_reflected(&mut self, x: &Value, y: [usize; 2], x_pads: [usize; 2]) -> Result<Value, Error> {
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse("Pad", &[x], "needs [batch, channel, y, x]"));
        };
        if y.iter().any(|&pad| pad >= height) || x_pads.iter().any(|&pad| pad >= width) {
            let rule = format!("{y:?} and {x_pads:?} pixels to mirror need an image that is larger");
            return Err(self.refuse("Pad", &[x], rule));
        }
        let [top, bottom] = y;
        let [left, right] = x_pads;
        let pads = [0, 0, top, left, 0, 0, bottom, right].map(|pad| pad as i64);
        let shape = vec![batch, channels, height + top + bottom, width + left + right];
        let attributes = vec![AttributeProto::string("mode", "reflect")];
        Ok(self.node_with_integers("Pad", &[x], &[&pads], attributes, shape))
    }

    /// Every four (side · side) channels become a square of pixels: PyTorch's `PixelShuffle`.
    pub fn shuffle_pixels(&mut self, x: &Value, side: usize) -> Result<Value, Error> {
        const OPERATION: &str = "DepthToSpace";
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse(OPERATION, &[x], "needs [batch, channel, y, x]"));
        };
        if side == 0 || !channels.is_multiple_of(side * side) {
            let rule = format!("the channels do not make squares of {side} x {side} pixels");
            return Err(self.refuse(OPERATION, &[x], rule));
        }
        let shape = vec![batch, channels / (side * side), height * side, width * side];
        let attributes =
            vec![AttributeProto::int("blocksize", side as i64), AttributeProto::string("mode", "CRD")];
        Ok(self.node(OPERATION, &[x], attributes, shape))
    }

    fn resize(
        &mut self,
        x: &Value,
        size: [usize; 2],
        attributes: Vec<AttributeProto>,
    ) -> Result<Value, Error> {
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse("Resize", &[x], "needs [batch, channel, y, x]"));
        };
        if size.iter().any(|length| !(1..=LONGEST_SIDE).contains(length)) || height == 0 || width == 0 {
            return Err(self.refuse("Resize", &[x], format!("no image has the size {size:?}")));
        }
        if size == [height, width] {
            return Ok(x.clone());
        }
        let shape = vec![batch, channels, size[0], size[1]];
        let name = self.next_node("Resize");
        let sizes: Vec<i64> = shape.iter().map(|&length| length as i64).collect();
        let sizes = self.integers_of_node(format!("{name}/sizes"), &sizes);
        // Empty names stand for the region of interest and for factors, which sizes replace.
        let inputs = vec![x.name().into(), String::new(), String::new(), sizes];
        Ok(self.node_of("Resize", inputs, attributes, Value::new(name, shape)))
    }
}

#[cfg(test)]
mod tests {
    use super::Coincide;
    use crate::{Builder, Error};

    #[test]
    fn pixels_are_repeated() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 7, 5]).unwrap();
        assert_eq!(graph.repeat_pixels(&x, 4).unwrap().shape(), [2, 3, 28, 20]);
        assert!(graph.repeat_pixels(&x, 0).is_err());
        let row = graph.input("row", &[3]).unwrap();
        assert!(matches!(graph.repeat_pixels(&row, 2), Err(Error::Shapes { operation: "Resize", .. })));
    }

    #[test]
    fn images_get_the_size_that_was_asked_for() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 7, 5]).unwrap();
        assert_eq!(graph.resize_nearest(&x, [14, 3]).unwrap().shape(), [2, 3, 14, 3]);
        assert_eq!(graph.resize_bilinear(&x, [1, 9], Coincide::Corners).unwrap().shape(), [2, 3, 1, 9]);
        assert_eq!(graph.resize_bilinear(&x, [7, 5], Coincide::Edges).unwrap(), x, "nothing to do");
        for size in [[0, 4], [4, usize::MAX]] {
            let refused = graph.resize_nearest(&x, size);
            assert!(matches!(refused, Err(Error::Shapes { operation: "Resize", .. })));
        }
    }

    #[test]
    fn only_what_is_there_is_mirrored() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[1, 3, 4, 6]).unwrap();
        assert_eq!(graph.pad_reflected(&x, [0, 3], [5, 1]).unwrap().shape(), [1, 3, 7, 12]);
        for (y, x_pads) in [([4, 0], [0, 0]), ([0, 0], [0, 6])] {
            let refused = graph.pad_reflected(&x, y, x_pads);
            assert!(matches!(refused, Err(Error::Shapes { operation: "Pad", .. })));
        }
    }

    #[test]
    fn channels_become_pixels() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[1, 12, 4, 6]).unwrap();
        assert_eq!(graph.shuffle_pixels(&x, 2).unwrap().shape(), [1, 3, 8, 12]);
        for side in [0, 5] {
            let refused = graph.shuffle_pixels(&x, side);
            assert!(matches!(refused, Err(Error::Shapes { operation: "DepthToSpace", .. })));
        }
    }
}

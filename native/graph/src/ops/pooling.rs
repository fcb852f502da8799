//! Operators that summarise neighbouring pixels of images, `[batch, channel, y, x]`.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

/// Elements of a matrix of shares at most: they become part of the graph.
const LARGEST_MATRIX: usize = 1 << 24;

impl Builder {
    /// The largest value of every square of that side; what does not fill a square is left out.
    pub fn max_pool(&mut self, x: &Value, side: usize) -> Result<Value, Error> {
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse("MaxPool", &[x], "needs [batch, channel, y, x]"));
        };
        if side == 0 || height < side || width < side {
            let rule = format!("the image has no square of {side} x {side} pixels");
            return Err(self.refuse("MaxPool", &[x], rule));
        }
        let attributes = vec![
            AttributeProto::ints("kernel_shape", vec![side as i64; 2]),
            AttributeProto::ints("strides", vec![side as i64; 2]),
        ];
        Ok(self.node("MaxPool", &[x], attributes, vec![batch, channels, height / side, width / side]))
    }

    /// Means over `side` x `side` parts of the image that may overlap: PyTorch's `AdaptiveAvgPool2d`.
    ///
    /// As a product with a fixed matrix, because no operator has parts of different sizes.
    pub fn average_to(&mut self, x: &Value, side: usize) -> Result<Value, Error> {
        let &[batch, channels, height, width] = x.shape() else {
            return Err(self.refuse("Gemm", &[x], "needs [batch, channel, y, x]"));
        };
        if side == 0 || height == 0 || width == 0 {
            return Err(self.refuse("Gemm", &[x], "cannot be averaged to an image without pixels"));
        }
        let needed = [side, height, width].iter().try_fold(side, |product, &n| product.checked_mul(n));
        if needed.is_none_or(|needed| needed > LARGEST_MATRIX) {
            return Err(self.refuse("Gemm", &[x], format!("has no use for {side} x {side} means")));
        }
        let (rows, columns) = (shares(height, side), shares(width, side));
        let pairs = rows.iter().flat_map(|row| columns.iter().map(move |column| (row, column)));
        let matrix: Vec<f32> = pairs
            .flat_map(|(row, column)| row.iter().flat_map(|y| column.iter().map(move |x| y * x)))
            .collect();
        let name = format!("{}/shares", self.next_node("Gemm"));
        let matrix = self.constant(&name, &[side * side, height * width], &matrix)?;
        let flat = self.reshape(x, &[batch * channels, height * width])?;
        let pooled = self.linear(&flat, &matrix, None)?;
        self.reshape(&pooled, &[batch, channels, side, side])
    }
}

/// For every part of an axis, the share that each of its positions has in the part's mean.
fn shares(length: usize, parts: usize) -> Vec<Vec<f32>> {
    (0..parts)
        .map(|part| {
            let (start, end) = (part * length / parts, ((part + 1) * length).div_ceil(parts));
            let share = 1.0 / (end - start) as f32;
            (0..length).map(|index| if (start..end).contains(&index) { share } else { 0.0 }).collect()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::shares;
    use crate::{Builder, Error};

    #[test]
    fn squares_are_pooled() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[2, 3, 7, 4]).unwrap();
        assert_eq!(graph.max_pool(&x, 2).unwrap().shape(), [2, 3, 3, 2]);
        for side in [0, 5] {
            assert!(matches!(graph.max_pool(&x, side), Err(Error::Shapes { operation: "MaxPool", .. })));
        }
        assert_eq!(graph.average_to(&x, 6).unwrap().shape(), [2, 3, 6, 6]);
        for side in [0, 4000, usize::MAX] {
            assert!(matches!(graph.average_to(&x, side), Err(Error::Shapes { operation: "Gemm", .. })));
        }
    }

    /// `torch.nn.AdaptiveAvgPool1d`: of 5 positions, 3 parts are 0 and 1, 1 to 3, 3 and 4.
    #[test]
    fn parts_are_pytorchs() {
        let third = 1.0 / 3.0;
        let expected =
            [[0.5, 0.5, 0.0, 0.0, 0.0], [0.0, third, third, third, 0.0], [0.0, 0.0, 0.0, 0.5, 0.5]];
        assert_eq!(shares(5, 3), expected);
        assert_eq!(shares(1, 2), [[1.0], [1.0]], "more parts than positions");
    }
}

//! Matrix products.

use crate::proto::AttributeProto;
use crate::{Builder, Error, Value};

impl Builder {
    /// The products of stacks of matrices, `[…, m, k]` times `[…, k, n]`, over equal leading axes.
    pub fn matmul(&mut self, a: &Value, b: &Value) -> Result<Value, Error> {
        match (a.shape(), b.shape()) {
            ([left @ .., m, inner], [right @ .., other, n]) if left == right && inner == other => {
                let shape = [left, &[*m, *n]].concat();
                Ok(self.node("MatMul", &[a, b], Vec::new(), shape))
            }
            _ => Err(self.refuse("MatMul", &[a, b], "needs […, m, k] and […, k, n]")),
        }
    }

    /// A linear layer on rows: `x` is `[row, in]`, `weight` is `[out, in]` as PyTorch stores it.
    pub fn linear(&mut self, x: &Value, weight: &Value, bias: Option<&Value>) -> Result<Value, Error> {
        let inputs: Vec<&Value> = [x, weight].into_iter().chain(bias).collect();
        let (&[rows, width], &[out, expected]) = (x.shape(), weight.shape()) else {
            return Err(self.refuse("Gemm", &inputs, "needs [row, in] and [out, in]"));
        };
        if width != expected || bias.is_some_and(|bias| bias.shape() != [out]) {
            return Err(self.refuse("Gemm", &inputs, "needs [row, in], [out, in] and a bias [out] if any"));
        }
        Ok(self.node("Gemm", &inputs, vec![AttributeProto::int("transB", 1)], vec![rows, out]))
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Error};

    #[test]
    fn products_check_their_inner_axis() {
        let mut graph = Builder::new("g");
        let a = graph.input("a", &[7, 2, 3]).unwrap();
        let b = graph.input("b", &[7, 3, 5]).unwrap();
        assert_eq!(graph.matmul(&a, &b).unwrap().shape(), [7, 2, 5]);
        assert!(matches!(graph.matmul(&b, &a), Err(Error::Shapes { operation: "MatMul", .. })));
    }

    #[test]
    fn linear_takes_the_layout_of_pytorch() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[9, 4]).unwrap();
        let weight = graph.input("weight", &[6, 4]).unwrap();
        let bias = graph.input("bias", &[6]).unwrap();
        assert_eq!(graph.linear(&x, &weight, Some(&bias)).unwrap().shape(), [9, 6]);
        assert!(graph.linear(&weight, &x, Some(&bias)).is_err());
        assert!(graph.linear(&x, &bias, None).is_err());
    }
}

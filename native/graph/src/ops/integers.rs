//! Operators between floats and whole numbers.

use crate::proto::{self, AttributeProto};
use crate::{Builder, Element, Error, Value};

impl Builder {
    /// The rows of `table`, `[row, feature]`, that `indices` name: `[…, feature]`.
    ///
    /// Rows need more than 16 features where they may run by OpenVINO in bf16: its version 2025.4 gives wrong
    /// values for shorter ones, or crashes.
    pub fn gather(&mut self, table: &Value, indices: &Value) -> Result<Value, Error> {
        let &[_, features] = table.shape() else {
            return Err(self.refuse("Gather", &[table, indices], "needs a table [row, feature]"));
        };
        if indices.element() != Element::Integer {
            return Err(self.refuse("Gather", &[table, indices], "indices must be whole numbers"));
        }
        let shape = [indices.shape(), &[features]].concat();
        Ok(self.node("Gather", &[table, indices], vec![AttributeProto::int("axis", 0)], shape))
    }

    /// The nearest whole numbers, halves to the even one, as whole numbers.
    pub fn round_to_integers(&mut self, x: &Value) -> Value {
        let rounded = self.unary("Round", x);
        let result = Value::new(self.next_node("Cast"), rounded.shape().to_vec()).of(Element::Integer);
        let to = AttributeProto::int("to", i64::from(proto::INT64));
        self.node_of("Cast", vec![rounded.name().into()], vec![to], result)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Builder, Element, Error};

    #[test]
    fn tables_are_read_by_whole_numbers() {
        let mut graph = Builder::new("g");
        let table = graph.input("table", &[100, 8]).unwrap();
        let ids = graph.integer_input("ids", &[2, 5]).unwrap();
        let rows = graph.gather(&table, &ids).unwrap();
        assert_eq!((rows.shape(), rows.element()), (&[2, 5, 8][..], Element::Float));
        assert!(matches!(graph.gather(&table, &table), Err(Error::Shapes { operation: "Gather", .. })));
        assert!(matches!(graph.gather(&ids, &table), Err(Error::Shapes { operation: "Gather", .. })));
    }

    #[test]
    fn whole_numbers_stay_whole() {
        let mut graph = Builder::new("g");
        let x = graph.input("x", &[6, 5]).unwrap();
        let numbers = graph.round_to_integers(&x);
        assert_eq!(numbers.element(), Element::Integer);
        assert!(matches!(graph.mul(&numbers, &x), Err(Error::Shapes { operation: "Mul", .. })));
        let basis = graph.integer_constant("basis", &[1, 8, 64, 512, 3072]).unwrap();
        let ids = graph.mul(&numbers, &basis).unwrap();
        let ids = graph.reduce_sum(&ids, 1).unwrap();
        let ids = graph.reshape(&ids, &[2, 3]).unwrap();
        let model = graph.finish(&[("ids", &ids)]).unwrap();
        assert_eq!(model.outputs()[0].element(), Element::Integer);
    }
}

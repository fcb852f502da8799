//! Activation functions.

use std::f32::consts::SQRT_2;

use crate::{Builder, Error, Value};

impl Builder {
    /// GELU with the exact error function, in the pattern that runtimes recognise and replace by one kernel.
    pub fn gelu(&mut self, x: &Value) -> Result<Value, Error> {
        let root = self.scalar(SQRT_2);
        let one = self.scalar(1.0);
        let half = self.scalar(0.5);
        let y = self.binary("Div", x, &root)?;
        let y = self.unary("Erf", &y);
        let y = self.add(&y, &one)?;
        let y = self.mul(x, &y)?;
        self.mul(&y, &half)
    }

    /// The sigmoid linear unit: `x · sigmoid( x )`.
    pub fn silu(&mut self, x: &Value) -> Result<Value, Error> {
        let gate = self.sigmoid(x);
        self.mul(x, &gate)
    }

    /// Nothing below 0.
    pub fn relu(&mut self, x: &Value) -> Value {
        self.unary("Relu", x)
    }

    /// The logistic function.
    pub fn sigmoid(&mut self, x: &Value) -> Value {
        self.unary("Sigmoid", x)
    }

    /// The hyperbolic tangent.
    pub fn tanh(&mut self, x: &Value) -> Value {
        self.unary("Tanh", x)
    }
}

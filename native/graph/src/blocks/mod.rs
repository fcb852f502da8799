//! Building blocks of transformers, made of several operators.

mod activation;
mod attention;
mod norm;

//! A machine for the part of Python's pickle language that `torch.save` speaks (protocols 2 to 5). It builds
//! descriptions of objects and runs nothing.
//!
//! It is our own because the libraries at hand are not safe here: `candle-core` allocates lengths that the file
//! claims, owns nested objects in each other (a deep one overflows the stack when dropped) and copies what the
//! memo holds (a small file grows without bound), and knows protocol 2 alone; `serde-pickle` has neither the
//! persistent ids that tensors are made of nor calls of unknown classes. Here all objects lie side by side in
//! one list and refer to each other by index, so depth, sharing and loops cost nothing.

mod globals;
mod machine;
mod object;

pub(crate) use machine::load;
pub(crate) use object::{Id, Object, Objects, TensorObject};

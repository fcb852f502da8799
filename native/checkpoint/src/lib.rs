//! Tensors out of PyTorch and safetensors files, without executing anything.

//! The core as a shared library with a C ABI, and as a command line.

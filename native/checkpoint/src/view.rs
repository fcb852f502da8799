//! How a tensor lies in its storage: shape, strides and offset, checked before anything is allocated.

use crate::dtype::ByteOrder;

/// PyTorch itself allows no more.
const MAX_RANK: usize = 64;

/// A view may repeat numbers (stride 0), so its size is not bounded by its storage's. 256 MB as floats.
const MAX_REPEATED_ELEMENTS: usize = 64 << 20;

/// A strided view, in elements. It never reaches beyond the storage that it was checked against.
#[derive(Debug)]
pub(crate) struct View {
    shape: Vec<usize>,
    strides: Vec<usize>,
    offset: usize,
    elements: usize,
}

impl View {
    /// Checks a view against a storage of `storage_elements`; the error says what does not hold.
    pub(crate) fn new(
        shape: Vec<usize>,
        mut strides: Vec<usize>,
        offset: usize,
        storage_elements: usize,
    ) -> Result<Self, String> {
        if shape.len() != strides.len() {
            return Err(format!("its shape has {} axes, its strides {}", shape.len(), strides.len()));
        }
        if shape.len() > MAX_RANK {
            return Err(format!("it has {} axes, at most {MAX_RANK} are possible", shape.len()));
        }
        let too_large = || format!("its shape {shape:?} with strides {strides:?} is beyond any memory");
        let elements = shape.iter().try_fold(1usize, |product, &side| product.checked_mul(side));
        // A side of 0 makes the tensor empty, whatever the other sides claim.
        let elements = if shape.contains(&0) { 0 } else { elements.ok_or_else(too_large)? };
        if elements > 0 {
            let last = shape.iter().zip(&strides).try_fold(offset, |last, (&side, &stride)| {
                last.checked_add(side.checked_sub(1)?.checked_mul(stride)?)
            });
            let last = last.ok_or_else(too_large)?;
            if last >= storage_elements {
                return Err(format!("it reaches to element {last} of a storage that has {storage_elements}"));
            }
            if elements > storage_elements && elements > MAX_REPEATED_ELEMENTS {
                return Err(format!("it repeats {storage_elements} numbers to make {elements}"));
            }
        }
        // The stride of an axis with one entry says nothing, and may be any number.
        for (stride, &side) in strides.iter_mut().zip(&shape) {
            if side == 1 {
                *stride = 0;
            }
        }
        Ok(Self { shape, strides, offset, elements })
    }

    /// A whole storage, row by row.
    pub(crate) fn contiguous(shape: Vec<usize>, storage_elements: usize) -> Result<Self, String> {
        let mut stride = 1usize;
        let mut strides = vec![0; shape.len()];
        for (slot, &side) in strides.iter_mut().zip(&shape).rev() {
            *slot = stride;
            stride = stride.saturating_mul(side);
        }
        Self::new(shape, strides, 0, storage_elements)
    }

    pub(crate) fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// Row-major numbers of `N` bytes each, converted; nothing where there is no memory for them.
    pub(crate) fn collect<const N: usize>(
        &self,
        bytes: &[u8],
        order: ByteOrder,
        convert: impl Fn([u8; N]) -> f32,
    ) -> Option<Vec<f32>> {
        let mut out = Vec::new();
        out.try_reserve_exact(self.elements).ok()?;
        if self.elements == 0 {
            return Some(out);
        }
        let convert = |mut raw: [u8; N]| {
            if order == ByteOrder::Big {
                raw.reverse();
            }
            convert(raw)
        };
        let (storage, _) = bytes.as_chunks::<N>();
        if self.is_contiguous() {
            let part = storage.get(self.offset..self.offset + self.elements)?;
            out.extend(part.iter().map(|&raw| convert(raw)));
        } else {
            for index in self.indices() {
                out.push(convert(*storage.get(index)?));
            }
        }
        Some(out)
    }

    fn is_contiguous(&self) -> bool {
        let mut expected = 1;
        self.shape.iter().zip(&self.strides).rev().all(|(&side, &stride)| {
            let fits = side == 1 || stride == expected;
            expected *= side;
            fits
        })
    }

    /// Where each element lies in the storage, row by row; only for a view that is not empty.
    fn indices(&self) -> impl Iterator<Item = usize> {
        let mut position = vec![0; self.shape.len()];
        let mut index = self.offset;
        (0..self.elements).map(move |_| {
            let here = index;
            for axis in (0..position.len()).rev() {
                position[axis] += 1;
                index += self.strides[axis];
                if position[axis] < self.shape[axis] {
                    break;
                }
                index -= self.strides[axis] * self.shape[axis];
                position[axis] = 0;
            }
            here
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(view: &View, storage: &[u8]) -> Vec<f32> {
        view.collect(storage, ByteOrder::Little, |[byte]| f32::from(byte)).unwrap()
    }

    #[test]
    fn a_transposed_view_is_read_row_by_row() {
        // [row, column] of a 2 × 3 storage, seen as 3 × 2
        let view = View::new(vec![3, 2], vec![1, 3], 0, 6).unwrap();
        assert_eq!(read(&view, &[0, 1, 2, 3, 4, 5]), [0., 3., 1., 4., 2., 5.]);
    }

    #[test]
    fn an_offset_slice_and_a_repeated_axis_are_honoured() {
        let view = View::new(vec![2, 2], vec![3, 1], 1, 6).unwrap();
        assert_eq!(read(&view, &[0, 1, 2, 3, 4, 5]), [1., 2., 4., 5.]);
        let view = View::new(vec![3, 2], vec![0, 1], 4, 6).unwrap();
        assert_eq!(read(&view, &[0, 1, 2, 3, 4, 5]), [4., 5., 4., 5., 4., 5.]);
    }

    #[test]
    fn a_scalar_and_an_empty_tensor_are_tensors() {
        assert_eq!(read(&View::new(vec![], vec![], 2, 3).unwrap(), &[7, 8, 9]), [9.]);
        let empty = View::new(vec![usize::MAX, 0, usize::MAX], vec![1, 1, 1], 5, 0).unwrap();
        assert!(read(&empty, &[]).is_empty());
    }

    #[test]
    fn the_stride_of_a_single_entry_is_ignored() {
        let view = View::new(vec![1, 2], vec![usize::MAX, 1], 0, 2).unwrap();
        assert_eq!(read(&view, &[5, 6]), [5., 6.]);
        let view = View::new(vec![2, 1], vec![2, usize::MAX], 0, 3).unwrap();
        assert_eq!(read(&view, &[5, 6, 7]), [5., 7.]);
    }

    #[test]
    fn what_reaches_beyond_the_storage_is_refused() {
        assert!(View::new(vec![3], vec![1], 0, 2).is_err());
        assert!(View::new(vec![2], vec![1], 1, 2).is_err());
        assert!(View::new(vec![2], vec![5], 0, 5).is_err());
        assert!(View::new(vec![], vec![], 0, 0).is_err());
        assert!(View::new(vec![1 << 33, 1 << 33], vec![1 << 33, 1], 0, 8).is_err());
        assert!(View::new(vec![3], vec![usize::MAX], 0, 8).is_err());
        assert!(View::new(vec![2], vec![usize::MAX], 1, 8).is_err());
        assert!(View::new(vec![2, 2], vec![1], 0, 8).is_err());
        assert!(View::new(vec![1; 65], vec![1; 65], 0, 8).is_err());
    }

    #[test]
    fn repetition_is_bounded() {
        assert!(View::new(vec![1 << 40], vec![0], 0, 1).is_err());
        assert!(View::new(vec![1 << 20], vec![0], 0, 1).is_ok());
    }

    #[test]
    fn big_endian_numbers_are_turned() {
        let view = View::contiguous(vec![2], 2).unwrap();
        let read = view.collect(&[0x3f, 0x80, 0, 0, 0xc0, 0, 0, 0], ByteOrder::Big, f32::from_le_bytes);
        assert_eq!(read.unwrap(), [1., -2.]);
    }
}

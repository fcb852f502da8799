//! The stack machine: one instruction after the other, each bounded by the bytes that it is written in.

use std::collections::HashMap;

use super::globals::{self, Known};
use super::object::{Global, Id, MAX_OBJECTS, Object, Objects, StorageObject, TensorObject};
use crate::{Dtype, Problem};

const MAX_GLOBAL_BYTES: usize = 512;

/// Python itself writes nothing deeper than some thousand levels.
const MAX_MARKS: usize = 100_000;

/// Reads a pickle; returns its objects and the outermost one.
pub(crate) fn load(bytes: &[u8]) -> Result<(Objects<'_>, Id), Problem> {
    let mut machine = Machine {
        rest: bytes,
        objects: Objects::new(),
        stack: Vec::new(),
        marks: Vec::new(),
        memo: HashMap::new(),
    };
    loop {
        let [opcode] = machine.take_array()?;
        if opcode == b'.' {
            let top = machine.pop()?;
            return Ok((machine.objects, top));
        }
        machine.step(opcode)?;
    }
}

struct Machine<'a> {
    rest: &'a [u8],
    objects: Objects<'a>,
    stack: Vec<Id>,
    /// Heights of the stack
    marks: Vec<usize>,
    /// By number, as the file chose them: a list would be as long as the highest number claims.
    memo: HashMap<u32, Id>,
}

impl<'a> Machine<'a> {
    fn step(&mut self, opcode: u8) -> Result<(), Problem> {
        match opcode {
            // Framing
            0x80 => self.protocol(),
            // A frame only says how much to read ahead.
            0x95 => self.take(8).map(drop),
            // Stack and memo
            b'(' => {
                self.marks.push(self.stack.len());
                within("the depth of its pickle", self.marks.len(), MAX_MARKS)
            }
            b'0' => self.pop().map(drop),
            b'1' => self.pop_mark().map(drop),
            b'2' => {
                let top = self.top()?;
                self.stack.push(top);
                Ok(())
            }
            b'q' => {
                let [number] = self.take_array()?;
                self.memoize(u32::from(number))
            }
            b'r' => {
                let number = u32::from_le_bytes(self.take_array()?);
                self.memoize(number)
            }
            0x94 => self.memoize(self.memo.len() as u32),
            b'h' => {
                let [number] = self.take_array()?;
                self.recall(u32::from(number))
            }
            b'j' => {
                let number = u32::from_le_bytes(self.take_array()?);
                self.recall(number)
            }
            // Objects by reference
            b'c' => {
                let (module, name) = (self.take_line()?, self.take_line()?);
                self.global(module, name)
            }
            0x93 => {
                let (name, module) = (self.pop_str()?, self.pop_str()?);
                self.global(module, name)
            }
            b'Q' => self.persistent(),
            b'R' | 0x81 => {
                let (arguments, callable) = (self.pop()?, self.pop()?);
                self.call(callable, arguments)
            }
            0x92 => {
                let (_keywords, arguments, class) = (self.pop()?, self.pop()?, self.pop()?);
                self.call(class, arguments)
            }
            // State goes into attributes, and no attribute is of use: `_metadata` of a state dict, say.
            b'b' => self.pop().and_then(|_| self.top()).map(drop),
            _ => self.step_container(opcode),
        }
    }

    fn step_container(&mut self, opcode: u8) -> Result<(), Problem> {
        match opcode {
            b']' => self.push(Object::List(Vec::new())),
            b')' => self.push(Object::Tuple(Vec::new())),
            b'}' => self.push(Object::Dict(Vec::new())),
            0x8f => self.push(Object::Builtin("set")),
            0x91 => self.pop_mark().and_then(|_| self.push(Object::Builtin("frozenset"))),
            b'l' => {
                let items = self.pop_mark()?;
                self.push(Object::List(items))
            }
            b't' => {
                let items = self.pop_mark()?;
                self.push(Object::Tuple(items))
            }
            b'd' => {
                let items = self.pop_mark()?;
                self.push(Object::Dict(pairs(&items)?))
            }
            0x85..=0x87 => {
                let first = self.stack.len().checked_sub(usize::from(opcode - 0x84)).ok_or_else(underflow)?;
                self.check_floor(first)?;
                let items = self.stack.split_off(first);
                self.push(Object::Tuple(items))
            }
            b'a' => {
                let item = self.pop()?;
                self.extend(&[item])
            }
            b'e' | b'u' | 0x90 => {
                let items = self.pop_mark()?;
                self.extend(&items)
            }
            b's' => {
                let (value, key) = (self.pop()?, self.pop()?);
                self.extend(&[key, value])
            }
            _ => self.step_plain(opcode),
        }
    }

    fn step_plain(&mut self, opcode: u8) -> Result<(), Problem> {
        let object = match opcode {
            b'N' => Object::None,
            0x88 => Object::Bool(true),
            0x89 => Object::Bool(false),
            b'K' => Object::Int(i64::from(u8::from_le_bytes(self.take_array()?))),
            b'M' => Object::Int(i64::from(u16::from_le_bytes(self.take_array()?))),
            b'J' => Object::Int(i64::from(i32::from_le_bytes(self.take_array()?))),
            0x8a => self.take_sized::<1>().map(long)?,
            0x8b => self.take_sized::<4>().map(long)?,
            b'G' => Object::Float(f64::from_be_bytes(self.take_array()?)),
            0x8c => self.take_sized::<1>().and_then(text)?,
            b'X' => self.take_sized::<4>().and_then(text)?,
            0x8d => self.take_sized::<8>().and_then(text)?,
            b'C' => self.take_sized::<1>().map(|_| Object::Builtin("bytes"))?,
            b'B' => self.take_sized::<4>().map(|_| Object::Builtin("bytes"))?,
            0x8e => self.take_sized::<8>().map(|_| Object::Builtin("bytes"))?,
            0x96 => self.take_sized::<8>().map(|_| Object::Builtin("bytearray"))?,
            other => return Err(Problem::Unsupported(format!("the pickle instruction 0x{other:02x}"))),
        };
        self.push(object)
    }

    fn protocol(&mut self) -> Result<(), Problem> {
        match self.take_array()? {
            [2..=5] => Ok(()),
            [other] => Err(Problem::Unsupported(format!("version {other} of the pickle format"))),
        }
    }

    fn global(&mut self, module: &'a str, name: &'a str) -> Result<(), Problem> {
        // A class is named in every value of it; names of megabytes would be copied as often.
        if module.len() + name.len() > MAX_GLOBAL_BYTES {
            return Err(Problem::Damaged("a class in its pickle has an endless name".to_owned()));
        }
        let known = globals::look_up(module, name).map_err(Problem::ExecutesCode)?;
        self.push(Object::Global(Box::new(Global { known, module, name })))
    }

    /// `("storage", class, key, device, number of elements)`
    fn persistent(&mut self) -> Result<(), Problem> {
        let id = self.pop()?;
        let Object::Tuple(items) = self.objects.get(id) else { return Err(not_a_storage()) };
        let &[kind, class, key, _device, elements, ..] = items.as_slice() else {
            return Err(not_a_storage());
        };
        let (Object::Str("storage"), &Object::Str(key), Some(elements)) =
            (self.objects.get(kind), self.objects.get(key), self.objects.size(elements))
        else {
            return Err(not_a_storage());
        };
        let object = match self.known(class) {
            Some(Known::Storage(dtype)) => {
                Object::Storage(Box::new(StorageObject { dtype, key, elements: elements as u64 }))
            }
            // A quantised storage, say: its tensors stay opaque.
            _ => Object::Instance(class),
        };
        self.push(object)
    }

    fn call(&mut self, callable: Id, arguments: Id) -> Result<(), Problem> {
        let (mut callable, mut arguments) = (callable, arguments);
        if self.known(callable) == Some(Known::RebuildFromType)
            && let Object::Tuple(items) = self.objects.get(arguments)
            && let &[inner, _, inner_arguments, ..] = items.as_slice()
        {
            (callable, arguments) = (inner, inner_arguments);
        }
        let Object::Tuple(items) = self.objects.get(arguments) else {
            return Err(Problem::Damaged("a call in its pickle has no arguments".to_owned()));
        };
        let known = self.known(callable);
        let object = match (known, items.as_slice()) {
            (Some(Known::Dict), _) => Object::Dict(Vec::new()),
            (Some(Known::Size), &[sizes]) => {
                self.stack.push(sizes);
                return Ok(());
            }
            (Some(Known::RebuildParameter), &[tensor, ..]) => {
                self.stack.push(tensor);
                return Ok(());
            }
            (Some(Known::RebuildTensor), &[storage, offset, shape, strides, ..]) => {
                self.tensor(callable, storage, [offset, shape, strides], None)
            }
            (Some(Known::RebuildTensorV3), &[storage, offset, shape, strides, _, _, dtype, ..]) => {
                match self.known(dtype) {
                    Some(Known::Dtype(dtype)) => {
                        self.tensor(callable, storage, [offset, shape, strides], Some(dtype))
                    }
                    _ => Object::Instance(callable),
                }
            }
            (Some(Known::Reconstructor), &[class, ..]) => Object::Instance(class),
            _ => Object::Instance(callable),
        };
        self.push(object)
    }

    fn tensor(&self, callable: Id, storage: Id, layout: [Id; 3], dtype: Option<Dtype>) -> Object<'a> {
        let Object::Storage(storage) = self.objects.get(storage) else { return Object::Instance(callable) };
        let [offset, shape, strides] = layout;
        let dtype = dtype.unwrap_or(storage.dtype);
        Object::Tensor(Box::new(TensorObject { dtype, storage: **storage, offset, shape, strides }))
    }

    /// What the name behind an object is understood as.
    fn known(&self, id: Id) -> Option<Known> {
        match self.objects.get(id) {
            Object::Global(global) => Some(global.known),
            _ => None,
        }
    }

    /// Adds items to the container on top of the stack. What an opaque object is filled with is of no use.
    fn extend(&mut self, items: &[Id]) -> Result<(), Problem> {
        let top = self.top()?;
        match self.objects.get_mut(top) {
            Object::List(list) => list.extend_from_slice(items),
            Object::Dict(dict) => dict.extend(pairs(items)?),
            Object::Instance(_) | Object::Builtin(_) => {}
            _ => return Err(Problem::Damaged("its pickle fills something that holds nothing".to_owned())),
        }
        Ok(())
    }

    fn push(&mut self, object: Object<'a>) -> Result<(), Problem> {
        let id = self.objects.add(object)?;
        self.stack.push(id);
        Ok(())
    }

    fn pop(&mut self) -> Result<Id, Problem> {
        let top = self.top()?;
        self.stack.pop();
        Ok(top)
    }

    fn pop_str(&mut self) -> Result<&'a str, Problem> {
        let id = self.pop()?;
        match self.objects.get(id) {
            &Object::Str(text) => Ok(text),
            _ => Err(Problem::Damaged("a name in its pickle is no text".to_owned())),
        }
    }

    fn pop_mark(&mut self) -> Result<Vec<Id>, Problem> {
        let mark = self.marks.pop().ok_or_else(underflow)?;
        Ok(self.stack.split_off(mark))
    }

    fn top(&self) -> Result<Id, Problem> {
        let last = self.stack.len().checked_sub(1).ok_or_else(underflow)?;
        self.check_floor(last)?;
        Ok(self.stack[last])
    }

    /// What lies below the last mark is out of reach until the mark is gone.
    fn check_floor(&self, height: usize) -> Result<(), Problem> {
        if self.marks.last().is_some_and(|&mark| height < mark) { Err(underflow()) } else { Ok(()) }
    }

    fn memoize(&mut self, number: u32) -> Result<(), Problem> {
        let top = self.top()?;
        self.memo.insert(number, top);
        within("the number of objects that its pickle remembers", self.memo.len(), MAX_OBJECTS)
    }

    fn recall(&mut self, number: u32) -> Result<(), Problem> {
        let id = self.memo.get(&number);
        let id = id.ok_or_else(|| Problem::Damaged("its pickle refers to an unknown object".to_owned()))?;
        self.stack.push(*id);
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Problem> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(breaks_off)?;
        self.rest = rest;
        Ok(taken)
    }

    fn take_array<const N: usize>(&mut self) -> Result<[u8; N], Problem> {
        let (taken, rest) = self.rest.split_first_chunk().ok_or_else(breaks_off)?;
        self.rest = rest;
        Ok(*taken)
    }

    /// Bytes after their count, which has `N` bytes; nothing is allocated, whatever it claims.
    fn take_sized<const N: usize>(&mut self) -> Result<&'a [u8], Problem> {
        let mut count = [0; 8];
        count[..N].copy_from_slice(&self.take_array::<N>()?);
        self.take(usize::try_from(u64::from_le_bytes(count)).unwrap_or(usize::MAX))
    }

    fn take_line(&mut self) -> Result<&'a str, Problem> {
        let end = self.rest.iter().position(|&byte| byte == b'\n').ok_or_else(breaks_off)?;
        let line = self.take(end)?;
        self.take(1)?;
        str::from_utf8(line).map_err(|_| not_text())
    }
}

fn pairs(items: &[Id]) -> Result<Vec<(Id, Id)>, Problem> {
    let (pairs, odd) = items.as_chunks::<2>();
    if odd.is_empty() {
        Ok(pairs.iter().map(|&[key, value]| (key, value)).collect())
    } else {
        Err(underflow())
    }
}

/// A little-endian integer of any length in two's complement.
fn long<'a>(bytes: &[u8]) -> Object<'a> {
    if bytes.len() > 8 {
        return Object::Builtin("int");
    }
    let fill = if bytes.last().is_some_and(|last| last & 0x80 != 0) { 0xff } else { 0 };
    let mut number = [fill; 8];
    number[..bytes.len()].copy_from_slice(bytes);
    Object::Int(i64::from_le_bytes(number))
}

fn text(bytes: &[u8]) -> Result<Object<'_>, Problem> {
    str::from_utf8(bytes).map(Object::Str).map_err(|_| not_text())
}

fn within(what: &str, found: usize, limit: usize) -> Result<(), Problem> {
    if found <= limit {
        return Ok(());
    }
    Err(Problem::TooLarge { what: what.to_owned(), found: found as u64, limit: limit as u64 })
}

fn underflow() -> Problem {
    Problem::Damaged("its pickle takes more than was put".to_owned())
}

fn breaks_off() -> Problem {
    Problem::Damaged("its pickle breaks off".to_owned())
}

fn not_text() -> Problem {
    Problem::Damaged("a text in its pickle is not UTF-8".to_owned())
}

fn not_a_storage() -> Problem {
    Problem::Damaged("its pickle describes a tensor without a storage".to_owned())
}

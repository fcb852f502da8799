//! Turns a checkpoint into a model pack, without recording known answers:
//!
//! ```text
//! cargo run -p model --example import_pack -- TerraMind_v1_tiny.pt models/tiny
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;

use checkpoint::Checkpoint;
use model::StagedPack;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, destination] = &arguments[..] else { return Err("expected CHECKPOINT PACK".into()) };
    let (source, destination) = (Path::new(source), Path::new(destination));
    let name = destination.file_name().ok_or("PACK needs a name")?.to_string_lossy();
    let parent =
        destination.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));

    let checkpoint = Checkpoint::open(source)?;
    let staged =
        StagedPack::from_checkpoint(&checkpoint, source, &name, parent, |_| ControlFlow::Continue(()))?;
    let pack = staged.publish(destination)?;
    println!("{}: {:?}", pack.architecture().label(), pack.architecture());
    Ok(())
}

//! Turns a checkpoint, of an encoder-decoder or of a tokenizer, into a model pack, without recording known
//! answers:
//!
//! ```text
//! cargo run -p model --example import_pack -- TerraMind_v1_tiny.pt models/tiny
//! cargo run -p model --example import_pack -- TerraMind_Tokenizer_DEM.pt models/dem
//! ```

use std::error::Error;
use std::ops::ControlFlow;
use std::path::Path;

use checkpoint::Checkpoint;
use model::pack::Kind;
use model::{StagedPack, StagedTokenizerPack};

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [source, destination] = &arguments[..] else { return Err("expected CHECKPOINT PACK".into()) };
    let (source, destination) = (Path::new(source), Path::new(destination));
    let name = destination.file_name().ok_or("PACK needs a name")?.to_string_lossy();
    let parent =
        destination.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));

    let checkpoint = Checkpoint::open(source)?;
    let go_on = |_| ControlFlow::Continue(());
    if Kind::of_checkpoint(&checkpoint) == Kind::Tokenizer {
        let staged = StagedTokenizerPack::from_checkpoint(&checkpoint, source, None, &name, parent, go_on)?;
        let pack = staged.publish(destination)?;
        println!("{}: {:?}", pack.architecture().label(), pack.architecture());
    } else {
        let staged = StagedPack::from_checkpoint(&checkpoint, source, &name, parent, go_on)?;
        let pack = staged.publish(destination)?;
        println!("{}: {:?}", pack.architecture().label(), pack.architecture());
    }
    Ok(())
}

"""Makes demo/: a reduced TerraMind, its tokenizers and two fine-tuned models, trained on synthetic scenes.

    cd tools && ../.venv-ref/bin/python -m train_demo PROGRAM WORK [--target FOLDER]

PROGRAM is the built command line (`target/release/terramind`), WORK a folder for scenes and what is half
done (8 GB): started again, the training goes on where it was. In the environment of
tests/goldens/requirements.txt.
"""

import argparse
from pathlib import Path

import torch

from . import scenes
from .scenes import Scenes

RADAR = ("S1GRD", "S1RTC")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--target", type=Path, default=Path(__file__).resolve().parents[2] / "demo")
    given = parser.parse_args()
    torch.set_num_threads(2)
    scenes.make(given.program, given.work / "scenes")
    from . import backbone, heads, storing, tokenizers

    seen = Scenes(given.work / "scenes")
    trained = {"LULC": tokenizers.train_land_cover(seen, given.work)}
    decoders = {"LULC": tokenizers.LandCoverDecoder(trained["LULC"])}
    for modality in tokenizers.PLANS:
        if modality != "LULC":
            learn = tokenizers.train_radar if modality in RADAR else tokenizers.train_encoder
            trained[modality], decoders[modality] = learn(modality, seen, given.work)
            tokenizers.train_decoder(modality, trained[modality], seen, given.work)
    model = backbone.train(backbone.Tiles(seen, trained, given.work), decoders, given.work)
    for modality, tokenizer in trained.items():
        storing.save(
            storing.half(tokenizer.state_dict()), given.target / f"TerraMind_Tokenizer_{modality}.pt"
        )
    published = storing.half(model.published())
    storing.save(published, given.target / "TerraMind_v1_demonstration.pt")
    weights = {name: tensor.float() for name, tensor in published.items()}
    for name in heads.NAMES:
        heads.train(name, seen, weights, given.work, given.target)


if __name__ == "__main__":
    main()

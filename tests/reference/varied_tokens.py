"""Makes encoder-decoders with random weights predict tokens that differ from patch to patch.

With random weights a decoder looks everywhere alike, and adds much the same to all patches: it predicts one
token for a whole scene. What is done here touches the decoder only.
"""

import torch
from reference_model import TerraMind
from whole_run import generation


@torch.no_grad()
def look_around(model: TerraMind) -> None:
    """Makes the decoder look at what lies where a token is to be."""
    for block in model.decoder:
        attention, width = block.cross_attn, model.dim
        attention.q.weight.mul_(6)
        # Queries and keys of one place are alike, as their positions are.
        attention.kv.weight[:width] = attention.q.weight
        attention.proj.weight.mul_(4)
    embeddings = model.decoder_embeddings.values()
    for embedding in embeddings:
        embedding.mod_emb.mul_(0.25)
    model.mask_token.copy_(-next(iter(embeddings)).pos_emb.mean(1))


class TokensAsTheyAre(torch.nn.Module):
    """Stands in for a tokenizer."""

    patch_size = 16

    def decode_tokens(self, tokens: torch.Tensor, **_options: object) -> torch.Tensor:
        return tokens


@torch.no_grad()
def centre(
    state: dict[str, torch.Tensor],
    scene: dict[str, torch.Tensor],
    generations: list[tuple[list[str], list[str]]],
) -> None:
    """Subtracts, from layer to layer, what a layer of the decoder adds to every patch alike, where it has
    biases.

    The means are over `generations`, inputs and the outputs in their order, of the `scene`: for every input
    [1, channel, y, x] in physical units.
    """
    runs = []
    for inputs, outputs in generations:
        model = generation(state, {name: TokensAsTheyAre() for name in outputs}, inputs, outputs, steps=1)
        runs.append((model, {name: scene[name] for name in inputs}))
    blocks = len({name.split(".")[1] for name in state if name.startswith("decoder.")})
    parts = ("self_attn.proj", "cross_attn.proj", "mlp.fc2")
    layers = [f"decoder.{block}.{part}" for block in range(blocks) for part in parts]
    for layer in ["decoder_proj_context", *layers]:
        if f"{layer}.bias" not in state:
            continue
        means: list[torch.Tensor] = []
        for model, inputs in runs:
            module = model.sampler.model.get_submodule(layer)
            hook = module.register_forward_hook(
                lambda _m, _i, out, means=means: means.append(out.mean((0, 1)))
            )
            model(dict(inputs))
            hook.remove()
        # Rounded: the same on every processor.
        mean = torch.round(torch.stack(means).mean(0) * 64) / 64
        state[f"{layer}.bias"] = state[f"{layer}.bias"] - mean
        for model, _ in runs:
            model.sampler.model.get_submodule(layer).bias.sub_(mean)

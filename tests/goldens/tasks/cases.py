"""Which fine-tuned models the goldens have, in TerraTorch's words and in those of `model::task`."""

from dataclasses import dataclass, field

BANDS = {"S2L2A": 12, "S2L1C": 13, "RGB": 3, "S1GRD": 2, "S1RTC": 2, "DEM": 1}
ALL = {"name": "SelectIndices", "indices": [0, 1, 2, 3]}
LAST = {"name": "SelectIndices", "indices": [-1]}
IMAGE = {"name": "ReshapeTokensToImage", "remove_cls_token": False}
# As users write it: TerraTorch then looks for a token that stands for no patch, finds none, and goes on.
BARE_IMAGE = {"name": "ReshapeTokensToImage"}
LEARNED = {"name": "LearnedInterpolateToPyramidal"}
PYRAMID = [ALL, IMAGE, LEARNED]
HLS = ["BLUE", "GREEN", "RED", "NIR_NARROW", "SWIR_1", "SWIR_2"]
ACTIVATIONS = {"torch.nn.ReLU": "ReLU", "torch.nn.Sigmoid": "Sigmoid"}
S2 = {"S2L2A": None}
S1 = {"S1GRD": None}
# TerraTorch pads both to 64 x 64, where it takes tokens, too: it refuses those of tiles that are not square.
SIZES = [(64, 64), (40, 56)]
# Pads by different numbers of pixels before and after; not square.
ODD = [*SIZES, (57, 80)]
UNET = {"name": "UNetDecoder", "channels": [32, 16, 16, 8]}
UPERNET = {
    "name": "UperNetDecoder",
    "channels": 16,
    "pool_scales": [1, 2, 3, 6],
    "align_corners": True,
    "scale_modules": False,
}
FCN = {"name": "FCNDecoder", "channels": 16, "num_convs": 4, "in_index": -1}
LINEAR = {"name": "LinearDecoder", "upsampling_size": 16, "in_index": -1}
IDENTITY = {"name": "IdentityDecoder", "out_index": -1}
MLP = {"name": "MLPDecoder", "activation": "ReLU", "out_index": -1}


@dataclass
class Case:
    """A model. `inputs` has the bands of every modality: none for all, a number for a new modality."""

    name: str
    decoder: dict
    necks: list = field(default_factory=list)
    inputs: dict = field(default_factory=lambda: S2)
    kind: str = "segmentation"
    outputs: int = 2
    head: dict = field(default_factory=dict)
    # Further arguments of the backbone and of the decoder.
    backbone: dict = field(default_factory=dict)
    decoder_extra: dict = field(default_factory=dict)
    tim: list = field(default_factory=list)
    # Whether it imagines by itself; otherwise what it imagines is given.
    imagines: bool = False
    dates: int | None = None
    sizes: list = field(default_factory=lambda: SIZES)

    def modalities(self) -> list:
        return [{name: bands} if isinstance(bands, int) else name for name, bands in self.inputs.items()]

    def bands(self) -> dict:
        return {name: bands for name, bands in self.inputs.items() if isinstance(bands, list)}

    def channels(self) -> dict[str, int]:
        def count(name, bands):
            return BANDS[name] if bands is None else bands if isinstance(bands, int) else len(bands)

        return {name: count(name, bands) for name, bands in self.inputs.items()}

    def task(self) -> dict:
        """As `model::task::Task` is written."""
        objective = {"kind": self.kind}
        if self.kind == "regression":
            objective["outputs"] = self.outputs
        else:
            objective |= {"classes": self.outputs, "names": []}
        if self.kind == "segmentation":
            objective["ignore_index"] = None
        modalities = [
            {
                "name": name,
                "raw": None if isinstance(self.inputs[name], int) else name,
                "bands": [str(band) for band in range(channels)],
                "mean": [0.0] * channels,
                "std": [1.0] * channels,
            }
            for name, channels in self.channels().items()
        ]
        temporal = None
        if self.dates:
            temporal = {
                "pooling": self.backbone["temporal_pooling"],
                "timestamps": self.backbone.get("temporal_n_timestamps"),
                "subset_lengths": self.backbone.get("temporal_subset_lengths", []),
            }
        necks = [
            {key: value for key, value in neck.items() if key != "remove_cls_token"} for neck in self.necks
        ]
        return {
            "objective": objective,
            "backbone": {
                "modalities": modalities,
                "merge": self.backbone.get("merge_method", "mean"),
                "tim": self.tim,
                "temporal": temporal,
            },
            "necks": necks,
            "decoder": self.decoder,
            "head": {
                "channels": self.head.get("channel_list") or self.head.get("dim_list") or [],
                "learned_upscale_layers": self.head.get("learned_upscale_layers", 0),
                "activation": ACTIVATIONS.get(self.head.get("final_act")),
                "linear_after_pool": self.head.get("linear_after_pool", False),
            },
        }


def temporal(pooling: str, timestamps: int | None = None, subsets: list[int] | None = None) -> dict:
    options = {"use_temporal": True, "temporal_pooling": pooling}
    if timestamps:
        options["temporal_n_timestamps"] = timestamps
    if subsets:
        options["temporal_subset_lengths"] = subsets
    return options


def interpolated(mode: str) -> dict:
    return {"name": "InterpolateToPyramidal", "scale_factor": 2, "mode": mode}


TURNED = {"name": "PermuteDims", "new_order": [0, 1, 3, 2]}
BOTTLENECK = {"name": "AddBottleneckLayer"}
NECKS = {
    "image": [ALL, IMAGE],
    "learned": PYRAMID,
    "nearest": [ALL, IMAGE, interpolated("nearest")],
    "bilinear": [ALL, IMAGE, interpolated("bilinear")],
    # More levels would have no pixels in tiles as small as these.
    "maxpool": [
        {"name": "SelectIndices", "indices": [1, -1]},
        IMAGE,
        {"name": "MaxpoolToPyramidal", "kernel_size": 2},
    ],
    "bottleneck": [*PYRAMID, BOTTLENECK],
    "permuted": [ALL, IMAGE, TURNED],
}
DECODERS = {
    "unet": UNET,
    "upernet": UPERNET,
    "fcn": FCN | {"num_convs": 2},
    "linear": LINEAR | {"upsampling_size": 8},
    "identity": IDENTITY,
    "mlp": MLP,
}


def product() -> list[Case]:
    """Every decoder behind every neck that TerraTorch runs it behind."""
    cases = []
    for name, decoder in DECODERS.items():
        for title, necks in NECKS.items():
            if name == "mlp" and title not in ("image", "permuted"):
                continue  # takes images of one size and width
            if name == "unet":
                levels = {"maxpool": 2, "bottleneck": 5}.get(title, 4)
                decoder = decoder | {"channels": [32, 16, 16, 8, 8][:levels]}
            cases.append(Case(f"{name}/{title}", decoder, necks, S1, sizes=SIZES[1:]))
    return cases


CASES = [
    *product(),
    # The three recipes, and what TerraMind's repository shows beside them.
    Case("sen1floods11", UNET, PYRAMID, {"S2L1C": None, "S1GRD": None}, head={"dropout": 0.1}),
    Case("sen1floods11_tim", UNET, PYRAMID, {"S2L1C": None, "S1GRD": None}, tim=["LULC"]),
    Case("burn_scars_unet", UNET, PYRAMID, {"S2L2A": HLS}, sizes=ODD),
    Case("burn_scars_upernet", UPERNET, PYRAMID, {"S2L2A": HLS}, sizes=ODD),
    Case("crops", UNET, PYRAMID, {"S2L2A": HLS}, backbone=temporal("concat", 3), dates=3, sizes=ODD),
    # Variants of decoders and of the backbone.
    Case("unet_gated", UNET, PYRAMID, backbone={"gated": True}),
    Case("unet_plain_convolutions", UNET, PYRAMID, decoder_extra={"use_batchnorm": False}),
    Case("upernet_edges", UPERNET | {"align_corners": False, "pool_scales": [1, 2]}, PYRAMID),
    Case("upernet_scales", UPERNET | {"scale_modules": True}, [ALL, IMAGE]),
    Case("upernet_head", UPERNET, PYRAMID, head={"channel_list": [8, 4], "dropout": 0.2}),
    Case("fcn_last", FCN, [LAST, IMAGE]),
    Case("fcn_short", FCN | {"num_convs": 2, "in_index": 1}, [ALL, BARE_IMAGE], sizes=ODD),
    Case("linear_last", LINEAR, [LAST, IMAGE]),
    Case("linear_small", LINEAR | {"upsampling_size": 4, "in_index": 0}, [ALL, IMAGE], sizes=ODD),
    Case("identity_head", IDENTITY, [LAST, IMAGE], head={"channel_list": [16, 8]}),
    Case("mlp_gelu", MLP | {"activation": "GELU"}, [LAST, IMAGE]),
    # Other predictions
    Case("regression", UNET, PYRAMID, kind="regression", outputs=1, sizes=[(200, 230)]),
    Case(
        "regression_layers",
        FCN | {"num_convs": 2},
        [LAST, IMAGE],
        kind="regression",
        outputs=2,
        head={"channel_list": [8], "learned_upscale_layers": 2, "final_act": "torch.nn.Sigmoid"},
    ),
    Case(
        "regression_upscaled", IDENTITY, [LAST, IMAGE], kind="regression", head={"learned_upscale_layers": 1}
    ),
    Case("regression_linear", LINEAR, [LAST, IMAGE], kind="regression", outputs=1),
    Case(
        "classification",
        IDENTITY,
        [LAST, {"name": "PermuteDims", "new_order": [0, 2, 1]}],
        kind="classification",
        outputs=10,
    ),
    Case(
        "classification_layers",
        IDENTITY,
        [LAST, IMAGE],
        kind="classification",
        outputs=10,
        head={"dim_list": [32, 16], "dropout": 0.1},
    ),
    Case(
        "classification_pooled",
        MLP,
        [ALL, IMAGE],
        kind="classification",
        outputs=10,
        head={"dim_list": [32], "linear_after_pool": True},
    ),
    Case("classification_unet", UNET, PYRAMID, kind="classification", outputs=10),
    # Modalities
    Case(
        "merge_max",
        UNET,
        PYRAMID,
        {"S1RTC": None, "DEM": None, "RGB": ["GREEN", "RED"]},
        backbone={"merge_method": "max"},
    ),
    Case("merge_concat", UNET, PYRAMID, {"DEM": None, "S2L2A": HLS}, backbone={"merge_method": "concat"}),
    Case("new_modality", UNET, PYRAMID, {"S2L2A": None, "PLANET": 8}),
    Case("new_bands", LINEAR, [LAST, IMAGE], {"S2L2A": ["RED", "THERMAL", "NIR_BROAD"]}),
    Case(
        "tim_concat",
        UNET,
        PYRAMID,
        {"S1GRD": None},
        tim=["NDVI", "LULC"],
        backbone={"merge_method": "concat"},
    ),
    Case("tim_images", UPERNET, PYRAMID, {"S1GRD": None}, tim=["S2L2A"]),
    Case(
        "imagined",
        FCN,
        [LAST, IMAGE],
        {"S2L1C": None, "S1GRD": None},
        tim=["LULC"],
        imagines=True,
        sizes=SIZES[1:],
    ),
    Case(
        "imagined_dates",
        LINEAR,
        [LAST, IMAGE],
        S1,
        tim=["LULC", "NDVI"],
        imagines=True,
        backbone=temporal("mean"),
        dates=2,
        sizes=SIZES[:1],
    ),
    # Several dates
    Case("dates_mean", UNET, PYRAMID, backbone=temporal("mean"), dates=3),
    Case("dates_max", UPERNET, PYRAMID, {"S2L2A": HLS, "S1GRD": None}, backbone=temporal("max"), dates=4),
    Case("dates_diff", LINEAR, [LAST, IMAGE], backbone=temporal("diff"), dates=2),
    Case("dates_diff_subsets", FCN, [LAST, IMAGE], backbone=temporal("diff", 3, [2, 1]), dates=3),
    Case("dates_mean_subsets", LINEAR, [LAST, IMAGE], backbone=temporal("mean", subsets=[1, 3]), dates=4),
    Case("dates_concat", LINEAR, [LAST, IMAGE], {"S1GRD": None}, backbone=temporal("concat", 2), dates=2),
    Case(
        "dates_tim", LINEAR, [LAST, IMAGE], {"S1GRD": None}, tim=["LULC"], backbone=temporal("mean"), dates=2
    ),
]

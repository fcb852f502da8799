"""UNet steps, whole diffusion runs from given noise, and the scheduler by itself."""

from unittest import mock

import numpy as np
import torch
from reduced_tokenizers import CHANNELS, choices, noise
from reference_tokenizer import LEVELS
from terratorch.models.backbones.terramind.tokenizer.scheduling import DDIMScheduler

# modality, height, width, timestep, seed of the ids, seed of the noise
UNET_STEPS = [
    ("S2L2A", 64, 96, 99, 31, 41),
    ("S1GRD", 160, 288, 499, 32, 42),
    ("S1RTC", 64, 64, 699, 33, 43),
    ("DEM", 224, 224, 999, 34, 44),
    ("NDVI", 32, 64, 0, 35, 45),
]
# modality, height, width, steps, seed of the ids, seed of the noise
RUNS = [("S1GRD", 64, 96, 10, 51, 61), ("DEM", 96, 64, 10, 52, 62)]
SCHEDULES = [1, 2, 5, 10, 20, 25, 50, 100, 1000]
SCHEDULER_RUNS = [1, 2, 10, 50, 1000]
COUNT = 16


def given_ids(modality: str, height: int, width: int, seed: int) -> torch.Tensor:
    return choices(seed, (1, height // 16, width // 16), int(np.prod(LEVELS[modality])))


def steps(tokenizers: dict, tensors: dict) -> list[dict]:
    cases = []
    for modality, height, width, timestep, ids_seed, noise_seed in UNET_STEPS:
        model = tokenizers[modality]
        codes = model.tokens_to_embedding(given_ids(modality, height, width, ids_seed))
        sample = noise(noise_seed, (1, CHANNELS[modality], height, width))
        x0 = model.decoder(sample, torch.tensor(timestep), codes).numpy()
        name = f"{modality}/step/{height}x{width}/{timestep}"
        print(f"{name}  RMS {x0.std():.3f}, beyond the clamp {(np.abs(x0) > 1).mean():.1%}")
        tensors[name] = x0
        case = {"modality": modality, "height": height, "width": width, "timestep": timestep}
        cases.append(case | {"ids_seed": ids_seed, "noise_seed": noise_seed, "x0": name})
    return cases


def runs(tokenizers: dict, tensors: dict) -> list[dict]:
    cases = []
    for modality, height, width, count, ids_seed, noise_seed in RUNS:
        model = tokenizers[modality]
        start = noise(noise_seed, (1, CHANNELS[modality], height, width))
        answers, samples = [], []
        step = model.noise_scheduler.step

        def recording(answer, timestep, sample, step=step, answers=answers, samples=samples, **options):
            answers.append(answer.numpy().copy())
            result = step(answer, timestep, sample, **options)
            samples.append(result.prev_sample.numpy().copy())
            return result

        with (
            mock.patch("torch.randn", return_value=start),
            mock.patch.object(model.noise_scheduler, "step", recording),
        ):
            result = model.decode_tokens(given_ids(modality, height, width, ids_seed), timesteps=count)
        if not np.array_equal(result.numpy(), samples[-1]):
            raise ValueError(f"{modality}: the pipeline does more than its steps")
        case = {"modality": modality, "height": height, "width": width, "steps": count}
        case |= {"ids_seed": ids_seed, "noise_seed": noise_seed}
        for part, arrays in (("x0", answers), ("samples", samples)):
            case[part] = f"{modality}/run/{height}x{width}/{count}/{part}"
            tensors[case[part]] = np.concatenate(arrays)
        beyond = [f"{(np.abs(answer) > 1).mean():.0%}" for answer in answers]
        print(f"{case['x0']}  beyond the clamp {' '.join(beyond)}")
        cases.append(case)
    return cases


def scheduler(clamp: bool) -> DDIMScheduler:
    """As `DiVAE` makes it; clamping is its `thresholding` with a maximum of 1."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        thresholding=clamp,
        clip_sample=clamp,
        beta_schedule="linear",
        prediction_type="sample",
        zero_terminal_snr=True,
    )


def schedules(tensors: dict) -> list[dict]:
    cases = []
    tensors["alphas"] = scheduler(True).alphas_cumprod.numpy()
    for count in SCHEDULES:
        tables = scheduler(True)
        tables.set_timesteps(count, mode="trailing")
        timesteps = tables.timesteps.numpy()
        if len(timesteps) != count:
            raise ValueError(f"{count} does not divide 1000")
        previous = timesteps - 1000 // count
        case = {"steps": count, "all_alphas": "alphas"}
        for part, values in (
            ("timesteps", timesteps),
            ("alphas", tensors["alphas"][timesteps]),
            (
                "previous_alphas",
                np.where(previous < 0, float(tables.final_alpha_cumprod), tensors["alphas"][previous]),
            ),
        ):
            case[part] = f"schedule/{count}/{part}"
            tensors[case[part]] = values if part == "timesteps" else values.astype(np.float32)
        cases.append(case)
    return cases


def scheduler_runs(tensors: dict) -> list[dict]:
    """TerraTorch's scheduler in double precision: in single precision its tables are off by up to 4e-7 and
    differ between processors, which moves samples near the image by as much as 1e-5.
    """
    cases = []
    torch.set_default_dtype(torch.float64)
    for count in SCHEDULER_RUNS:
        for clamp in (True, False):
            # Shape [1, channel, y, x], which its clamp insists on.
            sample = noise(71, (1, 1, 1, COUNT)).double()
            answers = noise(72, (count, 1, 1, 1, COUNT)).double()
            tables = scheduler(clamp)
            tables.set_timesteps(count, mode="trailing")
            samples = []
            for timestep, answer in zip(tables.timesteps, answers, strict=True):
                sample = tables.step(answer, timestep, sample).prev_sample
                samples.append(sample.flatten().numpy())
            # All of them: the last one is the last answer, whatever went before.
            name = f"scheduler/{count}/{'clamped' if clamp else 'free'}"
            tensors[name] = np.stack(samples).astype(np.float32)
            case = {"steps": count, "count": COUNT, "clamp": clamp, "noise_seed": 71, "x0_seed": 72}
            cases.append(case | {"samples": name})
    torch.set_default_dtype(torch.float32)
    return cases


def make(tokenizers: dict) -> tuple[dict, dict]:
    tensors: dict[str, np.ndarray] = {}
    cases = {
        "unet_steps": steps(tokenizers, tensors),
        "runs": runs(tokenizers, tensors),
        "schedules": schedules(tensors),
        "scheduler_runs": scheduler_runs(tensors),
    }
    return cases, tensors

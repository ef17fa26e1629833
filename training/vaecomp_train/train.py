"""The training loop: minimise the negative ELBO over random crops at random rate levels.

Step s of a run depends on the state after step s - 1 and on the seed alone: every shard of every
step draws its crops, levels and noise from a generator seeded with (seed, step, shard). So a run
that was interrupted ends in the weights of one that was not, and two processes with a shard each
compute what one process with two shards computes, up to the order of a sum.
"""

import copy
import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from . import checkpoint
from .config import Config, UserError, to_dict
from .data import CropSampler
from .distributed import Group
from .elbo import Balance, Terms
from .engine import load_engine
from .evaluate import rate_distortion
from .layers import Block
from .log import RunLog
from .model import Codec
from .optimiser import make_optimiser
from .runtime import Compiled, StopFlag, autocast, cpu_multiplies_bf16
from .symbol_choice import SymbolCoder

WEIGHTS, CHECKPOINT, CONFIG = "weights.pt", "checkpoint.pt", "config.toml"
"""Files in a run's folder."""

MAX_BAD_STEPS = 20
"""So many steps in a row without a finite gradient end the run."""


@dataclass(frozen=True)
class Phase:
    """What a run optimises: `train` here, others in finetune.py."""

    name: str
    objective: Callable[[Codec, Tensor, Tensor], Terms]
    """ELBO terms of pictures [B, 3, H, W] at levels [B]."""
    parameters: Callable[[Codec], list[nn.Parameter]]
    """Those that move; the others are frozen."""
    prepare: Callable[[Codec], None] = lambda codec: None
    """Called once on the codec before the run."""
    finish: Callable[[Codec], Codec] = lambda codec: codec
    """The codec to keep, from the running mean."""
    coder: SymbolCoder | None = None
    """Chooses the latents' symbols in validation; none: rounding."""
    info: dict[str, Any] = field(default_factory=dict)
    """What the weights file tells beside the run's facts."""


TRAIN = Phase(
    name="train",
    objective=lambda codec, x, level: codec(x, level, sample=True).terms,
    parameters=lambda codec: list(codec.parameters()))


class Trainer:
    """One run. Every process of the group makes one; process 0 writes to `folder`."""

    def __init__(self, codec: Codec, phase: Phase, config: Config, sampler: CropSampler,
                 valid: list[np.ndarray], folder: Path, group: Group, device: torch.device):
        self.config, self.phase, self.group, self.device = config, phase, group, device
        self._sampler, self._valid, self._folder = sampler, valid, folder
        settings = config.train
        self.shards = settings.shards or group.world
        if self.shards % group.world:
            raise UserError(f"train.shards = {self.shards} does not divide among "
                            f"{group.world} processes")

        phase.prepare(codec)
        self._layout = torch.channels_last if settings.channels_last else torch.contiguous_format
        self.codec = codec.to(device, memory_format=self._layout)
        cpu_bf16 = settings.bf16 and device.type == "cpu" and cpu_multiplies_bf16()
        for module in codec.modules():
            if isinstance(module, Block):
                module.cpu_bf16 = cpu_bf16
        moving = phase.parameters(codec)
        for p in codec.parameters():
            p.requires_grad_(False)
        for p in moving:
            p.requires_grad_(True)
        self._moving = moving
        group.broadcast(codec)
        self.mean = copy.deepcopy(codec).requires_grad_(False)
        """Running mean of the weights."""
        self._engine_note = ""
        if settings.engine and device.type == "cpu" and not cpu_bf16:
            codec.engine, self._engine_note = load_engine(codec, torch.get_num_threads())
        self._optimiser = make_optimiser(codec, moving, settings)
        self._balance = Balance(codec.config.levels, device)

        def objective(x: Tensor, level: Tensor) -> Terms:
            return phase.objective(codec, x, level)

        self._objective = Compiled(objective) if settings.compile else objective
        self.step = 0
        self._seconds = 0.0
        self._bad_steps = 0

    # State

    def state(self) -> dict[str, Any]:
        """Everything that later steps depend on, beside the seed and the configuration."""
        seconds = torch.tensor(self._seconds, dtype=torch.float64)
        return {"phase": self.phase.name, "step": self.step, "seconds": seconds,
                "codec": self.codec.state_dict(), "mean": self.mean.state_dict(),
                "optimiser": self._optimiser.state_dict()["state"],
                "typical": self._balance.typical}

    def load_state(self, state: dict[str, Any]) -> None:
        """Take up a run where `state` was taken."""
        if state["phase"] != self.phase.name:
            raise UserError(f"the checkpoint is of phase {state['phase']}, not {self.phase.name}")
        try:
            self.codec.load_state_dict(state["codec"])
            self.mean.load_state_dict(state["mean"])
            settings = self._optimiser.state_dict()  # these are the configuration's
            self._optimiser.load_state_dict({**settings, "state": state["optimiser"]})
        except (RuntimeError, ValueError) as error:
            raise UserError("the checkpoint does not fit this configuration: "
                            + " ".join(str(error).split())) from error
        self._balance.typical = state["typical"].to(self.device)
        self.step, self._seconds = state["step"], float(state["seconds"])

    def info(self) -> dict[str, Any]:
        """What a weights file tells of its making."""
        return {"phase": self.phase.name, "step": self.step, "seconds": self._seconds,
                "processes": self.group.world, "settings": to_dict(self.config),
                **self.phase.info}

    def save(self) -> None:
        """Write weights and checkpoint."""
        if self.group.is_main:
            info = self.info()
            checkpoint.save_weights(self._folder / WEIGHTS, self.phase.finish(self.mean), info)
            checkpoint.save_checkpoint(self._folder / CHECKPOINT, self.mean, info, self.state())

    # Schedule

    def done(self) -> float:
        """Share of the run that is behind, 0..1."""
        settings = self.config.train
        if settings.steps:
            return min(1.0, self.step / settings.steps)
        return min(1.0, self._seconds / (60 * settings.minutes)) if settings.minutes else 1.0

    def learning_rate(self) -> float:
        """Rises over the warm-up, stays, falls linearly to zero."""
        settings = self.config.train
        rise = min(1.0, (self.step + 1) / max(1, settings.warmup))
        fall = min(1.0, (1 - self.done()) / settings.decay_share) if settings.decay_share else 1.0
        return settings.rate * rise * fall

    def _crop_shape(self) -> tuple[int, int]:
        """Crops in a shard, and their side, at this point of the run."""
        settings = self.config.train
        if settings.final_share == 0 or self.done() <= 1 - settings.final_share:
            return settings.batch, settings.crop
        pixels = settings.batch * settings.crop**2
        return max(2, pixels // settings.final_crop**2), settings.final_crop

    # One step

    def _shard_batch(self, shard: int) -> tuple[Tensor, Tensor]:
        """The shard's crops and their levels, stratified over all shards of the step."""
        count, size = self._crop_shape()
        rng = np.random.default_rng((self.config.train.seed, self.step, shard))
        torch.manual_seed(int(rng.integers(2**62)))
        x = self._sampler.batch(rng, count, size).contiguous(memory_format=self._layout)
        strata = np.arange(count) * self.shards + shard + rng.random(count)
        levels = strata / (count * self.shards) * (self.codec.config.levels - 1)
        return x, torch.from_numpy(levels.astype(np.float32)).to(self.device)

    def _backward(self) -> tuple[Tensor, Tensor]:
        """Gradients of this process's shards; sums for the balance [2, levels] and the log [5]."""
        settings = self.config.train
        levels_sum = torch.zeros(2, self.codec.config.levels, device=self.device)
        log_sum = torch.zeros(5, device=self.device)
        each = self.shards // self.group.world
        for shard in range(self.group.rank * each, (self.group.rank + 1) * each):
            x, level = self._shard_batch(shard)
            with autocast(settings, self.device):
                terms = self._objective(x, level)
            cost = terms.cost(self.codec.lambda_of(level))
            loss = (cost * self._balance.share(level, cost)).mean() / self.shards
            loss.backward()
            levels_sum += self._balance.sums(level, cost)
            with torch.no_grad():
                log_sum += torch.stack([loss * self.shards, cost.mean(), terms.distortion.mean(),
                                        terms.kl_y.mean(), terms.kl_z.mean()])
        return levels_sum, log_sum / self.shards

    def _advance_mean(self) -> None:
        # Young means are short, or the start would stay in them.
        decay = min(self.config.train.ema, (1 + self.step) / (20 + self.step))
        with torch.no_grad():
            for mean, now in zip(self.mean.parameters(), self.codec.parameters()):
                if now.requires_grad:
                    mean.lerp_(now, 1 - decay)

    def _train_step(self) -> dict[str, Any]:
        """One step of all processes together; the log's row."""
        rate = self.learning_rate()
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        self.codec.train()
        self._optimiser.zero_grad(set_to_none=True)
        levels_sum, log_sum = self._backward()
        self.group.sum_gradients(self._moving)
        norm = float(nn.utils.clip_grad_norm_(self._moving, self.config.train.clip))
        sums = self.group.sum(torch.cat([levels_sum.flatten(), log_sum]))
        levels_sum, log_sum = sums[:-5].view(2, -1), sums[-5:]
        if math.isfinite(norm):
            self._optimiser.step()
            self._balance.update(levels_sum)
            self._bad_steps = 0
        else:
            self._bad_steps += 1
            if self._bad_steps >= MAX_BAD_STEPS:
                raise UserError(f"no finite gradient in {MAX_BAD_STEPS} steps, at step {self.step}")
        self.step += 1
        self._advance_mean()
        names = ("loss", "cost", "distortion", "kl_y", "kl_z")
        return {"rate": rate, "crop": self._crop_shape()[1], "gradient": norm,
                **dict(zip(names, log_sum.tolist()))}

    def _log_row(self, recent: list[dict[str, Any]]) -> dict[str, Any]:
        """A line of the log: means over the steps since the last, running cost of each level."""
        row = {"step": self.step, "seconds": round(self._seconds, 1)}
        for name in recent[-1]:
            values = [each[name] for each in recent]
            row[name] = values[-1] if name in ("rate", "crop") else float(np.mean(values))
        costs = self._balance.typical.tolist()
        return {**row, **{f"cost_level_{i}": cost for i, cost in enumerate(costs)}}

    # The run

    def _agree(self, seconds: float, stop: bool) -> bool:
        """All processes take process 0's clock; whether any of them was told to stop."""
        news = torch.tensor([seconds if self.group.is_main else 0.0, float(stop)],
                            dtype=torch.float64)
        if self.group.world > 1:
            news = self.group.sum(news.to(self.device))
        self._seconds = float(news[0])
        return bool(news[1] > 0)

    def validate(self, log: RunLog, final: bool) -> None:
        """Rate and distortion of the running mean on the validation pictures."""
        if not (self._valid and self.group.is_main):
            return
        pictures = self._valid if final else self._valid[:self.config.train.valid_pictures]
        rows = rate_distortion(self.mean, pictures, range(0, 101, 10 if final else 20),
                               self.phase.coder)
        log.valid([{"step": self.step, **row} for row in rows])

    def run(self, stop_at: int = 0) -> Codec:
        """Train to the end, or to step `stop_at`, or to a signal; saves; the codec to keep."""
        settings = self.config.train
        by_steps = settings.steps > 0
        log = RunLog(self._folder if self.group.is_main else None,
                     settings.steps if by_steps else settings.minutes * 60,
                     "steps" if by_steps else "s",
                     self.step if by_steps else self._seconds, self.step)
        if self._engine_note:
            log.message(self._engine_note)
        begin = time.monotonic() - self._seconds
        next_valid = self._seconds + settings.valid_every * 60
        with StopFlag().listening() as stop:
            stopped, recent = False, []
            while self.done() < 1 and not stopped and not (stop_at and self.step >= stop_at):
                recent.append(self._train_step())
                stopped = self._agree(time.monotonic() - begin, stop.is_set)
                log.progress(self.step if by_steps else self._seconds)
                if self.step % settings.log_every == 0:
                    log.train(self._log_row(recent))
                    recent = []
                if settings.valid_every and self._seconds >= next_valid and self.done() < 1:
                    next_valid += settings.valid_every * 60
                    self.save()
                    self.validate(log, final=False)
            self.save()
            if self.done() >= 1:
                self.validate(log, final=True)
        if stopped and self.group.is_main:
            log.message(f"stopped at step {self.step}; --resume goes on")
        log.close()
        self.group.barrier()
        return self.phase.finish(self.mean)

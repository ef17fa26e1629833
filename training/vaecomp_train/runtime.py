"""The machine's side of a run: device, arithmetic modes, compilation, stop signals."""

import contextlib
import os
import signal
import sys
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import torch

from .config import TrainConfig, UserError


def set_up(config: TrainConfig, local_rank: int = 0) -> torch.device:
    """Choose the device and set the library's modes for it."""
    name = config.device
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name.startswith("cuda") and not torch.cuda.is_available():
        raise UserError(f"device {name}: no GPU is available")
    if name == "cuda":
        name = f"cuda:{local_rank % torch.cuda.device_count()}"
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise UserError(f"device {name}: unknown") from error
    if config.threads:
        torch.set_num_threads(config.threads)
    # Gradients of dying channels become denormal numbers, which are 100 times slower on a CPU.
    torch.set_flush_denormal(True)
    warnings.filterwarnings("ignore", message="The value of the smallest subnormal")
    if device.type == "cuda":
        torch.cuda.set_device(device)
        torch.backends.cuda.matmul.allow_tf32 = config.tf32
        torch.backends.cudnn.allow_tf32 = config.tf32
        torch.backends.cudnn.benchmark = not config.deterministic
        if config.deterministic:
            os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
            torch.use_deterministic_algorithms(True, warn_only=True)
    return device


def cpu_multiplies_bf16() -> bool:
    """Whether this processor has bfloat16 products; without them they are slower than floats'."""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            flags = file.read().split()
    except OSError:
        return False
    return "avx512_bf16" in flags or "amx_bf16" in flags


def autocast(config: TrainConfig, device: torch.device) -> contextlib.AbstractContextManager:
    """bfloat16 where asked for and there is a GPU; on a CPU see layers.Block.cpu_bf16."""
    if config.bf16 and device.type == "cuda":
        return torch.autocast("cuda", dtype=torch.bfloat16)
    return contextlib.nullcontext()


class Compiled:
    """A function through torch.compile; at its first failure plain for good, with a warning."""

    def __init__(self, function: Callable[..., Any]):
        self._plain = function
        self._fast = function
        if not hasattr(torch, "compile"):
            warnings.warn("this PyTorch has no torch.compile: running without", stacklevel=2)
            return
        try:
            self._fast = torch.compile(function)
        except Exception as error:  # pylint: disable=broad-except
            self._give_up(error)

    def _give_up(self, error: Exception) -> None:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else ""
        warnings.warn(f"torch.compile failed, running without: {type(error).__name__} {reason}",
                      stacklevel=3)
        self._fast = self._plain

    def __call__(self, *args: Any) -> Any:
        if self._fast is not self._plain:
            # What a compiler may raise is not documented; a true error comes again without it.
            try:
                return self._fast(*args)
            except Exception as error:  # pylint: disable=broad-except
                self._give_up(error)
        return self._plain(*args)


class StopFlag:
    """Set by the first SIGINT or SIGTERM, so that a run can save before it ends."""

    def __init__(self) -> None:
        self.is_set = False

    def _on_signal(self, number: int, _frame: Any) -> None:
        if self.is_set:
            raise KeyboardInterrupt
        self.is_set = True
        print(f"\n{signal.Signals(number).name}: saving after this step; again to end at once",
              file=sys.stderr)

    @contextlib.contextmanager
    def listening(self) -> Iterator["StopFlag"]:
        """Handle the signals inside the block, as far as this thread may."""
        numbers = (signal.SIGINT, signal.SIGTERM)
        try:
            old = [signal.signal(number, self._on_signal) for number in numbers]
        except ValueError:  # not the main thread
            yield self
            return
        try:
            yield self
        finally:
            for number, handler in zip(numbers, old):
                signal.signal(number, handler)

"""The native training library: what it does, as functions that PyTorch differentiates.

The library (training/native) runs a whole stage of layers in one call each way, in single
precision, with the codec's own kernels. Weights and their fake quantisation stay in PyTorch.
native_pass.py puts the codec's training pass together from these functions.
"""

import ctypes
import os
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from .layers import Block, Condition, Conv1x1, Depthwise, Down, Up

LIBRARY = "VAECOMP_TRAIN_LIBRARY"
"""Environment variable: path of the library; empty: none is to be used."""
VERSION = 2
"""VAECOMP_TRAIN_VERSION in native/vaecomp_train.h."""

_CONVOLUTION, _DEPTHWISE, _CONDITION, _SHUFFLE, _UNSHUFFLE = range(5)  # LayerKind in native/stage.h

Parameters = Callable[[Tensor], tuple[Tensor | None, Tensor | None]]
"""A layer's two parameters as native code reads them, given the rate levels."""


def library_path() -> Path | None:
    """Where the library lies: as the environment says, else in a build folder of the source tree."""
    named = os.environ.get(LIBRARY)
    if named is not None:
        return Path(named) if named else None
    root = Path(__file__).resolve().parents[2]
    built = (root / "build" / preset / "libvaecomp_train.so" for preset in ("release", "dev"))
    return next((path for path in built if path.is_file()), None)


class Library:
    """The loaded library."""

    def __init__(self, path: Path):
        """Raises OSError where it cannot be loaded or is of another version."""
        pointer, number = ctypes.c_void_p, ctypes.c_int32
        self._library = library = ctypes.CDLL(str(path))
        signatures = {
            "version": (number, []),
            "set_threads": (None, [number]),
            "keep_memory": (None, []),
            "stage_create": (pointer, [pointer, number, number]),
            "stage_free": (None, [pointer]),
            "stage_parameters": (number, [pointer]),
            "forward": (pointer, [pointer, number, number, number, pointer, pointer, pointer]),
            "backward": (number, [pointer] * 7),
            "drop": (None, [pointer, pointer]),
            "code_latents": (number, [pointer] * 7),
            "code_latents_back": (number, [pointer] * 8),
            "muon": (number, [number, *[pointer] * 5, ctypes.c_float, number, pointer]),
            "trellis_create": (pointer, [pointer, number, pointer, number, number]),
            "trellis_free": (None, [pointer]),
            "trellis_choose": (number, [pointer, number, number, *[pointer] * 4]),
        }
        for name, (result, arguments) in signatures.items():
            try:
                function = getattr(library, f"vaecomp_train_{name}")
            except AttributeError as error:
                raise OSError(f"{path}: no vaecomp_train_{name}") from error
            function.restype, function.argtypes = result, arguments
            setattr(self, name, function)
        if self.version() != VERSION:
            raise OSError(f"{path}: version {self.version()}, not {VERSION}")

    def muon_steps(self, values: Sequence[Tensor], gradients: Sequence[Tensor],
                   momenta: Sequence[Tensor], shapes: Sequence[Sequence[int]],
                   rates: Sequence[float], momentum: float,
                   turns: Sequence[Sequence[float]]) -> None:
        """Steps of Muon for contiguous matrices, in place (optimiser.py)."""
        if not all(t.is_contiguous() for t in (*values, *gradients, *momenta)):
            raise ValueError("the training library takes contiguous matrices")
        if self.muon(len(values), _pointers(values), _pointers(gradients), _pointers(momenta),
                     _numbers(ctypes.c_int32, [n for shape in shapes for n in shape]),
                     _numbers(ctypes.c_float, rates), momentum, len(turns),
                     _numbers(ctypes.c_float, [n for turn in turns for n in turn])):
            raise MemoryError("no memory for the training library")


def find_library() -> Library | None:
    """The library, if there is one that can be used."""
    path = library_path()
    try:
        return Library(path) if path else None
    except OSError:
        return None


def _numbers(kind: type, values: Sequence[float]) -> ctypes.Array:
    return (kind * len(values))(*values)


def _pointers(tensors: Sequence[Tensor | None]) -> ctypes.Array:
    """An array of addresses, null for None."""
    return (ctypes.c_void_p * len(tensors))(
        *(None if tensor is None else tensor.data_ptr() for tensor in tensors))


class _Pass:
    """What a forward pass holds in native memory until `take`, or else until it is collected."""

    def __init__(self, stage: "NativeStage", handle: int):
        self._stage, self._handle = stage, handle

    def take(self) -> int:
        """The handle, once."""
        handle, self._handle = self._handle, None
        if handle is None:
            raise RuntimeError("a stage's gradients can be asked for once")
        return handle

    def __del__(self) -> None:
        if self._handle is not None:
            self._stage.library.drop(self._stage.handle, self._handle)


class _StageFunction(torch.autograd.Function):
    """A stage of x and its parameters, which are contiguous; tensors are [B, H, W, C] here."""

    @staticmethod
    def forward(ctx, stage: "NativeStage", keep: bool, x: Tensor, *parameters: Tensor | None):
        batch, height, width, _ = x.shape
        out = x.new_empty(batch, *stage.out_shape(height, width))
        handle = stage.library.forward(stage.handle, batch, height, width, x.data_ptr(),
                                       _pointers(parameters), out.data_ptr())
        if not handle:
            raise MemoryError("no memory for a pass of the training library")
        held = _Pass(stage, handle)
        if keep:
            ctx.save_for_backward(x, *parameters)
            ctx.stage, ctx.held = stage, held
        return out

    @staticmethod
    def backward(ctx, gradient: Tensor):
        x, *parameters = ctx.saved_tensors
        wanted = ctx.needs_input_grad[2:]
        gradients = [torch.empty_like(tensor) if want else None
                     for tensor, want in zip((x, *parameters), wanted)]
        stage = ctx.stage
        gradient = gradient.contiguous()
        if stage.library.backward(
                stage.handle, ctx.held.take(), x.data_ptr(), _pointers(parameters),
                gradient.data_ptr(), _pointers(gradients[1:]),
                None if gradients[0] is None else gradients[0].data_ptr()):
            raise MemoryError("no memory for a pass of the training library")
        return None, None, *gradients


class NativeStage:
    """Layers in order as one native function."""

    def __init__(self, library: Library, layers: list[nn.Module], phase_mask: int = 15):
        """`phase_mask`: the result's positions are only those of `model.phase_mask`, of which only
        the layers after the last depthwise one then work. ValueError if a layer is unknown."""
        self.library = library
        self._mask = phase_mask
        self._numbers: list[tuple[int, ...]] = []
        self._parameters: list[Parameters] = []
        channels = self._first_channels(layers)
        for layer in layers:
            channels = self._add(layer, channels)
        self._channels = channels
        flat = [number for numbers in self._numbers for number in numbers]
        self.handle = library.stage_create(_numbers(ctypes.c_int32, flat), len(self._numbers),
                                           phase_mask)
        if not self.handle:
            raise ValueError("the training library does not take these layers")

    def __del__(self) -> None:
        if getattr(self, "handle", None):
            self.library.stage_free(self.handle)

    @staticmethod
    def _first_channels(layers: list[nn.Module]) -> int:
        """Channels of the stage's input."""
        factor = 1
        for layer in layers:
            if isinstance(layer, nn.PixelUnshuffle):
                factor *= layer.downscale_factor**2
                continue
            conv = getattr(layer, "mix", layer)
            if isinstance(layer, Down):
                factor *= 4
            if isinstance(layer, Block):
                conv = layer.expand
            if isinstance(conv, Conv1x1):
                return conv.in_channels // factor
            break
        raise ValueError(f"the training library does not begin with {type(layers[0]).__name__}")

    def _add(self, layer: nn.Module, channels: int) -> int:
        """Append the native layers of `layer`, which reads `channels`; the channels that it makes."""
        if isinstance(layer, Block):
            begin = len(self._numbers)
            self._add(layer.depthwise, channels)
            inner = self._add_convolution(layer.expand, relu=True)
            return self._add_convolution(layer.project, residual=begin) if inner else 0
        if isinstance(layer, Down):
            self._numbers.append((_UNSHUFFLE, channels, channels * 4, 2, 0, -1))
            return self._add_convolution(layer.mix)
        if isinstance(layer, Up):
            channels = self._add_convolution(layer.mix)
            self._numbers.append((_SHUFFLE, channels, channels // 4, 2, 0, -1))
            return channels // 4
        if isinstance(layer, Conv1x1):
            return self._add_convolution(layer)
        if isinstance(layer, Depthwise):
            self._numbers.append((_DEPTHWISE, channels, channels, layer.kernel_size[0], 0, -1))
            self._parameters.append(lambda level: (layer.effective_weight(), layer.bias))
            return channels
        if isinstance(layer, Condition):
            self._numbers.append((_CONDITION, channels, channels, 1, 0, -1))
            self._parameters.append(layer.vectors)
            return channels
        if isinstance(layer, nn.PixelShuffle):
            k = layer.upscale_factor
            self._numbers.append((_SHUFFLE, channels, channels // k**2, k, 0, -1))
            return channels // k**2
        if isinstance(layer, nn.PixelUnshuffle):
            k = layer.downscale_factor
            self._numbers.append((_UNSHUFFLE, channels, channels * k**2, k, 0, -1))
            return channels * k**2
        raise ValueError(f"the training library does not know {type(layer).__name__}")

    def _add_convolution(self, layer: Conv1x1, relu: bool = False, residual: int = -1) -> int:
        self._numbers.append(
            (_CONVOLUTION, layer.in_channels, layer.out_channels, 1, int(relu), residual))
        self._parameters.append(lambda level: (layer.effective_weight(), layer.bias))
        return layer.out_channels

    def out_shape(self, height: int, width: int) -> tuple[int, int, int]:
        """Rows, columns and channels of the result of height x width positions."""
        for kind, _, _, k, _, _ in self._numbers:
            if kind == _UNSHUFFLE:
                if height % k or width % k:
                    raise ValueError(f"{height} x {width} positions do not divide by {k}")
                height, width = height // k, width // k
            elif kind == _SHUFFLE:
                height, width = height * k, width * k
        if self._mask != 15:
            rows, columns = ((height + 1) // 2, height // 2), ((width + 1) // 2, width // 2)
            count = sum(rows[i // 2] * columns[i % 2] for i in range(4) if self._mask >> i & 1)
            return count, 1, self._channels
        return height, width, self._channels

    def __call__(self, x: Tensor, level: Tensor) -> Tensor:
        """What the layers make of x [B, C, H, W] at `level`. With a phase mask, [B, C, count, 1]:
        the positions that it has, row by row."""
        parameters: list[Tensor | None] = []
        for both in self._parameters:
            parameters += [None if p is None else p.float().contiguous() for p in both(level)]
        y = _StageFunction.apply(self, torch.is_grad_enabled(),
                                 x.float().permute(0, 2, 3, 1).contiguous(), *parameters)
        return y.permute(0, 3, 1, 2)


class _CodeFunction(torch.autograd.Function):
    """A context step; tensors are [B, H, W, C], the prior's [B, count, 2 C]."""

    @staticmethod
    def forward(ctx, library: Library, numbers: tuple[int, ...], latents: Tensor, prior: Tensor,
                offsets: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
        bits, slopes = latents.new_empty(len(latents)), torch.empty_like(prior)
        shape = _numbers(ctypes.c_int32, [*latents.shape, *numbers])
        if library.code_latents(shape, *(t.data_ptr() for t in (prior, offsets, noise, latents,
                                                                bits, slopes))):
            raise MemoryError("no memory for the training library")
        ctx.save_for_backward(prior, offsets, slopes)
        ctx.library, ctx.shape = library, shape
        ctx.mark_dirty(latents)
        return latents, bits

    @staticmethod
    def backward(ctx, gradient: Tensor, gradient_bits: Tensor):
        prior, offsets, slopes = ctx.saved_tensors
        gradient = gradient.clone(memory_format=torch.contiguous_format)
        gradients = gradient, torch.empty_like(prior), torch.empty_like(offsets)
        tensors = (prior, offsets, slopes, gradient_bits.contiguous(), *gradients)
        if ctx.library.code_latents_back(ctx.shape, *(t.data_ptr() for t in tensors)):
            raise MemoryError("no memory for the training library")
        return None, None, *gradients, None


def code_latents(library: Library, latents: Tensor, channels: tuple[int, int], mask: int,
                 prior: Tensor, offsets: Tensor, noise: Tensor) -> tuple[Tensor, Tensor]:
    """Latents [B, H, W, C], contiguous, with those that a context step codes decoded in place, and
    their KL [B] in bits at the posterior's `noise`.

    The step codes `channels`, first and end, where `model.phase_mask` of `mask` is 1. `prior`
    [B, count, 2 (end - first)] has the means and the log2 sigmas at these positions, row by row;
    `offsets` [B, end - first] are added to the latter.
    """
    numbers = channels[0], channels[1] - channels[0], mask
    return _CodeFunction.apply(library, numbers, latents, prior.contiguous(), offsets.contiguous(),
                               noise.contiguous())

"""The networks' forward and backward passes in native code, for training on a CPU.

The library (training/native) runs a whole stage in one call each way, in single precision, with
the codec's own kernels. Weights, their fake quantisation and all that is not a stage stay in
PyTorch, which sees a stage as one function. Without the library, on a GPU or with layers that it
does not know everything runs in PyTorch.
"""

import ctypes
import os
import typing
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from .layers import Block, Condition, Conv1x1, Depthwise, Down, Up

if typing.TYPE_CHECKING:
    from .model import Codec

LIBRARY = "VAECOMP_TRAIN_LIBRARY"
"""Environment variable: path of the library; empty: none is to be used."""
VERSION = 1
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
            "stage_create": (pointer, [pointer, number, number]),
            "stage_free": (None, [pointer]),
            "stage_parameters": (number, [pointer]),
            "forward": (pointer, [pointer, number, number, number, pointer, pointer, pointer]),
            "backward": (number, [pointer] * 7),
            "drop": (None, [pointer, pointer]),
            "muon": (number, [number, *[pointer] * 5, ctypes.c_float, number, pointer]),
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


class Engine:
    """The parts of a codec that the library runs; weights are read at each call."""

    def __init__(self, library: Library, codec: "Codec"):
        self.library = library
        self.unknown: list[str] = []
        """Parts with layers that the library does not know: they stay in PyTorch."""
        self._stages: dict[str, NativeStage] = {}
        for name in codec.parts():
            try:
                self._stages[name] = NativeStage(library, list(codec.part(name)))
            except ValueError:
                self.unknown.append(name)

    def stage(self, name: str) -> NativeStage | None:
        """The part of this name, if the library runs it."""
        return self._stages.get(name)


def load_engine(codec: "Codec", threads: int) -> tuple[Engine | None, str]:
    """The engine for a codec on the CPU, and one line on what computes."""
    path = library_path()
    if path is None:
        return None, "networks in PyTorch: the training library is not built (README.md)"
    try:
        library = Library(path)
    except OSError as error:
        return None, f"networks in PyTorch: {error}"
    library.set_threads(threads)
    engine = Engine(library, codec)
    rest = f", in PyTorch: {', '.join(engine.unknown)}" if engine.unknown else ""
    return engine, f"networks in {path.name}{rest}"

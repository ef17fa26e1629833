"""The reader of a `.vaem` model file (MODEL.md sections 1, 2 and 5)."""
from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from .fields import Fields, FormatError, crc32c
from .zstd import decompress

MAGIC = b"VAEM"
MAX_PAYLOAD = 1 << 28
NONE = 65535
TYPES = {1: "<i1", 2: "<i2", 3: "<i4", 4: "<u1", 5: "<u2", 6: "<f4"}
OPS = [
    "",
    "input",
    "push",
    "add",
    "conv1x1",
    "depthwise",
    "relu",
    "shuffle",
    "unshuffle",
    "concat",
    "affine",
    "asinh",
]
USES = {  # fields beside op, by op; every other one is 0 or NONE (VM-10)
    "input": "k",
    "push": "",
    "add": "low high",
    "relu": "",
    "shuffle": "k",
    "unshuffle": "k",
    "concat": "k",
    "asinh": "",
    "conv1x1": "weights bias multiplier shift fraction low high",
    "depthwise": "k weights bias multiplier shift fraction low high",
    "affine": "weights bias shift fraction low high",
}


@dataclass
class Layer:
    """A record of MODEL.md section 2 with its tensors in place of their numbers."""

    op: str
    k: int
    weights: np.ndarray | None
    bias: np.ndarray | None
    multiplier: np.ndarray | None
    shift: int
    fraction: int
    low: int
    high: int


@dataclass
class Network:
    """Layers in order; inputs as (channels, fraction bits)."""

    name: str
    exact: bool
    inputs: list[tuple[int, int]]
    layers: list[Layer]


@dataclass
class Model:
    """A model file in memory."""

    model_id: int
    card: dict[str, str] = field(default_factory=dict)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)


def _read_tensor(fields: Fields) -> tuple[str, np.ndarray]:
    name = fields.text(1)
    kind, rank = fields.unsigned(1), fields.unsigned(1)
    if kind not in TYPES or rank > 4:
        raise FormatError("VM-08", f"tensor {name}: type {kind}, rank {rank}")
    shape = [fields.unsigned(4) for _ in range(rank)]
    count = 1
    for side in shape:
        count *= side
    dtype = np.dtype(TYPES[kind])
    return name, np.frombuffer(fields.take(count * dtype.itemsize), dtype).reshape(shape)


def _read_layer(fields: Fields, tensors: list[np.ndarray], exact: bool) -> Layer:
    number, k = fields.unsigned(1), fields.unsigned(1)
    if not 1 <= number < len(OPS) or (exact and OPS[number] == "asinh"):
        raise FormatError("VM-09", f"op {number}")
    op = OPS[number]
    at = {name: fields.unsigned(2) for name in ("weights", "bias", "multiplier")}
    rest = {
        "k": k,
        "shift": fields.unsigned(1),
        "fraction": fields.unsigned(1),
        "low": fields.signed(2),
        "high": fields.signed(2),
    }
    reserved = fields.unsigned(1)
    uses = set(USES[op].split())
    if not exact:
        uses -= {"shift", "fraction", "low", "high"}
    wrong = [name for name, value in rest.items() if name not in uses and value != 0]
    wrong += [name for name, tensor in at.items() if (name in uses) == (tensor == NONE)]
    if wrong or reserved:
        raise FormatError("VM-10", f"{op} with fields {' '.join(wrong) or 'reserved'}")
    if any(tensor != NONE and tensor >= len(tensors) for tensor in at.values()):
        raise FormatError("VM-09", f"{op} names a tensor that is not there")
    picked = {name: None if tensor == NONE else tensors[tensor] for name, tensor in at.items()}
    return Layer(
        op,
        rest["k"],
        picked["weights"],
        picked["bias"],
        picked["multiplier"],
        rest["shift"],
        rest["fraction"],
        rest["low"],
        rest["high"],
    )


def read_model(data: bytes) -> Model:
    """The model of a whole file."""
    if data[:4] != MAGIC:
        raise FormatError("VM-01", "not a model file")
    if data[4:5] != b"\x02":
        raise FormatError("VM-02", "unknown version")
    if len(data) < 17 or crc32c(data[:-4]) != int.from_bytes(data[-4:], "little"):
        raise FormatError("VM-06", "the checksum does not match")
    size, model_id = int.from_bytes(data[5:9], "little"), int.from_bytes(data[9:13], "little")
    if size > MAX_PAYLOAD:
        raise FormatError("VM-03", f"a payload of {size} bytes")
    payload = decompress(data[13:-4], size, "VM-05")
    if crc32c(payload) != model_id:
        raise FormatError("VM-04", "the model id is not the payload's CRC")
    fields, model = Fields(payload, "VM-07"), Model(model_id)
    for _ in range(fields.unsigned(2)):
        key = fields.text(1)
        model.card[key] = fields.text(4)
    tensors: list[np.ndarray] = []
    for _ in range(fields.unsigned(2)):
        name, tensor = _read_tensor(fields)
        if name in model.tensors:
            raise FormatError("VM-08", f"two tensors {name}")
        model.tensors[name] = tensor
        tensors.append(tensor)
    for _ in range(fields.unsigned(1)):
        name, arithmetic = fields.text(1), fields.unsigned(1)
        if arithmetic > 1 or name in model.networks:
            raise FormatError(
                "VM-09", f"network {name}: arithmetic {arithmetic}, or a second one of this name"
            )
        inputs = [(fields.unsigned(2), fields.unsigned(1)) for _ in range(fields.unsigned(1))]
        layers = [_read_layer(fields, tensors, arithmetic == 0) for _ in range(fields.unsigned(2))]
        model.networks[name] = Network(name, arithmetic == 0, inputs, layers)
    if fields.left():
        raise FormatError("VM-07", f"{fields.left()} bytes left over")
    return model

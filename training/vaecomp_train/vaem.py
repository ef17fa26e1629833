"""The model in memory, and the reader and writer of its `.vaem` file (format/MODEL.md)."""
from __future__ import annotations

import struct
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from .vaem_bytes import Cursor, VaemError, compress, crc32c, decompress, text_bytes

MAGIC = b"VAEM"
VERSION = 2
MAX_PAYLOAD = 1 << 28
QUALITIES = 101
NO_TENSOR = 65535

OPS = {
    "input": 1,
    "push": 2,
    "add": 3,
    "conv1x1": 4,
    "depthwise": 5,
    "relu": 6,
    "shuffle": 7,
    "unshuffle": 8,
    "concat": 9,
    "affine": 10,
    "asinh": 11,
}
OP_NAMES = {number: name for name, number in OPS.items()}
DTYPES = {1: "<i1", 2: "<i2", 3: "<i4", 4: "<u1", 5: "<u2", 6: "<f4"}
RECORD = "BBHHHBBhhB"


@dataclass
class Layer:
    """One record of MODEL.md section 2 with its tensors; a field that the op does not use stays at
    its default.

    `weights` is [D][C] of a conv1x1, [C][k][k] of a depthwise, and the scales [101][C] of an
    affine. While a network is still being lowered (export_lower.py) conv weights are f32 and
    `multiplier` is None.
    """

    op: str
    k: int = 0
    weights: np.ndarray | None = None
    bias: np.ndarray | None = None
    multiplier: np.ndarray | None = None
    shift: int = 0
    fraction: int = 0
    low: int = 0
    high: int = 0


@dataclass
class Network:
    """A list of layers; `inputs` holds (channels, fraction bits) of each input, fraction 0 in float
    networks."""

    name: str
    exact: bool
    inputs: list[tuple[int, int]]
    layers: list[Layer]


@dataclass
class Model:
    """Everything a `.vaem` file holds; `tensors` are those of MODEL.md section 5, not the layers'
    own."""

    card: dict[str, str] = field(default_factory=dict)
    networks: dict[str, Network] = field(default_factory=dict)
    tensors: dict[str, np.ndarray] = field(default_factory=dict)
    model_id: int = 0


class _Pool:
    """Tensors in the order of their first use; equal ones are stored once (context steps share
    tables)."""

    def __init__(self) -> None:
        self.named: list[tuple[str, np.ndarray]] = []
        self._known: dict[tuple, int] = {}

    def number(self, name: str, tensor: np.ndarray | None) -> int:
        """The tensor's number, NO_TENSOR for none."""
        if tensor is None:
            return NO_TENSOR
        tensor = np.ascontiguousarray(tensor)
        key = (tensor.dtype.str, tensor.shape, tensor.tobytes())
        if key not in self._known:
            self._known[key] = len(self.named)
            self.named.append((name, tensor))
        return self._known[key]


def _tensor_bytes(name: str, tensor: np.ndarray) -> bytes:
    little = np.ascontiguousarray(tensor.astype(tensor.dtype.newbyteorder("<"), copy=False))
    kinds = [kind for kind, dtype in DTYPES.items() if np.dtype(dtype) == little.dtype]
    if not kinds or tensor.ndim > 4:
        raise VaemError(f"VM-08: tensor {name} has type {tensor.dtype} and rank {tensor.ndim}")
    head = struct.pack(f"<BB{tensor.ndim}I", kinds[0], tensor.ndim, *tensor.shape)
    return text_bytes(name, "B") + head + little.tobytes()


def _network_bytes(network: Network, pool: _Pool) -> bytes:
    out = [
        text_bytes(network.name, "B"),
        struct.pack("<BB", 0 if network.exact else 1, len(network.inputs)),
    ]
    out += [struct.pack("<HB", channels, fraction) for channels, fraction in network.inputs]
    out.append(struct.pack("<H", len(network.layers)))
    for i, layer in enumerate(network.layers):
        name = f"{network.name}.{i}"
        kind = "scale" if layer.op == "affine" else "weight"
        out.append(
            struct.pack(
                "<" + RECORD,
                OPS[layer.op],
                layer.k,
                pool.number(f"{name}.{kind}", layer.weights),
                pool.number(f"{name}.bias", layer.bias),
                pool.number(f"{name}.multiplier", layer.multiplier),
                layer.shift,
                layer.fraction,
                layer.low,
                layer.high,
                0,
            )
        )
    return b"".join(out)


def payload_bytes(model: Model) -> bytes:
    """The payload of MODEL.md section 2."""
    card = [text_bytes(key, "B") + text_bytes(text, "I") for key, text in model.card.items()]
    pool = _Pool()
    pool.named = list(model.tensors.items())  # these come first, the layers' own count on from them
    networks = [_network_bytes(network, pool) for network in model.networks.values()]
    tensors = [_tensor_bytes(*named) for named in pool.named]
    return b"".join(
        [
            struct.pack("<H", len(card)),
            *card,
            struct.pack("<H", len(tensors)),
            *tensors,
            struct.pack("<B", len(networks)),
            *networks,
        ]
    )


def to_bytes(model: Model) -> bytes:
    """The whole file; sets `model.model_id`."""
    payload = payload_bytes(model)
    if len(payload) > MAX_PAYLOAD:
        raise VaemError(f"VM-03: a payload of {len(payload)} bytes")
    model.model_id = crc32c(payload)
    body = MAGIC + struct.pack("<BII", VERSION, len(payload), model.model_id) + compress(payload)
    return body + struct.pack("<I", crc32c(body))


def _read_tensor(cursor: Cursor) -> tuple[str, np.ndarray]:
    name = cursor.text("B")
    kind, rank = cursor.fields("BB")
    if kind not in DTYPES or rank > 4:
        raise VaemError(f"VM-08: tensor {name} has type {kind} and rank {rank}")
    shape = cursor.fields(f"{rank}I")
    count = 1
    for side in shape:
        count *= side
    dtype = np.dtype(DTYPES[kind])
    return name, np.frombuffer(cursor.take(count * dtype.itemsize), dtype).reshape(shape)


def _read_network(cursor: Cursor, tensors: list[np.ndarray], used: set[int]) -> Network:
    name = cursor.text("B")
    arithmetic, inputs = cursor.fields("BB")
    network = Network(name, arithmetic == 0, [cursor.fields("HB") for _ in range(inputs)], [])
    for _ in range(cursor.number("H")):
        op, k, weights, bias, multiplier, shift, fraction, low, high, _ = cursor.fields(RECORD)
        if op not in OP_NAMES or any(
            t != NO_TENSOR and t >= len(tensors) for t in (weights, bias, multiplier)
        ):
            raise VaemError(f"VM-09: network {name} has a record of op {op}")
        used.update((weights, bias, multiplier))
        pick = [None if t == NO_TENSOR else tensors[t] for t in (weights, bias, multiplier)]
        network.layers.append(Layer(OP_NAMES[op], k, *pick, shift, fraction, low, high))
    return network


def from_bytes(data: bytes) -> Model:
    """Reads a whole file; VaemError names the rule that it breaks."""
    if data[:4] != MAGIC or len(data) < 17 or data[4] != VERSION:
        raise VaemError("VM-01: not a model file of version 2")
    size, model_id = struct.unpack("<II", data[5:13])
    if struct.unpack("<I", data[-4:])[0] != crc32c(data[:-4]):
        raise VaemError("VM-06: the checksum does not match")
    if size > MAX_PAYLOAD:
        raise VaemError(f"VM-03: a payload of {size} bytes")
    payload = decompress(data[13:-4], size)
    if crc32c(payload) != model_id:
        raise VaemError("VM-04: the model id is not the payload's")
    cursor = Cursor(payload)
    model = Model(model_id=model_id)
    for _ in range(cursor.number("H")):
        key = cursor.text("B")
        model.card[key] = cursor.text("I")
    named = [_read_tensor(cursor) for _ in range(cursor.number("H"))]
    used: set[int] = set()
    for _ in range(cursor.number("B")):
        network = _read_network(cursor, [tensor for _, tensor in named], used)
        model.networks[network.name] = network
    model.tensors = {name: tensor for i, (name, tensor) in enumerate(named) if i not in used}
    if cursor.left:
        raise VaemError(f"VM-07: {cursor.left} bytes left over")
    return model


def load(path: str | Path) -> Model:
    """The model of a file."""
    return from_bytes(Path(path).read_bytes())


def save(model: Model, path: str | Path) -> int:
    """Writes the file and returns its size in bytes."""
    data = to_bytes(model)
    Path(path).write_bytes(data)
    return len(data)

"""The reference decoder against the twin, the committed streams, and damaged input."""

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import tiny

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests" / "models"
sys.path.insert(0, str(ROOT / "format"))

from reference import networks as reference_networks  # noqa: E402
from reference.container import Header, read_container, write_container  # noqa: E402
from reference.decode import check_model, decode, decode_latents, tables_of  # noqa: E402
from reference.encode_symbols import encode_symbols  # noqa: E402
from reference.fields import Fields, FormatError, crc32c, varint_bytes  # noqa: E402
from reference.model import read_model  # noqa: E402
from reference.rans import Decoder, Encoder, Tables  # noqa: E402
from vaecomp_train import vaem  # noqa: E402
from vaecomp_train.twin_codec import TwinCodec  # noqa: E402


@pytest.fixture(scope="module")
def data():
    return (MODELS / "tiny.vaem").read_bytes()


@pytest.fixture(scope="module")
def model(data):
    return read_model(data)


@pytest.fixture(scope="module")
def twin(data):
    return TwinCodec(vaem.from_bytes(data))


def encoded(twin, model, picture, quality, grey=False):
    """(stream, what the twin says its pixels are, the twin's estimate in bits)."""
    coded, pixels = twin(picture, quality)
    header = Header(picture.shape[1], picture.shape[0], quality, model.model_id, grey)
    stream, decoded = encode_symbols(model, header, coded.hyper, coded.symbols)
    assert np.array_equal(decoded, coded.decoded.numpy())
    return stream, pixels, coded.bits


def resealed(body: bytes) -> bytes:
    """The bytes with a right checksum: so that what follows it is looked at."""
    return body + crc32c(body).to_bytes(4, "little")


def test_reference_imports_nothing_of_the_trainer():
    for path in (ROOT / "format" / "reference").glob("*.py"):
        text = path.read_text(encoding="utf-8")
        assert "vaecomp_train" not in text and "torch" not in text, path.name


def test_the_model_passes_its_checks(model):
    check_model(model)


@pytest.mark.parametrize(
    "height, width", [(1, 1), (16, 16), (17, 15), (64, 65), (70, 3), (131, 40)]
)
@pytest.mark.parametrize("quality", [0, 41, 100])
def test_reference_equals_the_twin(twin, model, height, width, quality):
    picture = tiny.photo(height, 140, 80)[:height, :width]
    stream, pixels, _ = encoded(twin, model, picture, quality)
    assert np.array_equal(decode(stream, model), pixels)


def test_bands_have_streams_of_their_own(twin, model):
    picture = tiny.photo(3, 32 * 16 * 2 + 5, 20)
    stream, pixels, _ = encoded(twin, model, picture, 50)
    header, bands = read_container(stream)
    assert len(bands) == header.bands() == 3
    assert np.array_equal(decode(stream, model), pixels)


def test_grey_mixes_the_channels(twin, model):
    picture = tiny.photo(5, 33, 30)
    stream, _, _ = encoded(twin, model, picture, 70, grey=True)
    header, decoded = decode_latents(stream, model)
    samples = reference_networks.run(model.networks["synthesis"], [decoded], 70)[:33, :30]
    red, green, blue = np.moveaxis(samples, 2, 0)
    wanted = np.clip((((red + 2 * green + blue + 2) >> 2) + 32) >> 6, 0, 255)
    assert header.grey and np.array_equal(decode(stream, model), wanted)
    neutral = resealed(stream[:5] + b"\x05" + stream[6:-4])
    assert np.array_equal(decode(neutral, model), np.stack([wanted] * 3, 2))


@pytest.mark.parametrize("path", sorted((MODELS / "streams").glob("*.vaec")), ids=lambda p: p.stem)
def test_committed_streams_decode_to_their_pixels(model, path):
    pixels = decode(path.read_bytes(), model)
    head = f"P{6 if pixels.ndim == 3 else 5}\n{pixels.shape[1]} {pixels.shape[0]}\n255\n".encode()
    kept = path.with_suffix(".ppm" if pixels.ndim == 3 else ".pgm").read_bytes()
    assert kept == head + pixels.tobytes()


def test_command_line(tmp_path):
    stream = MODELS / "streams" / "70x37-q60.vaec"

    def run(path: Path) -> subprocess.CompletedProcess:
        command = [
            sys.executable,
            "-m",
            "reference",
            MODELS / "tiny.vaem",
            path,
            tmp_path / "out.ppm",
        ]
        return subprocess.run(command, cwd=ROOT / "format", capture_output=True, check=False)

    assert run(stream).returncode == 0
    assert (tmp_path / "out.ppm").read_bytes() == stream.with_suffix(".ppm").read_bytes()
    (tmp_path / "cut.vaec").write_bytes(stream.read_bytes()[:-1])
    refused = run(tmp_path / "cut.vaec")
    assert refused.returncode == 1 and b"VC-09" in refused.stderr


def test_reference_layers_meet_the_vectors(model):
    """The vectors for other engines, against this second implementation: the last layer of each
    network."""
    numbers = np.fromfile(MODELS / "parity" / "parity.i16", "<i2").astype(np.int64)
    runs = []
    for line in (MODELS / "parity" / "manifest.txt").read_text().splitlines():
        words = line.split()
        if words[0] == "network":
            runs.append((words[1], words[2] == "exact", int(words[3]), [], []))
        else:
            rows, columns, channels, offset = map(int, words[-4:])
            tensor = numbers[offset : offset + rows * columns * channels] if runs[-1][1] else None
            runs[-1][3 if words[0] == "input" else 4].append(
                tensor.reshape(rows, columns, channels) if runs[-1][1] else None
            )
    exact = [run for run in runs if run[1]]
    assert len(exact) == 2 * (2 + len(model.tensors["prior.steps"]))
    for name, _, quality, inputs, layers in exact:
        out = reference_networks.run(model.networks[name], inputs, quality)
        assert np.array_equal(out, layers[-1]), name


def test_coded_size_is_the_estimate(twin, model):
    """rANS and container cost next to nothing: within 1 % of -log2 of the tables' probabilities."""
    rng = np.random.default_rng(1)
    picture = np.clip(tiny.photo(2, 256, 256) + rng.normal(0, 10, (256, 256, 3)), 0, 255).astype(
        np.uint8
    )
    stream, _, bits = encoded(twin, model, picture, 90)
    assert bits / 8 < len(stream) < bits / 8 * 1.01


def test_every_table_codes_every_value(model):
    tables = tables_of(model)
    for index in range(64):
        reach = tables.radius[index] if index else -1
        values = list(range(-reach - 3, reach + 4)) if index else [0]
        values += [reach + 65535, -reach - 65535] if index else []
        encoder = Encoder(tables)
        for value in values:
            encoder.value(index, value)
        stream = encoder.finish()
        decoder = Decoder(stream, tables)
        assert [decoder.value(index) for _ in values] == values
        decoder.finish()
        if index:
            with pytest.raises(ValueError):
                encoder.value(index, reach + 65536)


def test_rans_refuses_what_it_must():
    tables = Tables([0, 1], [0, 20000, 40000, 60000])
    encoder = Encoder(tables)
    values = [1, -1, 0, 7, 0, -30, 1] * 20
    for value in values:
        encoder.value(1, value)
    stream = encoder.finish()
    for cut in range(len(stream)):
        with pytest.raises(FormatError):
            decoder = Decoder(stream[:cut], tables)
            for _ in values:
                decoder.value(1)
            decoder.finish()
    with pytest.raises(FormatError, match="VC-22"):
        decoder = Decoder(stream + b"\0", tables)
        for _ in values:
            decoder.value(1)
        decoder.finish()
    with pytest.raises(FormatError, match="VC-20"):
        Decoder(bytes(8), tables)
    ones = Tables([0, 1], [0, 1, 2, 3])  # the escape takes nearly all
    endless = Encoder(ones)
    endless._symbol(ones.cumulative[1], 3)
    for _ in range(16):
        endless._symbol([0, 32768, 65536], 1)
    with pytest.raises(FormatError, match="VC-25"):
        Decoder(endless.finish(), ones).value(1)


def test_any_flipped_bit_and_any_cut_is_refused(twin, model):
    stream, _, _ = encoded(twin, model, tiny.photo(1, 20, 20), 30)
    for bit in range(8 * len(stream)):
        bad = bytearray(stream)
        bad[bit // 8] ^= 1 << bit % 8
        with pytest.raises(FormatError):
            read_container(bytes(bad))
    for cut in range(len(stream)):
        with pytest.raises(FormatError):
            read_container(stream[:cut])


def test_container_rules(twin, model):
    stream, pixels, _ = encoded(twin, model, tiny.photo(1, 20, 20), 30)
    body = stream[:-4]
    assert read_container(resealed(body))[0] == Header(20, 20, 30, model.model_id)
    assert np.array_equal(decode(resealed(body + b"\x90\x02ab"), model), pixels)

    def rule(changed: bytes) -> str:
        with pytest.raises(FormatError) as caught:
            decode(resealed(changed), model)
        return caught.value.rule

    assert rule(body[:5] + b"\x40" + body[6:]) == "VC-04"
    assert rule(body[:5] + b"\x20" + body[6:]) == "VC-59"
    assert rule(body[:5] + b"\x04" + body[6:]) == "VC-41"
    assert rule(body[:6] + b"\x93\x00" + body[7:]) == "VC-01"
    assert rule(body[:6] + varint_bytes(1 << 20) + body[7:]) == "VC-05"
    assert rule(body[:6] + varint_bytes((1 << 20) - 1) * 2 + body[8:]) == "VC-06"
    assert rule(body[:8] + b"\x65" + body[9:]) == "VC-07"
    assert rule(body[:9] + b"\0\0\0\0" + body[13:]) == "VC-08"
    assert rule(body + b"\x20\x00") == "VC-11"
    assert rule(body + b"\x90\x05ab") == "VC-13"
    assert rule(body + body[13:]) == "VC-14"
    assert rule(body[:13]) == "VC-15"
    header = read_container(stream)[0]
    empty = write_container(header, [b""])[:-4]
    assert rule(empty) == "VC-20"


def test_varints():
    for value in (0, 127, 128, 16383, 16384, 2**35 - 1):
        assert Fields(varint_bytes(value), "VC-13").varint() == value
    with pytest.raises(FormatError, match="VC-01"):
        Fields(b"\xff" * 5 + b"\x01", "VC-13").varint()


def test_model_rules(data, model):
    with pytest.raises(FormatError, match="VM-06"):
        read_model(data[:-1])
    synthesis = model.networks["synthesis"]
    at = next(i for i, layer in enumerate(synthesis.layers) if layer.op == "conv1x1")
    loud = dataclasses.replace(
        synthesis.layers[at], bias=np.full_like(synthesis.layers[at].bias, 2**31 - 1)
    )
    layers = [*synthesis.layers[:at], loud, *synthesis.layers[at + 1 :]]
    with pytest.raises(FormatError, match="VM-21"):
        reference_networks.check_network(dataclasses.replace(synthesis, layers=layers))
    with pytest.raises(FormatError, match="VM-11"):
        unbalanced = [
            *synthesis.layers,
            next(layer for layer in synthesis.layers if layer.op == "push"),
        ]
        reference_networks.check_network(dataclasses.replace(synthesis, layers=unbalanced))

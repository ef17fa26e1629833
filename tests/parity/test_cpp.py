"""The C++ program against the NumPy reference decoder: equal pixels, bit for bit.

    VAECOMP=build/release/vaecomp /usr/bin/python3 -m pytest tests/parity

Without the variable the newest program in build/ is taken; without any the tests are skipped.
"""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

ROOT = Path(__file__).resolve().parents[2]
MODELS = ROOT / "tests" / "models"
DEFAULT = ROOT / "codec" / "default_model" / "default.vaem"
sys.path.insert(0, str(ROOT / "format"))

from reference.__main__ import netpbm  # noqa: E402
from reference.alpha import decode_alpha  # noqa: E402
from reference.container import COLOURS, FILTER, PATCHES, PIXELS, read_container, read_sections  # noqa: E402
from reference.decode import check_model, decode  # noqa: E402
from reference.fields import Fields, crc32c, varint_bytes  # noqa: E402
from reference.masks import covered_pixels, decode_mask  # noqa: E402
from reference.metadata import read_metadata  # noqa: E402
from reference.model import Model, read_model  # noqa: E402
from reference.pixel_filter import read_filter  # noqa: E402
from reference.pixels import pixels_of_section  # noqa: E402


def find_program() -> str | None:
    """$VAECOMP, else the newest one that was built."""
    if os.environ.get("VAECOMP"):
        return os.environ["VAECOMP"]
    built = [path for path in ROOT.glob("build/*/vaecomp") if path.is_file()]
    return str(max(built, key=lambda path: path.stat().st_mtime)) if built else None


PROGRAM = find_program()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no vaecomp: set VAECOMP or build it first")


def vaecomp(*arguments: object) -> None:
    """Runs the program, which must succeed."""
    done = subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr.decode()


def picture(height: int, width: int, seed: int) -> np.ndarray:
    """u8 [height][width][3]: waves, an edge and noise."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:height, :width] / 24
    planes = [np.sin(x * a + y * b + c) for a, b, c in rng.uniform(-2, 2, (3, 3))]
    out = 128 + 60 * np.stack(planes, 2) + rng.normal(0, 6, (height, width, 3))
    out[:, width // 2 :] += rng.uniform(-50, 50, 3)
    return np.clip(out, 0, 255).astype(np.uint8)


def reference_model(path: Path) -> Model:
    model = read_model(path.read_bytes())
    check_model(model)
    return model


@pytest.fixture(scope="module")
def tiny() -> Model:
    return reference_model(MODELS / "tiny.vaem")


@pytest.fixture(scope="module")
def default() -> Model:
    return reference_model(DEFAULT)


def compare(
    tmp_path: Path, pixels: np.ndarray, quality: int, model: Model, path: Path | None
) -> bytes:
    """Encodes and decodes with the program and decodes with the reference; returns the stream."""
    source, stream, back = tmp_path / "in.png", tmp_path / "out.vaec", tmp_path / "back.png"
    Image.fromarray(pixels).save(source)
    options = ["--model", path] if path else []
    vaecomp("encode", source, "-o", stream, "-q", quality, "--learned-only", *options)
    vaecomp("decode", stream, "-o", back, *options)
    ours = np.asarray(Image.open(back))
    assert ours.shape == pixels.shape
    assert np.array_equal(ours, decode(stream.read_bytes(), model))
    return stream.read_bytes()


@pytest.mark.parametrize("height, width", [(1, 1), (16, 17), (40, 70), (67, 129), (1041, 33)])
@pytest.mark.parametrize("quality", [0, 53, 100])
def test_equal_pixels_on_the_tiny_model(tmp_path, tiny, height, width, quality):
    stream = compare(tmp_path, picture(height, width, quality), quality, tiny, MODELS / "tiny.vaem")
    assert len(read_container(stream)[1]) == -(-height // 512)


def test_equal_pixels_of_a_grey_picture(tmp_path, tiny):
    stream = compare(tmp_path, picture(50, 45, 2)[..., 1], 60, tiny, MODELS / "tiny.vaem")
    assert read_container(stream)[0].grey


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_equal_pixels_of_a_neutral_picture(tmp_path, tiny, dtype):
    """VC-41, VC-42: RGB, coded as grey, from both decoders."""
    source, stream, back = tmp_path / "in.ppm", tmp_path / "out.vaec", tmp_path / "back.ppm"
    pixels = np.repeat(picture(50, 45, 2)[..., 1:2], 3, axis=2).astype(dtype)
    source.write_bytes(netpbm(pixels * (257 if dtype is np.uint16 else 1), None))
    with_model = ["--model", MODELS / "tiny.vaem"]
    vaecomp("encode", source, "-o", stream, "-q", 60, "--learned-only", *with_model)
    vaecomp("decode", stream, "-o", back, *with_model)
    header = read_container(stream.read_bytes())[0]
    assert header.neutral and not header.grey
    decoded = decode(stream.read_bytes(), tiny)
    assert decoded.dtype == dtype and (decoded == decoded[..., :1]).all()
    assert back.read_bytes() == netpbm(decoded, None)


@pytest.mark.parametrize(
    "path", sorted((MODELS / "streams").glob("*.vaec")), ids=lambda path: path.stem
)
def test_streams_of_the_reference_encoder(tmp_path, path):
    back = tmp_path / "back.png"
    vaecomp("decode", path, "-o", back, "--model", MODELS / "tiny.vaem")
    kept = next(
        path.with_suffix(suffix) for suffix in (".ppm", ".pgm") if path.with_suffix(suffix).exists()
    )
    assert np.array_equal(np.asarray(Image.open(back)), np.asarray(Image.open(kept)))


@pytest.mark.parametrize("quality", [12, 88])
def test_equal_pixels_on_the_default_model(tmp_path, default, quality):
    compare(tmp_path, picture(150, 200, quality), quality, default, DEFAULT)


def pam(pixels: np.ndarray) -> bytes:
    """A PAM file of u8 or u16 samples [h][w][1 .. 4]."""
    kinds = {1: "GRAYSCALE", 2: "GRAYSCALE_ALPHA", 3: "RGB", 4: "RGB_ALPHA"}
    height, width, depth = pixels.shape
    head = (
        f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {depth}\nMAXVAL {np.iinfo(pixels.dtype).max}\n"
        f"TUPLTYPE {kinds[depth]}\nENDHDR\n"
    )
    return head.encode() + pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
@pytest.mark.parametrize("kind", ["photograph", "drawing", "mixture", "gradient"])
def test_lossless(tmp_path, dtype, depth, kind):
    """VC-34, VC-43 to VC-51: all samples, from both decoders."""
    source, stream, back = tmp_path / "in.pam", tmp_path / "out.vaec", tmp_path / "back.pam"
    photograph = picture(70, 90, depth)[..., [0, 1, 2, 0]][..., :depth]
    y, x, plane = np.mgrid[:70, :90, :depth]
    drawing = ((x // 7 * 5 + y // 9 * 3) % 4 * 60 + plane * 9).astype(np.uint8)
    pixels = photograph.copy() if kind == "photograph" else drawing
    if kind == "mixture":
        pixels[:, 64:] = photograph[:, 64:]
        pixels[20:40, 10:30] = photograph[20:40, 10:30] // 8
    if kind == "gradient":  # neighbours are equal often, but by chance: only they are looked at
        noise = np.random.default_rng(1).integers(0, 2, pixels.shape)
        pixels = (40 + x // 3 + y // 4 + noise).astype(np.uint8)
    if dtype is np.uint16:
        pixels = pixels.astype(np.uint16) * 257 + (x * 7 + y) % 200 * (kind != "drawing")
    source.write_bytes(pam(pixels.astype(dtype)))
    vaecomp("encode", "--lossless", "--verify", source, "-o", stream)
    vaecomp("decode", stream, "-o", back, "--format", "pnm")
    colours, alpha = decode_alpha_and_colours(stream.read_bytes())
    assert back.read_bytes() == netpbm(colours, alpha)
    assert np.array_equal(colours, pixels[..., 0] if depth < 3 else pixels[..., :3])
    assert depth % 2 == 1 or np.array_equal(alpha, pixels[..., -1])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("depth", [1, 2, 3, 4])
def test_alpha_and_16_bits(tmp_path, tiny, dtype, depth):
    """VC-33, VC-34, VC-40: the same file, sample for sample, from both decoders."""
    source, stream, back = tmp_path / "in.pam", tmp_path / "out.vaec", tmp_path / "back.pam"
    pixels = picture(37, 52, depth)[..., [0, 1, 2, 0]][..., :depth]
    if dtype is np.uint16:
        pixels = pixels.astype(np.uint16) * 257 + np.arange(52, dtype=np.uint16)[:, None] % 200
    if depth % 2 == 0:
        pixels[:9, :, -1] = 0
    source.write_bytes(pam(pixels))
    with_model = ["--model", MODELS / "tiny.vaem"]
    vaecomp("encode", source, "-o", stream, "-q", 70, "--learned-only", *with_model)
    vaecomp("decode", stream, "-o", back, "--format", "pnm", *with_model)
    colours, alpha = decode(stream.read_bytes(), tiny), decode_alpha(stream.read_bytes())
    assert colours.dtype == dtype
    assert back.read_bytes() == netpbm(colours, alpha)
    if depth % 2 == 0:
        assert np.array_equal(alpha, pixels[..., -1])
    else:
        assert alpha is None


def patched_picture(kind: str, dtype: type, channels: int) -> np.ndarray:
    """[70][190][channels]: what patches are for, beside what they are not for, waves."""
    rng = np.random.default_rng(channels)
    y, x, channel = np.mgrid[:70, :190, :channels]
    if kind == "letters":
        out = np.where((x * 7 // 3 + y * 5 // 2) % 11 < 3, 20 + 30 * channel, 250)
    else:  # gravel, of which every row comes five times
        out = (x // 3 * 37 % 120 + rng.integers(0, 130, x.shape))[::5].repeat(5, 0)
    if dtype is np.uint16:
        out = out * 257
    waves = 128 + 70 * np.sin(x / 9 + channel) * np.cos(y / 13) + 20 * np.sin(x / 31 - y / 17)
    waves *= np.iinfo(dtype).max / 255
    return np.where((x > 50) | (y // 16 == 2), waves, out).astype(dtype)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", ["grey", "neutral", "rgb"])
@pytest.mark.parametrize("kind", ["busy", "smooth and busy"])
def test_filter(tmp_path, tiny, dtype, channels, kind):
    """VC-57, VC-58: the filter over decoded pixels, by classes or without, from both decoders."""
    source, stream, back = tmp_path / "in.pam", tmp_path / "out.vaec", tmp_path / "back.pam"
    pixels = picture(150, 210, 5)[..., : 3 if channels == "rgb" else 1]
    if kind == "smooth and busy":
        pixels[:, :100] = np.arange(150)[:, None, None]
    if channels == "neutral":
        pixels = pixels.repeat(3, 2)
    if dtype is np.uint16:
        pixels = pixels.astype(np.uint16) * 250 + np.arange(210, dtype=np.uint16)[:, None]
    source.write_bytes(pam(pixels))
    with_model = ["--model", MODELS / "tiny.vaem"]
    vaecomp("encode", source, "-o", stream, "-q", 40, "--verify", "--learned-only", *with_model)
    vaecomp("decode", stream, "-o", back, "--format", "pnm", *with_model)
    classes = read_filter(read_sections(stream.read_bytes())[1][FILTER])
    assert len(classes) > 1 or kind == "busy"
    assert back.read_bytes() == netpbm(decode(stream.read_bytes(), tiny), decode_alpha(stream.read_bytes()))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("with_alpha", [False, True])
def test_turned_colours(tmp_path, default, dtype, with_alpha):
    """VC-55: colours turned back, from both decoders."""
    source, stream, back = tmp_path / "in.pam", tmp_path / "out.vaec", tmp_path / "back.pam"
    y, x = np.mgrid[:50, :90]
    detail = np.sin(x * 0.31 + y * 0.07) * 60 + np.random.default_rng(4).normal(0, 9, x.shape)
    pixels = 128 + np.clip(detail, -100, 100)[..., None] * [0.36, 0.8, -0.48]
    pixels = (pixels * (257 if dtype is np.uint16 else 1)).astype(dtype)
    source.write_bytes(pam(np.dstack([pixels, pixels[..., :1] // 2 + 1]) if with_alpha else pixels))
    vaecomp("encode", source, "-o", stream, "-q", 40, "--verify", "--learned-only")
    vaecomp("decode", stream, "-o", back, "--format", "pnm")
    assert COLOURS in read_sections(stream.read_bytes())[1]
    assert back.read_bytes() == netpbm(decode(stream.read_bytes(), default), decode_alpha(stream.read_bytes()))


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
@pytest.mark.parametrize("channels", ["grey", "neutral", "rgb", "rgb and alpha"])
@pytest.mark.parametrize("kind", ["letters", "gravel"])
def test_patches(tmp_path, default, dtype, channels, kind):
    """VC-34, VC-53, VC-59: what a mask covers is exact, or nearly so, from both decoders."""
    source, stream, back = tmp_path / "in.pam", tmp_path / "out.vaec", tmp_path / "back.pam"
    pixels = patched_picture(kind, dtype, 1 if channels in ("grey", "neutral") else 3)
    if channels == "neutral":
        pixels = pixels.repeat(3, 2)
    with_alpha = channels == "rgb and alpha"
    source.write_bytes(pam(np.dstack([pixels, pixels[..., :1] // 2 + 1]) if with_alpha else pixels))
    vaecomp("encode", source, "-o", stream, "-q", 60, "--verify")
    vaecomp("decode", stream, "-o", back, "--format", "pnm")
    header, sections = read_sections(stream.read_bytes())
    assert (header.grey, header.neutral) == (channels == "grey", channels == "neutral")
    fields = Fields(sections[PATCHES], "VC-53")
    mask = decode_mask(fields.take(fields.varint()), header.width, header.height)
    assert 5 <= mask.sum() < mask.size - 5
    colours, alpha = decode(stream.read_bytes(), default), decode_alpha(stream.read_bytes())
    assert back.read_bytes() == netpbm(colours, alpha)
    wanted = pixels[..., 0] if channels == "grey" else pixels
    covered = covered_pixels(mask, header.width, header.height)
    off = np.abs(colours[covered].astype(int) - wanted[covered])
    assert 0 < off.max() < 32 if header.nearly_exact else off.max() == 0
    assert not np.array_equal(colours[~covered], wanted[~covered])


def decode_alpha_and_colours(stream: bytes) -> tuple[np.ndarray, np.ndarray | None]:
    """What the reference makes of a lossless stream, for which it has no model."""
    header, sections = read_sections(stream)
    assert header.of_pixels
    return pixels_of_section(header, sections[PIXELS])


def raw_frame(content: bytes) -> bytes:
    """A zstd frame of one raw block, less than 256 bytes."""
    size = len(content)
    return b"\x28\xb5\x2f\xfd\x20" + bytes([size]) + (size << 3 | 1).to_bytes(3, "little") + content


def test_metadata(tmp_path):
    """VC-37 to VC-39: the reference reads what the program has written."""
    source, stream = tmp_path / "in.png", tmp_path / "out.vaec"
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "\u00e9")
    info.add_itxt("Title", "\u4e2d", "zh", "\u984c")
    info.add(b"gAMA", (45455).to_bytes(4, "big"))
    profile = bytes(range(256)) * 9
    Image.fromarray(picture(8, 9, 1)).save(source, pnginfo=info, icc_profile=profile)
    vaecomp("encode", source, "-o", stream)
    iptc = b"8BIM\x04\x04\0\0\0\0\0\0"
    section = varint_bytes(len(iptc)) + raw_frame(iptc)
    body = stream.read_bytes()[:-4] + b"\x86" + varint_bytes(len(section)) + section
    resealed = body + crc32c(body).to_bytes(4, "little")
    (tmp_path / "iptc.vaec").write_bytes(resealed)
    vaecomp("decode", tmp_path / "iptc.vaec", "-o", tmp_path / "back.png")
    assert read_metadata(resealed) == {
        "iptc": iptc,
        "icc": profile,
        "text": [("Author", "", "", "\u00e9"), ("Title", "zh", "\u984c", "\u4e2d")],
        "display": [("gAMA", (45455).to_bytes(4, "big"))],
    }

"""The export: lowered networks, integer arithmetic, tables, files, and what rounding costs."""

import dataclasses
import importlib.util
import math
from pathlib import Path

import numpy as np
import pytest
import torch

import tiny
from vaecomp_train import export, vaem
from vaecomp_train.calibrate import FloatCodec, synthetic_pictures
from vaecomp_train.export_lower import lower
from vaecomp_train.layers import fake_quantise
from vaecomp_train.parity import write_parity
from vaecomp_train.quantise import Settings, integer_weights
from vaecomp_train.tables import (
    Prices,
    distribution,
    entropy_tables,
    fitted,
    integer_frequencies,
    masses,
    sigma_of,
)
from vaecomp_train.twin import Runner, shuffle, unshuffle
from vaecomp_train.twin_codec import TwinCodec
from vaecomp_train.vaem_bytes import VaemError, compress, crc32c, decompress

MODELS = Path(__file__).resolve().parents[2] / "tests" / "models"


def make_tiny():
    """The script that makes the test model, as a module."""
    spec = importlib.util.spec_from_file_location("make_tiny", MODELS / "make_tiny.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def codec():
    """The test model's codec with wider priors: no latent has scale index 0, where the format codes
    nothing and the float codec does."""
    codec = make_tiny().tiny_codec().eval()
    with torch.no_grad():
        codec.log2_sigma.table.add_(2)
        codec.hyper_log_scale.table.clamp_(min=0)
    return codec


@pytest.fixture(scope="module")
def model(codec):
    """The tiny codec with the export's own settings."""
    pictures = [tiny.photo(seed, 64, 96) for seed in range(3)] + synthetic_pictures(32)
    return export.build_model(codec, pictures, {"name": "tiny"}, Settings())


def psnr(a, b):
    return -10 * math.log10(np.square(a.astype(float) - b).mean() / 255**2)


def test_crc32c_and_zstd():
    assert crc32c(b"123456789") == 0xE3069283
    data = np.random.default_rng(0).integers(0, 4, 5000).astype(np.uint8).tobytes()
    slow = 0xFFFFFFFF
    for byte in data:
        slow ^= byte
        for _ in range(8):
            slow = slow >> 1 ^ (0x82F63B78 if slow & 1 else 0)
    assert crc32c(data) == slow ^ 0xFFFFFFFF
    assert decompress(compress(data), len(data)) == data
    with pytest.raises(VaemError):
        decompress(compress(data), len(data) - 1)


@pytest.mark.parametrize("quality", [0, 33, 100])
def test_lowered_networks_compute_what_the_codec_does(codec, quality):
    picture = tiny.photo(7, 64, 128)
    x = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    level = torch.tensor([quality / 100 * (codec.config.levels - 1)])
    with torch.no_grad():
        restored = codec(x, level, sample=False).restored[0].permute(1, 2, 0) * 255
        lowered = FloatCodec(codec, lower(codec))(picture, quality)
    # Both run in single precision, whose errors may turn a rounding of a latent.
    assert (restored - lowered).abs().mean() < 0.05


def test_shuffle_is_the_library_s():
    x = torch.arange(2 * 3 * 36).reshape(2, 3, 36)
    wanted = torch.nn.functional.pixel_shuffle(x.permute(2, 0, 1)[None].float(), 3)[0].permute(
        1, 2, 0
    )
    assert torch.equal(shuffle(x, 3).float(), wanted)
    assert torch.equal(unshuffle(shuffle(x, 3), 3), x)


@pytest.mark.parametrize("bits", [8, 12])
def test_integer_weights_are_those_of_quantisation_aware_training(bits):
    weights = torch.randn(5, 7, 1, 1, generator=torch.Generator().manual_seed(1))
    integers, scale = integer_weights(weights[:, :, 0, 0].double().numpy(), bits)
    assert np.abs(integers).max(1).tolist() == [2 ** (bits - 1) - 1] * 5
    wanted = fake_quantise(weights, bits)[:, :, 0, 0].numpy()
    np.testing.assert_allclose(integers * scale[:, None], wanted, rtol=1e-5, atol=1e-7)


def test_every_sum_fits_the_accumulator(model):
    convs = 0
    for network in model.networks.values():
        bound = 32768
        for layer in network.layers if network.exact else []:
            if layer.op in ("conv1x1", "depthwise"):
                rows = np.abs(layer.weights.astype(np.int64)).reshape(len(layer.weights), -1)
                assert (rows.sum(1) * bound + np.abs(layer.bias.astype(np.int64))).max() < 2**31
                assert 32 <= layer.shift <= 46 and layer.multiplier.min() >= 1
                convs += 1
            if layer.op in ("conv1x1", "depthwise", "affine", "add"):
                bound = max(-layer.low, layer.high)
            elif layer.op == "input":
                bound = 32768
    assert convs > 20


def test_an_exact_layer_rounds_as_the_rule_says():
    rng = np.random.default_rng(5)
    layer = vaem.Layer(
        "conv1x1",
        weights=rng.integers(-128, 128, (3, 4)).astype(np.int8),
        bias=rng.integers(-9999, 9999, 3).astype(np.int32),
        multiplier=np.array([2**31 - 1, 2**28, 1], np.int32),
        shift=36,
        low=-900,
        high=1000,
    )
    x = rng.integers(-32768, 32768, (2, 5, 4))
    out = Runner(vaem.Network("n", True, [(4, 0)], [layer]))([torch.from_numpy(x)], 0).numpy()
    for row, column, d in np.ndindex(2, 5, 3):
        total = int(layer.bias[d]) + sum(
            int(w) * int(v) for w, v in zip(layer.weights[d], x[row, column])
        )
        wanted = (total * int(layer.multiplier[d]) + 2**35) >> 36
        assert out[row, column, d] == min(max(wanted, -900), 1000)


def test_tables_hold_what_the_format_asks():
    radius, cdf = entropy_tables(8191)
    at, previous = 0, 0
    for index in range(1, 64):
        r = int(radius[index])
        table = np.append(cdf[at : at + 2 * r + 2].astype(int), 65536)
        at += 2 * r + 2
        assert table[0] == 0 and (np.diff(table) >= 1).all() and r >= max(1, previous)
        previous = r
        frequencies = np.diff(table)
        values = np.arange(-r, r + 1)
        truth = masses(sigma_of(index), r + 1)[np.abs(values)]
        ideal = -(truth * np.log2(np.maximum(truth, 1e-300))).sum()
        price = (truth * (16 - np.log2(frequencies[:-1]))).sum()
        assert price < ideal * 1.003 + 2e-4, index
        assert frequencies[:-1].tolist() == frequencies[:-1][::-1].tolist()
    assert at == len(cdf) and radius[0] == 0


def test_masses_are_the_generalised_gaussians():
    for sigma in (1.0, 7.3):
        side = masses(sigma, math.ceil(40 * sigma))
        values = np.arange(len(side))
        assert side[0] + 2 * side[1:].sum() == pytest.approx(1, abs=1e-12)
        variance = 2 * (side[1:] * values[1:] ** 2).sum()  # rounding adds about 1/12
        assert variance == pytest.approx(sigma**2 + 1 / 12, rel=0.02)
    scale = math.sqrt(math.gamma(2 / 3) / math.gamma(2))
    x = (np.arange(-400000, 400000) + 0.5) / 40000
    density = np.exp(-((np.abs(x) / scale) ** 1.5))
    density /= density.sum()
    for v in range(4):
        assert masses(1.0, 5)[v] == pytest.approx(density[np.abs(x - v) < 0.5].sum(), rel=1e-6)


def test_fitted_masses_follow_the_counts():
    base = distribution(20)
    assert fitted(base, np.zeros(33)) == pytest.approx(base)
    counts = np.zeros(33)
    counts[:4] = [7e6, 2e6, 8e5, 2e5]
    fit = fitted(base, counts)
    assert fit[0] + 2 * fit[1:].sum() == pytest.approx(1)
    assert [fit[0], 2 * fit[1], 2 * fit[2]] == pytest.approx([0.7, 0.2, 0.08], rel=1e-3)
    assert fit[3:] / fit[3] == pytest.approx(base[3:] / base[3])


def test_prices_count_escapes():
    radius, cdf = entropy_tables(2)
    prices = Prices(radius, cdf)
    escape = 16 - math.log2(65536 - int(cdf[-1]))
    one = prices.bits(np.array([100]), np.array([63]))
    assert one == pytest.approx(escape + 2 * math.floor(math.log2(98)) + 2)
    assert prices.bits(np.array([5, 0]), np.array([0, 0])) == 0


def test_frequencies_keep_their_sum_when_most_are_one():
    frequencies = integer_frequencies(np.full(20000, 1e-9), 1e-9)
    assert frequencies.sum() == 65536 and frequencies.min() == 1


def test_a_model_file_comes_back(model, tmp_path):
    size = vaem.save(model, tmp_path / "m.vaem")
    data = (tmp_path / "m.vaem").read_bytes()
    back = vaem.from_bytes(data)
    assert len(data) == size and vaem.to_bytes(back) == data
    assert back.model_id == model.model_id and back.card == model.card
    assert back.tensors.keys() == model.tensors.keys()
    for at in range(0, size, 997):
        bad = bytearray(data)
        bad[at] ^= 0x10
        with pytest.raises(VaemError):
            vaem.from_bytes(bytes(bad))
    for cut in (0, 4, 16, size - 1):
        with pytest.raises(VaemError):
            vaem.from_bytes(data[:cut])


def test_twin_is_close_to_the_float_codec(codec, model):
    floats, twin = FloatCodec(codec, lower(codec)), TwinCodec(model)
    for quality in (0, 50, 100):
        picture = tiny.photo(11, 72, 100)
        with torch.no_grad():
            wanted = psnr(floats(picture, quality).clamp(0, 255).round().numpy(), picture)
        # Not pixel by pixel: a mean that differs by 1/32 turns some latents' rounding.
        assert wanted > 18
        assert psnr(twin(picture, quality)[1], picture) == pytest.approx(wanted, abs=0.15)


def test_kl_in_bits_is_the_coded_size(codec, model):
    """The rate that training minimises, against the size by the integer tables (the coder's own
    cost: see test_reference.py). The tables fit the symbols better than the Gaussians of the loss,
    with this model of random weights by several percent."""
    rng = np.random.default_rng(2)
    waves = make_tiny().test_picture(256, 256, 3)
    picture = np.clip(waves + rng.normal(0, 12, waves.shape), 0, 255).astype(np.uint8)
    x = torch.from_numpy(picture).permute(2, 0, 1)[None].float() / 255
    for quality in (20, 80):
        level = torch.tensor([quality / 100 * (codec.config.levels - 1)])
        with torch.no_grad():
            terms = codec(x, level, sample=False).terms
        kl = float(terms.kl_y + terms.kl_z) * 256 * 256
        assert 0.93 * kl < TwinCodec(model)(picture, quality)[0].bits < kl


def test_vectors_of_the_test_model_are_current(tmp_path):
    """The committed vectors belong to the committed model."""
    module = make_tiny()
    write_parity(vaem.load(MODELS / "tiny.vaem"), tmp_path, module.test_picture(64, 64, 9), 40)
    for name in ("manifest.txt", "parity.i16"):
        assert (tmp_path / name).read_bytes() == (MODELS / "parity" / name).read_bytes()
    made, kept = (
        np.fromfile(folder / "parity.f32", "<f4") for folder in (tmp_path, MODELS / "parity")
    )
    np.testing.assert_allclose(made, kept, rtol=1e-3, atol=1e-2)


def test_too_large_weights_are_refused(codec):
    loud = dataclasses.replace(codec.config)
    broken = type(codec)(loud).eval()
    broken.load_state_dict(codec.state_dict())
    with torch.no_grad():
        broken.context[0][-1].weight.mul_(1e6)
    with pytest.raises(VaemError, match="context.0"):
        export.build_model(broken, [tiny.photo(1, 64, 64)], {}, Settings())

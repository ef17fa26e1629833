"""Other light for crops: shares, ranges, repeatability, and that each kind does what it says."""

import dataclasses

import numpy as np
import pytest
import torch

import tiny
from vaecomp_train import augment, data, light
from vaecomp_train.config import UserError

PLAIN = tiny.DATA


def crop(seed: int = 0, side: int = 64) -> torch.Tensor:
    """[3, side, side] uint8."""
    return data.to_tensor(tiny.photo(seed, side, side))


def picture(seed: int = 0) -> torch.Tensor:
    return crop(seed).float() / 255


def shares(**values) -> data.DataConfig:
    return dataclasses.replace(PLAIN, **values)


def colourfulness(x: torch.Tensor) -> float:
    return float((x - light.grey(x)).abs().mean())


# Shares


def test_nothing_happens_and_nothing_is_drawn_at_share_0():
    rng = np.random.default_rng(1)
    before = rng.bit_generator.state
    assert torch.equal(augment.augment(crop(), rng, PLAIN), crop())
    assert rng.bit_generator.state == before


@pytest.mark.parametrize("name", ["light_share", "noise_share", "jpeg_share"])
def test_share_of_changed_crops(name):
    rng, settings, one = np.random.default_rng(2), shares(**{name: 0.3}), crop(side=16)
    changed = sum(not torch.equal(augment.augment(one, rng, settings), one) for _ in range(400))
    assert 85 <= changed <= 155


@pytest.mark.parametrize("value", [-0.1, 1.5])
def test_shares_are_checked(value):
    with pytest.raises(UserError, match="data.jpeg_share"):
        shares(jpeg_share=value)


# Ranges and repeatability


@pytest.mark.parametrize("side", [16, 128])
def test_batches_are_8_bit_pictures_and_repeatable(side):
    settings = shares(light_share=0.9, noise_share=0.5, jpeg_share=0.3)
    extremes = [np.zeros((40, 70, 3), np.uint8), np.full((90, 30, 3), 255, np.uint8)]
    sampler = data.CropSampler([tiny.photo(0, 200, 200), *extremes], settings)
    batch = sampler.batch(np.random.default_rng(5), 40, side)
    assert batch.shape == (40, 3, side, side) and batch.dtype == torch.float32
    assert batch.min() >= 0 and batch.max() <= 1
    assert torch.equal(batch, (batch * 255).round() / 255)
    assert torch.equal(batch, sampler.batch(np.random.default_rng(5), 40, side))
    assert not torch.equal(batch, sampler.batch(np.random.default_rng(6), 40, side))


@pytest.mark.parametrize("change", augment.CHANGES, ids=lambda change: change.__name__)
def test_every_change_keeps_shape_and_changes_something(change):
    rng = np.random.default_rng(3)
    for _ in range(20):
        result = change(picture(), rng)
        assert result.shape == (3, 64, 64) and result.dtype == torch.float32
        assert bool(torch.isfinite(result).all())
        assert not torch.equal(result, picture())


def test_changes_vary_from_crop_to_crop():
    rng, settings = np.random.default_rng(4), shares(light_share=1.0)
    means = torch.stack([augment.augment(crop(side=16), rng, settings).float().mean((1, 2))
                         for _ in range(200)])
    assert len(torch.unique(means.round(), dim=0)) > 150
    assert (means.mean(1) < 60).float().mean() > 0.05  # dark ones
    assert (means.mean(1) > 160).float().mean() > 0.05  # bright ones
    assert (means.amax(1) > 2 * means.amin(1) + 10).float().mean() > 0.2  # coloured ones


# Each change


def test_exposure_and_gamma():
    assert torch.allclose(light.exposure(picture(), 2.2), picture() * 2)
    assert torch.allclose(light.gamma(picture(), 2), picture() ** 2)
    assert torch.isfinite(light.gamma(picture() - 1, 0.5)).all()


def test_contrast_and_saturation():
    assert torch.allclose(light.contrast(picture(), 2).std(), picture().std() * 2)
    assert torch.allclose(light.contrast(picture(), 0, 0.3), torch.tensor(0.3))
    assert colourfulness(light.saturation(picture(), 0)) < 1e-6
    doubled = colourfulness(light.saturation(picture(), 2))
    assert doubled == pytest.approx(2 * colourfulness(picture()), rel=1e-4)
    luma = light.grey(light.saturation(picture(), 2))
    assert torch.allclose(luma, light.grey(picture()), atol=1e-5)


def test_hue_turns_red_to_green_and_leaves_grey():
    red = torch.zeros(3, 4, 4)
    red[0] = 1
    assert torch.allclose(light.hue(red, 1 / 3)[:, 0, 0], torch.tensor([0.0, 1, 0]), atol=1e-6)
    assert torch.allclose(light.hue(picture(), 1.0), picture(), atol=1e-5)
    grey = light.grey(picture()).expand(3, -1, -1)
    assert torch.allclose(light.hue(grey, 0.2), grey, atol=1e-5)


def test_mix_and_balance():
    swapped = light.mix(picture(), np.eye(3)[[2, 0, 1]])
    assert torch.allclose(swapped, picture()[[2, 0, 1]])
    halved = light.balance(picture(), (1, 0.5, 1))
    assert torch.allclose(halved[1], picture()[1] / 2) and torch.equal(halved[0], picture()[0])


def test_veil_and_tint():
    assert light.veil(picture(), 0.7, (0.8, 0.8, 0.8)).std() < 0.4 * picture().std()
    ramp = torch.linspace(0, 1, 16).expand(3, 16, 16)
    tinted = light.tint(ramp, (0.1, 0, 0.2), (1, 0.9, 0.5))
    assert torch.allclose(tinted[:, 0, 0], torch.tensor([0.1, 0, 0.2]))
    assert torch.allclose(tinted[:, 0, -1], torch.tensor([1, 0.9, 0.5]), atol=1e-6)


def test_lamps_light_what_is_near_them():
    lamps = light.spots((32, 48), np.array([[8.0, 40.0]]), np.array([4.0]), np.array([[1, 0.5, 0]]))
    assert lamps.shape == (3, 32, 48)
    assert np.unravel_index(lamps[0].argmax(), lamps[0].shape) == (8, 40)
    assert np.allclose(lamps[1], lamps[0] / 2) and not lamps[2].any()
    white = torch.ones(3, 32, 48)
    lit = light.relight(white, (0.1, 0.1, 0.1), lamps)
    assert torch.allclose(lit[:, 8, 40], torch.tensor([1.1, 0.6, 0.1]))
    assert torch.allclose(lit[:, 31, 0], torch.tensor(0.1))
    dark = light.glow(torch.zeros(3, 32, 48), lamps)
    assert float(dark[0, 8, 40]) == 1 and float(dark[:, 31, 0].max()) < 1e-6


@pytest.mark.parametrize("coarse", [False, True])
def test_noise_has_the_asked_deviation(coarse):
    dark, bright = torch.zeros(3, 128, 128), torch.ones(3, 128, 128)
    rng = np.random.default_rng(0)
    assert light.noise(dark, rng, 0.02, 0.1, coarse).std() == pytest.approx(0.02, rel=0.05)
    assert light.noise(bright, rng, 0, 0.1, coarse).std() == pytest.approx(0.1, rel=0.05)
    grain = light.noise(dark, rng, 0.02, 0, coarse)[0]
    neighbours = float((grain[:, 1:] * grain[:, :-1]).mean() / grain.square().mean())
    assert neighbours == pytest.approx(0.5 if coarse else 0, abs=0.05)
    grey = light.noise(dark, rng, 0.02, 0, coarse, coloured=False)
    assert torch.equal(grey[0], grey[2])


def test_quantise_rounds_and_clips():
    samples = light.quantise(torch.tensor([-0.2, 0.5 / 255 + 1e-4, 1.3]).expand(3, 1, 3))
    assert samples.dtype == torch.uint8 and samples[0, 0].tolist() == [0, 1, 255]


def test_jpeg_damages_more_at_less_quality():
    errors = [float((light.jpeg(crop(), quality, True).float() - crop().float()).square().mean())
              for quality in (95, 30)]
    assert 0 < errors[0] < errors[1]

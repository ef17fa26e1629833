"""Dead units get another start, and the codec computes what it did."""

import torch

import tiny
from vaecomp_train.layers import Block
from vaecomp_train.revive import revive


def codec_with_dead_units():
    codec = tiny.moved_codec()
    with torch.no_grad():
        codec.synthesis[2].expand.bias.fill_(-1e3)
        codec.analysis[2].expand.bias[:5] = -1e3
    return codec


@torch.no_grad()
def test_nothing_changes_and_units_live():
    codec, x, level = codec_with_dead_units(), tiny.crops(), torch.linspace(0, 10, 6)
    before = codec(x, level, sample=False)
    report = revive(codec, x)
    after = codec(x, level, sample=False)
    assert report["synthesis.2"] == (32, 32) and report["analysis.2"][0] >= 5
    assert torch.allclose(before.restored, after.restored, atol=1e-4)
    assert torch.allclose(before.terms.kl_y, after.terms.kl_y, rtol=1e-3)
    again = revive(codec, x)
    assert again["synthesis.2"] == (0, 32) and again["analysis.2"][0] == 0


@torch.no_grad()
def test_revived_units_are_on_half_of_the_time_and_inputs_centred():
    codec, x = codec_with_dead_units(), tiny.crops()
    revive(codec, x)
    seen = {}
    block = codec.synthesis[2]
    assert isinstance(block, Block)
    block.expand.register_forward_hook(lambda _, i, o: seen.update(x=i[0], on=(o > 0).float().mean()))
    codec(x, torch.linspace(0, 10, 6), sample=False)
    assert seen["x"].mean((0, 2, 3)).abs().max() < 1e-4
    assert 0.3 < seen["on"] < 0.7


def test_revived_units_learn():
    codec, x = codec_with_dead_units(), tiny.crops()
    revive(codec, x)
    codec.train()
    terms = codec(x, torch.linspace(0, 10, 6), sample=True).terms
    terms.distortion.sum().backward()
    assert (codec.synthesis[2].project.weight.grad.abs().amax((0, 2, 3)) > 0).all()

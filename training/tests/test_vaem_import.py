"""An exported model is a checkpoint: the codec comes back from its .vaem file."""

import dataclasses

import pytest
import torch

import tiny
from vaecomp_train import checkpoint, export, quantise
from vaecomp_train.config import UserError
from vaecomp_train.data import to_float, to_tensor
from vaecomp_train.model import Codec
from vaecomp_train.tables import INDEX_PER_OCTAVE


def random_codec(**changes) -> Codec:
    torch.manual_seed(4)
    codec = Codec(dataclasses.replace(tiny.MODEL, **changes))
    with torch.no_grad():
        for p in codec.parameters():
            p.add_(torch.randn_like(p) * 0.05)
    return codec.eval()


SIXTEEN_BITS = {name: 16 for name in quantise.Settings().weight_bits}


@pytest.mark.parametrize("changes", [
    {}, {"encoder_blocks": (2, 1, 3), "decoder_blocks": (1, 3, 2), "context_blocks": 2,
         "detail": 0, "levels": 21,
         "steps": ((0, 12, 0b0111, 0), (0, 12, 0b1000, 0)), "kernel": 3, "expansion": 3}])
def test_codec_comes_back(tmp_path, changes):
    codec = random_codec(**changes)
    pictures = [tiny.photo(seed, 64, 64) for seed in range(2)]
    # Wide clips: a random codec's latents have no ranges worth calibrating.
    settings = quantise.Settings(weight_bits=SIXTEEN_BITS, margin=1.5)
    export.export(codec, tmp_path / "m.vaem", {"name": "tiny"}, pictures, settings)
    back, card = checkpoint.load_codec(tmp_path / "m.vaem")
    assert card["name"] == "tiny"
    assert back.config.context_steps() == codec.config.context_steps()
    plain = dataclasses.replace(back.config, steps=codec.config.steps,
                                lambda_min=codec.config.lambda_min,
                                lambda_ratio=codec.config.lambda_ratio)
    assert plain == codec.config
    assert back.config.lambda_ratio == pytest.approx(2.0, rel=1e-5)
    worst = {name: (value - codec.state_dict()[name]).abs().max().item()
             for name, value in back.state_dict().items()}
    # Sigmas of z go through a table of 64, those of y through sixteenths of its index, means of z
    # through sixteenths; everything else keeps its digits.
    assert worst.pop("hyper_log_scale.table") < 0.15
    assert worst.pop("log2_sigma.table") <= 0.5 / 16 / INDEX_PER_OCTAVE + 1e-6
    assert worst.pop("hyper_mean.table") <= 1 / 32 + 1e-6
    assert max(worst.values()) < 1e-3, max(worst, key=worst.get)
    x = to_float(to_tensor(pictures[0])[None])
    with torch.no_grad():
        for level in (0.0, 6.0):
            level = torch.tensor([level])
            y = codec.analyse(x, level)
            assert torch.allclose(back.analyse(x, level), y, atol=2e-2, rtol=1e-2)
            assert torch.allclose(back.synthesise(y, level), codec.synthesise(y, level), atol=1e-2)


def test_levels_are_those_of_the_file_and_more_on_demand(tmp_path):
    codec = random_codec(levels=12)
    export.export(codec, tmp_path / "m.vaem", {}, [tiny.photo(1, 64, 64)])
    same, _ = checkpoint.load_codec(tmp_path / "m.vaem", levels=11)
    assert same.config.levels == 12
    more, _ = checkpoint.load_codec(tmp_path / "m.vaem", levels=13)
    assert more.config.levels == 13
    held = same.state_dict()
    for name, value in more.state_dict().items():
        part = value[:12] if name.endswith(".table") else value
        assert torch.equal(part, held[name]), name


def test_a_broken_file_is_named(tmp_path):
    (tmp_path / "m.vaem").write_bytes(b"VAEM\x01" + bytes(40))
    with pytest.raises(UserError, match="m.vaem"):
        checkpoint.load_codec(tmp_path / "m.vaem")

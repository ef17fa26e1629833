"""Units that are never on are left out, and the codec computes what it did."""

import numpy as np
import pytest
import torch

import tiny
from vaecomp_train import export, prune, quantise, vaem
from vaecomp_train.revive import revive
from vaecomp_train.vaem_import import load_codec, to_codec


@pytest.fixture(name="model")
def model_with_dead_units():
    """Exported: one block is dead but for a unit, another has ten dead ones."""
    codec = tiny.moved_codec()
    with torch.no_grad():
        codec.synthesis[2].expand.bias[1:] = -1e2
        codec.analysis[2].expand.bias[:10] = -1e2
    return export.build_model(codec, [tiny.photo(1, 64, 64)], {"name": "tiny"}, quantise.Settings())


@torch.no_grad()
def test_the_codec_is_the_same(model, tmp_path):
    level = torch.linspace(0, 10, 6)
    before = to_codec(model)(tiny.crops(), level, sample=False)
    heights = prune.unit_heights(model, [tiny.crops()])
    assert (heights["synthesis"][0] > 0).sum() <= 1 and (heights["analysis"][0][:10] < -0.1).all()
    report = prune.prune(model, heights)
    assert report["synthesis"][0] == (16, 32)  # a whole group stays
    vaem.save(model, tmp_path / "pruned.vaem")
    codec, _ = load_codec(tmp_path / "pruned.vaem")
    after = codec(tiny.crops(), level, sample=False)
    assert torch.allclose(before.restored, after.restored, atol=1e-5)
    assert torch.allclose(before.terms.kl_y, after.terms.kl_y, rtol=1e-4)
    assert codec.synthesis[2].expand.out_channels == 32  # as units that may be revived
    assert revive(codec, tiny.crops())["synthesis.2"][0] >= 16


def test_pruning_again_changes_nothing(model):
    prune.prune(model, prune.unit_heights(model, [tiny.crops()]))
    bytes_once = vaem.payload_bytes(model)
    report = prune.prune(model, prune.unit_heights(model, [tiny.crops()]))
    assert all(kept == units for blocks in report.values() for kept, units in blocks)
    assert vaem.payload_bytes(model) == bytes_once


def test_the_highest_units_stay():
    heights = np.full(64, -5.0)
    heights[[3, 40, 41]] = 0.5, -0.05, 2.0
    heights[60] = -1.0
    kept = prune._kept(heights)
    assert len(kept) == 16 and {3, 40, 41, 60} <= set(kept) and (np.diff(kept) > 0).all()
    assert len(prune._kept(heights[:7])) == 7

"""Pictures: ranges, repeatability, reading."""

import dataclasses

import numpy as np
import pytest
import torch
from PIL import Image

import tiny
from vaecomp_train import data, synthetic
from vaecomp_train.config import UserError


@pytest.mark.parametrize("kind", range(len(synthetic.KINDS)))
def test_generated_pictures(kind):
    one, same = synthetic.picture(kind, 64), synthetic.picture(kind, 64)
    assert one.shape == (64, 64, 3) and one.dtype == np.uint8
    assert np.array_equal(one, same)
    assert not np.array_equal(one, synthetic.picture(kind + len(synthetic.KINDS), 64))


def test_generated_pictures_without_fonts(monkeypatch):
    monkeypatch.setattr(synthetic, "fonts", lambda: ())
    page = synthetic.picture(0, 96)
    assert len(np.unique(page.reshape(-1, 3), axis=0)) > 1  # something is written on it


@pytest.mark.parametrize("size", [16, 48, 128])
def test_crops_are_in_range_and_repeatable(size):
    settings = dataclasses.replace(tiny.DATA, synthetic_share=0.5)
    extremes = [np.zeros((40, 70, 3), np.uint8), np.full((90, 30, 3), 255, np.uint8)]
    sampler = data.CropSampler([tiny.photo(0), *extremes], settings)
    batch = sampler.batch(np.random.default_rng(5), 24, size)
    assert batch.shape == (24, 3, size, size) and batch.dtype == torch.float32
    assert batch.min() == 0 and batch.max() == 1
    assert torch.equal(batch, sampler.batch(np.random.default_rng(5), 24, size))
    assert not torch.equal(batch, sampler.batch(np.random.default_rng(6), 24, size))


def test_share_of_generated_pictures():
    settings = dataclasses.replace(tiny.DATA, synthetic_share=0.25)
    sampler = data.CropSampler([np.full((64, 64, 3), 77, np.uint8)], settings)
    rng = np.random.default_rng(0)
    plain = sum(bool((sampler.crop(rng, 16) == 77).all()) for _ in range(400))
    assert 260 <= plain <= 340


def test_reading(tmp_path):
    Image.fromarray(tiny.photo(0)).save(tmp_path / "a.png")
    (tmp_path / "deep").mkdir()
    Image.fromarray(tiny.photo(1)).convert("L").save(tmp_path / "deep" / "b.png")
    Image.new("RGB", (8, 300)).save(tmp_path / "narrow.png")
    (tmp_path / "broken.jpg").write_bytes(b"not a picture")
    (tmp_path / "notes.txt").write_text("no picture")
    with pytest.warns(UserWarning, match="broken.jpg"):
        pictures = data.read_folder([tmp_path])
    assert [p.shape for p in pictures] == [(80, 96, 3), (80, 96, 3)]
    assert np.array_equal(pictures[0], tiny.photo(0))
    with pytest.warns(UserWarning):
        assert data.read_folder([tmp_path], max_pixels=1000)[0].shape == (28, 34, 3)


def test_missing_and_empty_folders_are_named(tmp_path):
    with pytest.raises(UserError, match="nowhere"):
        data.read_folder([tmp_path / "nowhere"])
    with pytest.raises(UserError, match="no pictures"):
        data.read_folder([tmp_path])

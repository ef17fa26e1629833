"""Muon: its directions, its steps, its state."""

import dataclasses

import pytest
import torch

import tiny
from test_train import equal, train, weights
from vaecomp_train.config import TrainConfig, UserError
from vaecomp_train.model import Codec
from vaecomp_train.optimiser import make_optimiser, orthogonalised

MUON = dataclasses.replace(TrainConfig(), optimiser="muon", rate=1e-2)


@pytest.mark.parametrize("shape", [(6, 6), (5, 17), (17, 5)])
def test_directions_keep_singular_vectors_and_level_singular_values(shape):
    matrix = torch.randn(shape, generator=torch.Generator().manual_seed(1))
    left, values, right = torch.linalg.svd(matrix, full_matrices=False)
    made = left.T @ orthogonalised(matrix) @ right.T
    assert torch.allclose(made, torch.diag(made.diagonal()), atol=1e-4)
    assert values.max() / values.min() > 1.5
    assert ((made.diagonal() > 0.6) & (made.diagonal() < 1.3)).all()


def test_directions_found_in_bfloat16_are_as_level():
    matrix = torch.randn((40, 90), generator=torch.Generator().manual_seed(1))
    exact, coarse = orthogonalised(matrix), orthogonalised(matrix, bf16=True)
    assert coarse.dtype == torch.float32
    # 0.9940 where the processor has no bfloat16 products, whose sums PyTorch then rounds on the way.
    assert torch.nn.functional.cosine_similarity(exact.flatten(), coarse.flatten(), 0) > 0.99
    values = torch.linalg.svdvals(coarse)
    assert values.min() > 0.6 and values.max() < 1.3


def test_matrices_move_by_muon_and_the_rest_by_adam():
    codec = Codec(tiny.MODEL)
    moving = list(codec.parameters())
    before = [p.detach().clone() for p in moving]
    optimiser = make_optimiser(codec, moving, MUON)
    for p in moving:
        p.grad = torch.full_like(p, 0.5)
    optimiser.step()
    moved = {id(p): (p - old).abs().mean().item() for p, old in zip(moving, before)}
    # Adam's first step is the rate in every element, whatever the gradient.
    assert moved[id(codec.log_gain.table)] == pytest.approx(MUON.rate, rel=1e-3)
    assert moved[id(codec.analysis[2].depthwise.weight)] == pytest.approx(MUON.rate, rel=1e-3)
    # A matrix of equal elements has one direction, whose elements are 1 / sqrt(rows columns).
    weight = codec.analysis[1].weight
    rows, columns = weight.shape[:2]
    wanted = MUON.rate * 0.2 * (max(rows, columns) / (rows * columns)) ** 0.5
    assert moved[id(weight)] == pytest.approx(wanted, rel=0.35)


def test_a_run_with_muon_resumes_as_if_uninterrupted(photos, tmp_path):
    whole = train(photos, tmp_path / "whole", optimiser="muon")
    half = train(photos, tmp_path / "half", optimiser="muon", stop_at=3)
    train(photos, tmp_path / "half", optimiser="muon", resume=True)
    assert equal(weights(whole), weights(half))
    assert not equal(weights(whole), weights(train(photos, tmp_path / "adam")))


def test_unknown_optimisers_are_refused():
    with pytest.raises(UserError, match="adam or muon"):
        make_optimiser(Codec(tiny.MODEL), [], dataclasses.replace(MUON, optimiser="sgd"))

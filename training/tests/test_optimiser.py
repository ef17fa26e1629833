"""Muon: its directions, its steps, its state."""

import dataclasses

import pytest
import torch
from torch import nn

import tiny
from test_train import equal, train, weights
from vaecomp_train import engine
from vaecomp_train.config import TrainConfig, UserError
from vaecomp_train.model import Codec
from vaecomp_train.optimiser import Muon, make_optimiser, orthogonalised

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
    left, _, right = torch.linalg.svd(matrix, full_matrices=False)
    level, coarse = left @ right, orthogonalised(matrix, bf16=True)
    assert coarse.dtype == torch.float32
    # 0.987 where the processor has no bfloat16 products, whose sums PyTorch then rounds on the way.
    assert torch.nn.functional.cosine_similarity(level.flatten(), coarse.flatten(), 0) > 0.97
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


@pytest.mark.skipif(engine.library_path() is None, reason="the training library is not built")
@pytest.mark.parametrize("threads", [1, 2])
def test_native_steps_are_pytorchs(threads):
    library = engine.Library(engine.library_path())
    library.set_threads(threads)

    def stepped(library):
        torch.manual_seed(1)
        matrices = [nn.Parameter(torch.randn(shape)) for shape in
                    ((40, 70, 1, 1), (70, 40, 1, 1), (33, 33, 1, 1), (5, 200, 1, 1), (16, 1, 1, 1), (8, 8, 1, 1))]
        optimiser = Muon([{"params": matrices, "matrices": True}], 0.1, library=library)
        for _ in range(3):
            for p in matrices:
                # Far from level, and of any size.
                p.grad = torch.randn_like(p) * torch.logspace(-2, 0, p.shape[1])[None, :, None, None] * 1e-6
            matrices[-1].grad = torch.zeros_like(matrices[-1])
            optimiser.step()
        return [p.detach() for p in matrices]

    for made, wanted in zip(stepped(library), stepped(None), strict=True):
        assert torch.allclose(made, wanted, atol=1e-3)


def test_unknown_optimisers_are_refused():
    with pytest.raises(UserError, match="adam or muon"):
        make_optimiser(Codec(tiny.MODEL), [], dataclasses.replace(MUON, optimiser="sgd"))

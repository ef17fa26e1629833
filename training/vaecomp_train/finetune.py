"""Phases after training: the prior alone, the decoder on the symbols that the encoder will choose,
synthesis on rounded latents, and quantisation-aware training."""

import copy
from collections.abc import Callable

import torch
from torch import Tensor, nn

from .config import FinetuneConfig, UserError
from .elbo import Terms
from .layers import Conv1x1, Depthwise
from .model import Codec
from .symbol_choice import SymbolCoder
from .train import Phase
from .trellis_coder import TrellisCoder


def prior_objective(codec: Codec, x: Tensor, level: Tensor) -> Terms:
    """The KL terms alone, with latents that stay what they are: synthesis need not run."""
    _, kl_y, kl_z = codec.code_latents(x, level, sample=True)
    pixels = x.shape[2] * x.shape[3]
    return Terms(torch.zeros_like(kl_y), kl_y / pixels, kl_z / pixels)


def prior_parameters(codec: Codec) -> list[nn.Parameter]:
    """Those that only the rate depends on."""
    parts = [codec.hyper_analysis, codec.hyper_synthesis, codec.context, codec.log2_sigma,
             codec.hyper_mean, codec.hyper_log_scale]
    return [p for part in parts for p in part.parameters()]


def choice_objective(coder: SymbolCoder) -> Callable[[Codec, Tensor, Tensor], Terms]:
    """The terms with latents as `coder` chooses them, and its prices for the KL of y.

    Training knows rounding only. Chosen symbols are smaller: the prior learns smaller sigmas, and
    synthesis where in their wider intervals the latents lie.
    """
    return lambda codec, x, level: codec(x, level, sample=False, coder=coder).terms


def synthesis_objective(codec: Codec, x: Tensor, level: Tensor) -> Terms:
    """The terms with truly rounded latents, differentiable in the synthesis network alone.

    Training rounds the decoder's latents too, but moves them all the time; against latents at
    rest the decoder learns the mean of the posterior box's content.
    """
    with torch.no_grad():
        decoded, kl_y, kl_z = codec.code_latents(x, level, sample=False)
    height, width = x.shape[2:]
    restored = codec.synthesise(decoded, level)[:, :, :height, :width]
    distortion = (restored - x).square().mean((1, 2, 3)) * 255**2
    return Terms(distortion, kl_y / (height * width), kl_z / (height * width))


def synthesis_parameters(codec: Codec) -> list[nn.Parameter]:
    """Those that only the decoder's picture depends on."""
    detail = codec.detail_synthesis.parameters() if codec.config.detail else ()
    return [*codec.synthesis.parameters(), *detail, *codec.log_inverse.parameters()]


def decoder_parameters(codec: Codec) -> list[nn.Parameter]:
    """What a decoder holds: its networks, the prior of z, the latents' expected sigmas."""
    parts = [*codec.decoder_networks().values(), codec.log_inverse, codec.log2_sigma,
             codec.hyper_mean, codec.hyper_log_scale]
    return [p for part in parts for p in part.parameters()]


def weight_bits(config: FinetuneConfig, network: str) -> int:
    """Bits of a decoder network's weights: `network` as in Codec.networks()."""
    return getattr(config, f"bits_{network.partition('.')[0]}")


def bits_by_network(config: FinetuneConfig) -> dict[str, int]:
    """The quantised networks' bits, "context" for all its steps: for the exporter."""
    names = ("hyper_synthesis", "context", "synthesis")
    return {name: weight_bits(config, name) for name in names if weight_bits(config, name)}


def set_weight_bits(codec: Codec, config: FinetuneConfig) -> None:
    """Let the decoder's networks compute with fake-quantised weights from now on."""
    for name, network in codec.decoder_networks().items():
        bits = weight_bits(config, name)
        if bits and not 2 <= bits <= 16:
            raise UserError(f"finetune.bits: {bits} bits; 2 .. 16 or 0 are possible")
        for module in network.modules():
            if isinstance(module, (Conv1x1, Depthwise)):
                module.weight_bits = bits
    for step in codec.context[1:]:
        step[0].split = codec.config.prior


def with_rounded_weights(codec: Codec) -> Codec:
    """A copy whose stored weights are the fake-quantised ones, in plain arithmetic."""
    codec = copy.deepcopy(codec)
    with torch.no_grad():
        for module in codec.modules():
            if isinstance(module, (Conv1x1, Depthwise)) and module.weight_bits:
                module.weight.copy_(module.effective_weight())
                module.weight_bits = 0
    return codec


def phases(config: FinetuneConfig) -> dict[str, Phase]:
    """The phases by name."""
    coder = TrellisCoder()
    return {
        "prior": Phase(name="prior", objective=prior_objective, parameters=prior_parameters),
        "choice": Phase(name="choice", objective=choice_objective(coder),
                        parameters=decoder_parameters, coder=coder),
        "synthesis": Phase(name="synthesis", objective=synthesis_objective,
                           parameters=synthesis_parameters),
        "qat": Phase(name="qat",
                     objective=lambda codec, x, level: codec(x, level, sample=True).terms,
                     parameters=decoder_parameters,
                     prepare=lambda codec: set_weight_bits(codec, config),
                     finish=with_rounded_weights,
                     info={"weight_bits": bits_by_network(config)}),
    }

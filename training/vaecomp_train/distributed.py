"""Data parallelism: the processes that train one model together, and what they exchange.

A process joins when RANK, WORLD_SIZE, MASTER_ADDR and MASTER_PORT are set, as torchrun, Slurm and
mpirun wrappers do. Without them it is alone and nothing of torch.distributed is touched.
"""

import os
from collections.abc import Iterable

import torch
import torch.distributed as dist
from torch import Tensor, nn

from .config import UserError


class Group:
    """The processes of this run. Every method is called by all of them, in the same order."""

    def __init__(self, rank: int = 0, world: int = 1, local_rank: int = 0):
        self.rank, self.world, self.local_rank = rank, world, local_rank

    @property
    def is_main(self) -> bool:
        """Whether this process writes the files and talks."""
        return self.rank == 0

    def sum(self, values: Tensor) -> Tensor:
        """Sum of `values` over the processes, in place."""
        if self.world > 1:
            dist.all_reduce(values)
        return values

    def broadcast(self, module: nn.Module) -> None:
        """All processes take the parameters and buffers of process 0."""
        if self.world > 1:
            for tensor in module.state_dict().values():
                # channels_last tensors are not contiguous, which the transport asks for.
                copy = tensor.contiguous()
                dist.broadcast(copy, 0)
                tensor.copy_(copy)

    def sum_gradients(self, parameters: Iterable[nn.Parameter]) -> None:
        """Sum the gradients over the processes, in one message. Missing ones count as zero."""
        if self.world == 1:
            return
        parameters = list(parameters)
        for p in parameters:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        flat = torch.cat([p.grad.reshape(-1) for p in parameters])
        dist.all_reduce(flat)
        for p, piece in zip(parameters, flat.split([p.numel() for p in parameters])):
            p.grad.copy_(piece.view(p.grad.shape))

    def barrier(self) -> None:
        if self.world > 1:
            dist.barrier()

    def close(self) -> None:
        if self.world > 1:
            dist.destroy_process_group()


def join(device: str) -> Group:
    """The group that the environment names. Transport: NCCL between GPUs, gloo otherwise."""
    world = int(os.environ.get("WORLD_SIZE", "1"))
    if world == 1:
        return Group()
    missing = [v for v in ("RANK", "MASTER_ADDR", "MASTER_PORT") if v not in os.environ]
    if missing:
        raise UserError(f"WORLD_SIZE is {world} but {', '.join(missing)} is not set")
    rank = int(os.environ["RANK"])
    on_gpu = device.startswith("cuda") or (device == "auto" and torch.cuda.is_available())
    backend = "nccl" if on_gpu and dist.is_nccl_available() else "gloo"
    dist.init_process_group(backend, rank=rank, world_size=world)
    return Group(rank, world, int(os.environ.get("LOCAL_RANK", rank)))

"""Shared parts of the evaluation's tests: import paths, toy codecs, small pictures."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path

import numpy as np
import pytest

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tools" / "eval"), str(ROOT / "corpus"), str(ROOT / "corpus" / "screens")]

from rdeval import codecs  # noqa: E402
from rdeval.pictures import Picture  # noqa: E402

TOY = Path(__file__).resolve().parent / "toy_codec.py"


def toy_codec(
    kind: str, name: str = "", qualities: tuple[int, ...] = (10, 40, 70, 95)
) -> codecs.Codec:
    """A codec made of Pillow, so that tests of the machinery need no codec program."""
    return codecs.Codec(
        name=name or f"toy-{kind}",
        label=f"Toy {kind}",
        encode=f"{sys.executable} {TOY} {kind} {{q}} {{input}} {{stream}}",
        decode=f"{sys.executable} {TOY} decode 0 {{stream}} {{output}}",
        version=f"{sys.executable} --version",
        package="tests/eval",
        suffix=f".{kind}",
        qualities=qualities,
    )


def copy_codec(script: Path) -> codecs.Codec:
    """A codec that copies its input after a tenth of a second: lossless, slow, always there."""
    script.write_text('#!/bin/sh\nsleep 0.1\ncp "$1" "$2"\n')
    script.chmod(0o755)
    return codecs.Codec(
        name="copy",
        label="Copy",
        encode=f"{script} {{input}} {{stream}}",
        decode="cp {stream} {output}",
        version="cp --version",
        package="coreutils",
        suffix=".png",
        # Its decoder writes what it is given: a PNG.
        raw_suffix=".png",
    )


def located(codec: codecs.Codec) -> codecs.Installed:
    """The codec as installed here; fails the test where a program is missing."""
    found = codecs.locate(codec)
    assert isinstance(found, codecs.Installed), found
    return found


def require_codec(name: str) -> codecs.Installed:
    """An entry of the real table; skips the test with the reason where it is not installed."""
    found = codecs.locate(codecs.codec_named(name))
    if isinstance(found, str):
        pytest.skip(found)
    return found


def with_encode(codec: codecs.Codec, command: str) -> codecs.Codec:
    """The codec with another encode command."""
    return dataclasses.replace(codec, encode=command)


@pytest.fixture(scope="session")
def photo_like() -> Picture:
    """A smooth, textured picture of 192 x 176 pixels from the corpus."""
    from synthetic.scenes import SCENES

    scene = next(scene for scene in SCENES if scene.name == "landscape")
    return Picture("landscape", np.ascontiguousarray(scene.draw()[40:216, 60:252]))

#!/usr/bin/env python3
"""Draws the synthetic pictures of the corpus:  tools/python corpus/generate.py [--out DIR].

The pictures are not kept in the repository: they come out the same on every machine, and
corpus/manifest.json holds the hash of their samples. --check draws and compares without writing;
--write-manifest renews the hashes after a picture was changed on purpose.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
from pathlib import Path

import numpy as np

_HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(_HERE))

from synthetic.png_file import png_bytes  # noqa: E402
from synthetic.scenes import SCENES, Scene  # noqa: E402

MANIFEST = _HERE / "manifest.json"


def samples_sha256(samples: np.ndarray) -> str:
    """Hash of size, depth and samples (big-endian): independent of how a PNG was compressed."""
    digest = hashlib.sha256(f"{samples.shape} {samples.dtype.itemsize * 8}\n".encode())
    digest.update(samples.astype(samples.dtype.newbyteorder(">")).tobytes())
    return digest.hexdigest()


def entry(scene: Scene, samples: np.ndarray) -> dict[str, object]:
    """The manifest's line on a picture."""
    return {
        "file": f"{scene.name}.png",
        "width": samples.shape[1],
        "height": samples.shape[0],
        "channels": 1 if samples.ndim == 2 else samples.shape[2],
        "bits": samples.dtype.itemsize * 8,
        "samples_sha256": samples_sha256(samples),
        "licence": "drawn by this project, under its licence",
        "exercises": scene.exercises,
        "rate_distortion": scene.rate_distortion,
    }


def write_manifest(entries: list[dict[str, object]]) -> None:
    """Replaces the list of synthetic pictures and leaves the rest of the manifest alone."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.exists() else {}
    manifest = {"synthetic": entries, **{k: v for k, v in manifest.items() if k != "synthetic"}}
    MANIFEST.write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def mismatches(entries: list[dict[str, object]]) -> list[str]:
    """What differs from the manifest, one line each."""
    manifest = json.loads(MANIFEST.read_text(encoding="utf-8"))
    wanted = {line["file"]: line for line in manifest["synthetic"]}
    drawn = {str(line["file"]): line for line in entries}
    lines = [f"{name}: in the manifest only" for name in wanted.keys() - drawn.keys()]
    lines += [f"{name}: not in the manifest" for name in drawn.keys() - wanted.keys()]
    lines += [
        f"{name}: differs from the manifest in {key}"
        for name in drawn.keys() & wanted.keys()
        for key in drawn[name]
        if drawn[name][key] != wanted[name].get(key)
    ]
    return sorted(lines)


def main() -> int:
    """Command line; 0 when the pictures equal the manifest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=_HERE / "images", help="default: corpus/images")
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument("--check", action="store_true", help="write nothing, only compare hashes")
    mode.add_argument("--write-manifest", action="store_true", help="renew the hashes")
    arguments = parser.parse_args()

    pictures = [(scene, scene.draw()) for scene in SCENES]
    entries = [entry(scene, samples) for scene, samples in pictures]
    if arguments.write_manifest:
        write_manifest(entries)
    if not arguments.check:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for scene, samples in pictures:
            (arguments.out / f"{scene.name}.png").write_bytes(png_bytes(samples))
    wrong = mismatches(entries)
    for line in wrong:
        print(f"generate.py: {line}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())

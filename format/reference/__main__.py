"""`python3 -m reference MODEL.vaem IN.vaec OUT.ppm`: a stream to a binary PPM, or PGM if grey."""
from __future__ import annotations

import sys
from pathlib import Path

from .decode import check_model, decode
from .fields import FormatError
from .model import read_model


def main(arguments: list[str]) -> int:
    """Exit code: 0, 1 for a bad file, 2 for wrong usage."""
    if len(arguments) != 3:
        print("usage: python3 -m reference MODEL.vaem IN.vaec OUT.ppm", file=sys.stderr)
        return 2
    try:
        model = read_model(Path(arguments[0]).read_bytes())
        check_model(model)
        pixels = decode(Path(arguments[1]).read_bytes(), model)
    except (FormatError, OSError) as error:
        print(f"reference: {error}", file=sys.stderr)
        return 1
    head = f"P{6 if pixels.ndim == 3 else 5}\n{pixels.shape[1]} {pixels.shape[0]}\n255\n"
    Path(arguments[2]).write_bytes(head.encode() + pixels.tobytes())
    return 0


sys.exit(main(sys.argv[1:]))

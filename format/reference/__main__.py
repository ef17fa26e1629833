"""`python3 -m reference MODEL.vaem IN.vaec OUT.pam`: a stream to a binary PPM, PGM if grey, or PAM
if it has alpha."""
from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from .alpha import decode_alpha
from .decode import check_model, decode
from .fields import FormatError
from .model import read_model


def netpbm(pixels: np.ndarray, alpha: np.ndarray | None) -> bytes:
    """A file with these colours [h][w] or [h][w][3] and this plane."""
    height, width = pixels.shape[:2]
    maxval = np.iinfo(pixels.dtype).max
    if alpha is None:
        head = f"P{6 if pixels.ndim == 3 else 5}\n{width} {height}\n{maxval}\n"
    else:
        kind = "RGB_ALPHA" if pixels.ndim == 3 else "GRAYSCALE_ALPHA"
        pixels = np.dstack([pixels, alpha])
        head = (
            f"P7\nWIDTH {width}\nHEIGHT {height}\nDEPTH {pixels.shape[2]}\nMAXVAL {maxval}\n"
            f"TUPLTYPE {kind}\nENDHDR\n"
        )
    return head.encode() + pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()


def main(arguments: list[str]) -> int:
    """Exit code: 0, 1 for a bad file, 2 for wrong usage."""
    if len(arguments) != 3:
        print("usage: python3 -m reference MODEL.vaem IN.vaec OUT.pam", file=sys.stderr)
        return 2
    try:
        model = read_model(Path(arguments[0]).read_bytes())
        check_model(model)
        stream = Path(arguments[1]).read_bytes()
        alpha = decode_alpha(stream)
        pixels = decode(stream, model)
    except (FormatError, OSError) as error:
        print(f"reference: {error}", file=sys.stderr)
        return 1
    Path(arguments[2]).write_bytes(netpbm(pixels, alpha))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

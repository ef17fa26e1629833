"""A stand-in for a codec program, made of Pillow: toy_codec.py KIND QUALITY INPUT OUTPUT."""

import sys

from PIL import Image


def main() -> None:
    """Encodes to KIND (jpeg, webp), or decodes to the kind of OUTPUT's suffix."""
    kind, quality, source, target = sys.argv[1:]
    with Image.open(source) as image:
        if kind == "decode":
            image.convert("RGB").save(target)
        else:
            image.save(target, kind.upper(), quality=int(quality))


if __name__ == "__main__":
    main()

"""A stand-in for our own program with its command line, made of Pillow's WebP.

$TOY_WASTE adds that many bytes in a thousand to each file, as a worse encoder would.
"""

import os
import sys

from PIL import Image


def main() -> int:
    """vaecomp encode IN -o OUT -q Q -j N; vaecomp decode IN -o OUT -j N; vaecomp --version."""
    if sys.argv[1] == "--version":
        print("vaecomp 0.0-toy")
        return 0
    command, source, _, target = sys.argv[1:5]
    with Image.open(source) as image:
        if command == "decode":
            image.convert("RGB").save(target)
            return 0
        quality = int(sys.argv[sys.argv.index("-q") + 1])
        with open(target, "wb") as file:
            image.save(file, "WEBP", quality=quality)
            file.write(bytes(file.tell() * int(os.environ.get("TOY_WASTE", "0")) // 1000))
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""The table of codecs: how to run each program, and how to find out whether it is installed.

To add a codec, add one entry to CODECS. Command lines are templates of words:
    {input}    the picture to encode (PNG, or PPM where `input_suffix` says so)
    {stream}   the compressed file
    {output}   the decoded picture
    {q}        quality 0..100, higher is better, as the program's own option takes it
    {cq}       the same turned into AV1's quantiser 63..0
    {threads}  threads the program may use; {workers} the same where "none beside me" is 0
Every program sees real files, and the size of a stream is the size of its file.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

# Qualities that spread the curve of most codecs from about 0.1 to 3 bits per pixel on photos.
_COMMON_QUALITIES = (5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95)


@dataclass(frozen=True)
class Codec:
    """One row of the table; see the head of this file for the words of the templates."""

    name: str  # key on the command line and in the results
    label: str  # how plots and tables call it
    encode: str  # {input} -> {stream}
    decode: str  # {stream} -> {output}, a PNG where the program writes one
    version: str  # command whose output identifies the build
    package: str  # the apt package that has it, or how else to get it
    suffix: str  # of the stream's file name
    decode_raw: str = ""  # {stream} -> {output} with the least file work; empty: same as decode
    raw_suffix: str = ".ppm"  # of that output: its kind is shown in the speed table
    input_suffix: str = ".png"
    needs: str = ""  # text (a plugin, an option) that the output of `needs_from` must contain
    needs_from: str = ""  # a command; empty: the version command
    qualities: tuple[int, ...] = _COMMON_QUALITIES
    default: bool = True  # part of a run that names no codecs
    programs: tuple[tuple[str, str], ...] = ()  # (word, path) found for the words of programs
    extra: tuple[str, ...] = ()  # more arguments for encode and decode alike

    def command(self, template: str, **values: str | int) -> list[str]:
        """The argument list of `template`; `values` fills its words."""
        paths = dict(self.programs)
        words = [word.format(**values) for word in template.split()]
        words[0] = paths.get(words[0], words[0])
        return words + list(self.extra)

    def settings(self) -> list[str]:
        """Everything of this entry that can change a result: part of the cache key."""
        return [self.encode, self.decode, self.decode_raw, *map(_argument_identity, self.extra)]


def _vaecomp(effort: int | None = None) -> Codec:
    """The codec at its default effort, or at 1 .. 9."""
    options = "" if effort is None else f" -e {effort}"
    return Codec(
        name="vaecomp" if effort is None else f"vaecomp-e{effort}",
        label=f"vaecomp{options}",
        encode=f"vaecomp encode {{input}} -o {{stream}} -q {{q}} -j {{threads}}{options}",
        decode="vaecomp decode {stream} -o {output} -j {threads}",
        decode_raw="vaecomp decode {stream} -o {output} -j {threads}",
        version="vaecomp --version",
        package="build this project, or name the program with --vaecomp or $VAECOMP",
        suffix=".vaec",
        # A build without the effort option is to be skipped, not to fail at every picture.
        needs="  -e" if options else "",
        needs_from="vaecomp encode --help" if options else "",
        qualities=(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100),
        default=effort is None,
    )


def _jpeg(name: str, label: str, options: str, default: bool = False) -> Codec:
    return Codec(
        name=name,
        label=label,
        encode=f"cjpeg -quality {{q}} {options} -outfile {{stream}} {{input}}",
        decode="djpeg -pnm -outfile {output} {stream}",
        version="cjpeg -version",
        package="libjpeg-turbo-progs",
        suffix=".jpg",
        input_suffix=".ppm",
        default=default,
    )


def _avif(speed: int) -> Codec:
    # Constant quality, tuned for PSNR since PSNR is measured; both are stated so that a later
    # version with other defaults gives the same curve.
    return Codec(
        name="avif" if speed == 4 else f"avif-s{speed}",
        label=f"AVIF (aom, -s {speed})",
        encode=f"avifenc -s {speed} -j {{threads}} -y 444 --min 0 --max 63 -a end-usage=q "
        "-a cq-level={cq} -a tune=psnr {input} {stream}",
        decode="avifdec -j {threads} {stream} {output}",
        decode_raw="avifdec -j {threads} --png-compress 0 {stream} {output}",
        raw_suffix=".png",
        version="avifenc --version",
        needs="aom",
        package="libavif-bin",
        suffix=".avif",
        # The quantiser is steeper at the low end than the others' scales.
        qualities=(0, 5, 15, 25, 35, 45, 55, 65, 75, 85, 95),
    )


CODECS: tuple[Codec, ...] = (
    _vaecomp(),
    *(_vaecomp(effort) for effort in range(1, 10)),
    _jpeg("jpeg", "JPEG (libjpeg-turbo)", "-optimize", default=True),
    # 3 % smaller, slower to decode.
    _jpeg("jpeg-progressive", "JPEG, progressive", "-progressive"),
    Codec(
        name="webp",
        label="WebP (-m 6)",
        encode="cwebp -quiet -m 6 -q {q} {input} -o {stream}",
        decode="dwebp -quiet {stream} -o {output}",
        decode_raw="dwebp -quiet -ppm {stream} -o {output}",
        version="cwebp -version",
        package="webp",
        suffix=".webp",
        qualities=(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95),
    ),
    _avif(4),
    _avif(6),
    Codec(
        name="jxl",
        label="JPEG XL (-e 7)",
        encode="cjxl --quiet -e 7 -q {q} --num_threads={workers} {input} {stream}",
        decode="djxl --quiet --num_threads={threads} {stream} {output}",
        decode_raw="djxl --quiet --num_threads={threads} {stream} {output}",
        version="cjxl --version",
        package="libjxl-tools",
        suffix=".jxl",
    ),
    Codec(
        name="heic",
        label="HEIC (x265, 4:4:4)",
        # Tuned for PSNR like AVIF: on photos 2 to 8 % fewer bits at equal PSNR than the default.
        encode="heif-enc -e x265 -q {q} -p chroma=444 -p tune=psnr -p x265:pools={threads} "
        "-p x265:frame-threads=1 {input} -o {stream}",
        decode="heif-convert --quiet {stream} {output}",
        # Of the uncompressed kinds this program writes only Y4M (and that in 4:2:0).
        decode_raw="heif-convert --quiet {stream} {output}",
        raw_suffix=".y4m",
        version="heif-enc --list-encoders",
        needs="x265",
        package="libheif-examples (and libheif-plugin-x265 where it is a package of its own)",
        suffix=".heic",
        qualities=(5, 10, 20, 30, 40, 50, 60, 70, 80, 90),
    ),
)


class CodecError(ValueError):
    """A codec that does not exist, or a list of codecs that makes no sense."""


def codec_named(name: str) -> Codec:
    """The entry of that name; CodecError lists the names there are."""
    for codec in CODECS:
        if codec.name == name:
            return codec
    known = ", ".join(codec.name for codec in CODECS)
    raise CodecError(f"unknown codec '{name}' (known: {known})")


def choose(names: str | None) -> list[Codec]:
    """The entries of a comma-separated list; 'all' for all, None for the default ones."""
    if names is None:
        return [codec for codec in CODECS if codec.default]
    if names.strip() == "all":
        return list(CODECS)
    chosen = [codec_named(name.strip()) for name in names.split(",") if name.strip()]
    if not chosen:
        raise CodecError("the list of codecs is empty")
    return list(dict.fromkeys(chosen))


@dataclass(frozen=True)
class Installed:
    """A codec together with the build found on this machine."""

    codec: Codec
    version: str  # first line that names it, for people
    identity: str  # hash over the version output and the programs' bytes, for the cache


def locate(codec: Codec, vaecomp: str | None = None) -> Installed | str:
    """Finds the programs of `codec`; the answer is a text saying why where one is missing.

    `vaecomp` is the path of our own program where the caller names one; else $VAECOMP, the newest
    build/*/vaecomp of this checkout, and PATH are tried.
    """
    templates = [codec.encode, codec.decode, codec.decode_raw, codec.version]
    words = dict.fromkeys(template.split()[0] for template in templates if template)
    found: list[tuple[str, str]] = []
    for word in words:
        path = _find_vaecomp(vaecomp) if word == "vaecomp" else shutil.which(word)
        if path is None:
            return f"{codec.name}: no program '{word}' (install: {codec.package})"
        found.append((word, path))
    ready = dataclasses.replace(codec, programs=tuple(found))
    text = output_of(ready, codec.version)
    shown = output_of(ready, codec.needs_from) if codec.needs_from else text
    if codec.needs not in shown:
        return f"{codec.name}: lacks {codec.needs.strip()} (install: {codec.package})"
    digest = hashlib.sha256(text.encode())
    for _, path in found:
        digest.update(hashlib.sha256(Path(path).read_bytes()).digest())
    lines = [line.strip() for line in text.splitlines() if re.search(r"\d", line)]
    return Installed(ready, lines[0] if lines else "unknown", digest.hexdigest()[:16])


def output_of(codec: Codec, template: str) -> str:
    """What a command of a located codec that takes no files prints, on either stream."""
    command = codec.command(template)[: len(template.split())]
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=30, check=False
    )
    return done.stdout.decode("utf-8", "replace")


def _find_vaecomp(named: str | None) -> str | None:
    """Path of our own program: as named, $VAECOMP, the newest build of this checkout, PATH."""
    for path in (named, os.environ.get("VAECOMP")):
        if path:
            found = shutil.which(path)
            return os.path.abspath(found) if found else None
    root = Path(__file__).resolve().parents[3]
    builds = [
        path
        for pattern in (
            "build/vaecomp",
            "build/*/vaecomp",
            "build/*/*/vaecomp",
            "build/*/*/*/vaecomp",
        )
        for path in root.glob(pattern)
        if path.is_file() and os.access(path, os.X_OK)
    ]
    if builds:
        return str(max(builds, key=lambda path: path.stat().st_mtime))
    return shutil.which("vaecomp")


def _argument_identity(argument: str) -> str:
    """An argument as part of a cache key: a file (a model, say) counts by its content."""
    path = Path(argument)
    if path.is_file():
        return hashlib.sha256(path.read_bytes()).hexdigest()
    return argument

"""One measurement: a picture through one codec at one quality, with real programs and files."""

from __future__ import annotations

import hashlib
import io
import json
import pkgutil
import platform
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from . import metrics, pictures
from .codecs import Codec, Installed, locate

# Raise when a change here changes what is measured, so that older cached rows are not reused.
METHOD = 1

Row = dict[str, Any]

# Row keys that depend on the machine's speed; all others are the same wherever a job runs.
TIMING_KEYS = (
    "encode_wall_s",
    "encode_cpu_s",
    "encode_peak_mib",
    "decode_wall_s",
    "decode_cpu_s",
    "decode_peak_mib",
    "raw_wall_s",
    "raw_cpu_s",
    "raw_peak_mib",
    "host",
    "jobs",
)


@dataclass(frozen=True)
class Job:
    """Everything that decides a row, small enough to be sent to another machine."""

    codec: Codec
    version: str
    identity: str
    picture: str
    picture_sha256: str
    width: int
    height: int
    quality: int
    threads: int = 1
    repeat: int = 1
    timeout_s: float = 600.0
    jobs: int = 1  # how many ran at the same time: noted, since it disturbs the times

    def key(self) -> str:
        """Cache key: hash of method, input, codec, version and settings."""
        parts = [
            METHOD,
            self.picture_sha256,
            self.codec.name,
            self.identity,
            self.codec.settings(),
            self.quality,
            self.threads,
            self.repeat,
        ]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Outcome:
    """The row of a job and, unless the encode failed, the compressed file."""

    row: Row
    stream: bytes | None


class RunError(RuntimeError):
    """A program that failed; the text is its name, its status and its last words."""


def job_for(
    installed: Installed,
    picture: pictures.Picture,
    picture_sha256: str,
    quality: int,
    **options: Any,
) -> Job:
    """The job of one picture, codec and quality; `options` are further fields of Job."""
    return Job(
        codec=installed.codec,
        version=installed.version,
        identity=installed.identity,
        picture=picture.name,
        picture_sha256=picture_sha256,
        width=picture.width,
        height=picture.height,
        quality=quality,
        **options,
    )


def run_job(job: Job, picture_png: bytes) -> Outcome:
    """Encodes, decodes and measures. Never raises: a failure is a row whose `error` says why."""
    row = empty_row(job)
    stream = None
    try:
        _require_same_build(job)
        original, _ = pictures.read_rgb(io.BytesIO(picture_png))
        with tempfile.TemporaryDirectory(prefix="rd_eval.") as folder:
            stream = _encode(job, original, Path(folder), row)
            decoded = _decode(job, Path(folder), row)
        row["psnr"] = metrics.psnr(original, decoded)
        row["ms_ssim"] = metrics.ms_ssim(original, decoded)
    except (RunError, OSError, ValueError) as error:
        row["error"] = str(error)
    return Outcome(row, stream)


def empty_row(job: Job) -> Row:
    """The row of a job before anything was measured."""
    row: Row = {
        "codec": job.codec.name,
        "picture": job.picture,
        "quality": job.quality,
        "width": job.width,
        "height": job.height,
        "bytes": None,
        "bpp": None,
        "psnr": None,
        "ms_ssim": None,
        "error": "",
        "version": job.version,
        "threads": job.threads,
        "repeat": job.repeat,
        "picture_sha256": job.picture_sha256,
        "stream_sha256": None,
        "key": job.key(),
    }
    row.update(dict.fromkeys(TIMING_KEYS))
    row["host"], row["jobs"] = platform.node(), job.jobs
    return row


def decode_stream(codec: Codec, stream: bytes, threads: int = 1) -> np.ndarray:
    """Samples uint8 [H, W, 3] of a compressed file; RunError where the program fails."""
    with tempfile.TemporaryDirectory(prefix="rd_eval.") as name:
        folder = Path(name)
        stream_path, output = (
            folder / f"stream{codec.suffix}",
            folder / f"out{_decode_suffix(codec)}",
        )
        stream_path.write_bytes(stream)
        command = codec.command(codec.decode, **_words(threads, stream_path, output=output))
        _run(command, folder, timeout_s=600.0)
        return pictures.read_rgb(output)[0]


def _encode(job: Job, original: np.ndarray, folder: Path, row: Row) -> bytes:
    source = folder / f"in{job.codec.input_suffix}"
    as_file = (
        pictures.ppm_bytes(original)
        if source.suffix == ".ppm"
        else pictures.png_bytes(original, compress_level=0)
    )
    source.write_bytes(as_file)
    stream = folder / f"stream{job.codec.suffix}"
    words = _words(job.threads, stream, input=source, quality=job.quality)
    _measured(job, job.codec.encode, words, folder, row, "encode")
    if not stream.is_file():
        raise RunError(f"{job.codec.encode.split()[0]} ended well but wrote no file")
    content = stream.read_bytes()
    row["bytes"] = len(content)
    row["bpp"] = 8.0 * len(content) / (job.width * job.height)
    row["stream_sha256"] = hashlib.sha256(content).hexdigest()
    return content


def _decode(job: Job, folder: Path, row: Row) -> np.ndarray:
    """Decodes twice where the program can: to PNG for the pixels, and raw for the codec's time."""
    codec = job.codec
    stream = folder / f"stream{codec.suffix}"
    output = folder / f"out{_decode_suffix(codec)}"
    _measured(job, codec.decode, _words(job.threads, stream, output=output), folder, row, "decode")
    if codec.decode_raw:
        raw = folder / f"raw{codec.raw_suffix}"
        words = _words(job.threads, stream, output=raw)
        _measured(job, codec.decode_raw, words, folder, row, "raw")
    else:
        for key in ("wall_s", "cpu_s", "peak_mib"):
            row[f"raw_{key}"] = row[f"decode_{key}"]
    if not output.is_file():
        raise RunError(f"{codec.decode.split()[0]} ended well but wrote no file")
    decoded, _ = pictures.read_rgb(output)
    if decoded.shape != (job.height, job.width, 3):
        raise RunError(f"decoded to {decoded.shape[1]}x{decoded.shape[0]} pixels")
    return decoded


def _decode_suffix(codec: Codec) -> str:
    # A program without a second way of decoding writes its raw kind only (djpeg: PPM).
    return ".png" if codec.decode_raw else codec.raw_suffix


def _words(
    threads: int,
    stream: Path,
    *,
    input: Path | None = None,
    output: Path | None = None,
    quality: int = 0,
) -> dict[str, str | int]:
    return {
        "input": str(input),
        "stream": str(stream),
        "output": str(output),
        "q": quality,
        "cq": round((100 - quality) * 63 / 100),
        "threads": threads,
        "workers": 0 if threads == 1 else threads,
    }


def _measured(
    job: Job, template: str, words: dict[str, str | int], folder: Path, row: Row, stage: str
) -> None:
    """Runs a command `repeat` times; the row gets the best times and the largest memory."""
    command = job.codec.command(template, **words)
    reports = [_run(command, folder, job.timeout_s) for _ in range(job.repeat)]
    row[f"{stage}_wall_s"] = min(report["wall_s"] for report in reports)
    row[f"{stage}_cpu_s"] = min(report["cpu_s"] for report in reports)
    row[f"{stage}_peak_mib"] = max(report["peak_kib"] for report in reports) / 1024.0


def _meter_source() -> str:
    data = pkgutil.get_data(__package__, "child_meter.py")
    if data is None:
        raise RunError("child_meter.py is missing beside measure.py")
    return data.decode()


def _run(command: list[str], folder: Path, timeout_s: float) -> dict[str, Any]:
    """Runs a command under child_meter.py; RunError unless it ends with status 0."""
    report, errors = folder / "report.json", folder / "errors.txt"
    report.unlink(missing_ok=True)
    meter = [sys.executable, "-I", "-S", "-c", _meter_source(), str(report), str(errors)]
    subprocess.run([*meter, str(timeout_s), *command], cwd=folder, check=True)
    result: dict[str, Any] = json.loads(report.read_text())
    program = Path(command[0]).name
    if result["timed_out"]:
        raise RunError(f"{program} took longer than {timeout_s:g} s")
    if result["rc"] != 0:
        lines = errors.read_text(errors="replace").strip().splitlines() if errors.exists() else []
        how = (
            f"exited with {result['rc']}" if result["rc"] > 0 else f"died of signal {-result['rc']}"
        )
        raise RunError(f"{program} {how}: {lines[-1] if lines else 'no message'}")
    return result


_builds_here: dict[tuple[tuple[str, str], ...], str] = {}


def _require_same_build(job: Job) -> None:
    """On another machine the same names may be other programs: their rows would not compare."""
    programs = job.codec.programs
    if programs not in _builds_here:
        own = dict(programs).get("vaecomp")
        found = locate(job.codec, own)
        _builds_here[programs] = found if isinstance(found, str) else found.identity
    if _builds_here[programs] != job.identity:
        raise RunError(f"{platform.node()} has another build: {_builds_here[programs]}")

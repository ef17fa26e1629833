"""The rules of the source tree, each a function from a tree to the places that break it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

CPP_SUFFIXES = {".h", ".hpp", ".inc", ".cpp"}
SOURCE_SUFFIXES = CPP_SUFFIXES | {".S", ".cmake", ".py", ".sh", ".toml", ".txt"}
TEXT_SUFFIXES = SOURCE_SUFFIXES | {".md", ".json", ".in", ".hex"}
SKIPPED_FOLDERS = {".git", "build", "out", "__pycache__", ".pytest_cache", "corpus"}
WRAPPED_AT = 120  # columns of a document's prose
HARD_LINES = 600  # per source file; 400 is what to aim at

# What the project's folders may include: the first names what carries out exact networks, the others what each library
# is made of. The public header is the vocabulary (pictures, options) of those parts that face it.
INCLUDE = "codec/include"
EXACT = {"format", "codec/base", "codec/kernels", "codec/layers", "codec/engine", "codec/exact"}
DECODER = EXACT | {"codec/entropy", "codec/prior", "codec/lossless", "codec/decoder", INCLUDE}
ENCODER = DECODER | {"codec/float", "codec/encoder", "codec/refine"}
MAY_INCLUDE: dict[str, set[str]] = {
    "format": {"format"},
    "codec/base": {"format", "codec/base"},
    "codec/kernels": {"format", "codec/base", "codec/kernels"},
    "codec/layers": {"format", "codec/layers"},
    "codec/engine": {"format", "codec/base", "codec/layers", "codec/engine"},
    "codec/exact": EXACT,
    "codec/entropy": {"format", "codec/base", "codec/entropy"},
    "codec/prior": EXACT | {"codec/entropy", "codec/prior"},
    "codec/lossless": {"format", "codec/base", "codec/lossless"},
    "codec/decoder": DECODER,
    "codec/float": EXACT - {"codec/exact"} | {"codec/float"},
    "codec/encoder": ENCODER,
    "codec/refine": ENCODER,
    "codec/study": ENCODER | {"codec/api", "codec/study"},
    "codec/signature": ENCODER | {"codec/api", "codec/study", "codec/signature"},
    "codec/target": ENCODER | {"codec/api", "codec/target"},
    "codec/api": ENCODER | {"codec/api", "codec/study"},
    "training/native": {"codec/base", "codec/kernels", "codec/entropy", "codec/prior", "codec/encoder", "training/native"},
    INCLUDE: {"format", INCLUDE},
    "tools": {"format", INCLUDE, "tools"},
    "tools/bench": {"format", "codec", "tools", "tests"},  # times the parts one by one
    "tools/vaecomp/bench/peak": {"codec/base", "codec/kernels", "tools"},  # times the inner products
}
# These are in the decoder's library.
MAY_INCLUDE |= {f"codec/api/{name}.cpp": DECODER | {"codec/api"} for name in ("build_info", "decode", "load_decoder")}

# The exact zone: nothing there may depend on how a machine rounds.
EXACT_FOLDERS = ("codec/lossless", "codec/base", "codec/layers", "codec/engine", "codec/kernels", "codec/exact")
EXACT_FOLDERS += ("codec/prior", "codec/entropy")
FLOAT_FILES = "codec/kernels/float_"  # the encoder's loops, beside the decoder's
FLOAT_TOKEN = re.compile(
    r"\b(float|double|float_t|double_t|_Float\d+\w*|__fp16|__bf16)\b"
    r"|\b\d+\.\d*([eE][+-]?\d+)?[fFlL]?|(?<![\w.])\.\d+|\b\d+[eE][+-]?\d+\b"
)

# Foreign headers and the only folder that may include each.
HOME_OF_HEADER = (
    (re.compile(r"(lib)?png[/.]|pngconf"), "tools"),
    (re.compile(r"jpeglib|jerror|zlib\.h"), "tools"),
    (re.compile(r"lcms2|expat\.h"), "tools/image_io"),
    (re.compile(r"CLI/"), "tools"),
    (re.compile(r"zstd|zdict"), "format"),
)
FLOAT_HEADER = re.compile(r"^(cmath|math\.h|cfloat|float\.h|complex|numbers)$")

# The library never prints, exits or throws.
LIBRARY_FOLDERS = ("format", "codec", "training/native")
UNMANNERED = re.compile(r"\b(throw|printf|fprintf|puts|cout|cerr|clog|exit|_Exit|quick_exit|terminate|abort)\b")

RULE_ID = re.compile(r"\bV[CM]-\d\d\b")
RULE_DOCUMENTS = ("format/SPEC.md", "format/MODEL.md")
INCLUDE_LINE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')


@dataclass(frozen=True)
class Breach:
    """A place that breaks a rule; `line` counts from 1."""

    path: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


def files(root: Path, suffixes: set[str]) -> Iterator[Path]:
    """Files below `root` with one of the suffixes, and scripts without any."""
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        if not path.is_file() or path.is_symlink() or SKIPPED_FOLDERS & set(parts):
            continue
        script = not path.suffix and path.read_bytes()[:2] == b"#!"
        if path.suffix in suffixes or script:
            yield path


def without_comments(text: str) -> str:
    """C++ text with comments and the insides of literals blanked, line numbers kept."""
    token = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)

    def blank(match: re.Match[str]) -> str:
        found = match.group()
        # A digit separator, as in 1'000, is no literal; the pattern needs a closing quote near by.
        return found[0] * 2 if found[0] in "\"'" else "\n" * found.count("\n")

    return token.sub(blank, re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "", text))


def code_lines(path: Path) -> Iterator[tuple[int, str]]:
    """Numbered lines of a C++ file without comments."""
    return enumerate(without_comments(path.read_text("utf-8")).split("\n"), 1)


def includes(path: Path) -> Iterator[tuple[int, bool, str]]:
    """Line, whether quoted, and name of each #include."""
    for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
        if match := INCLUDE_LINE.match(line):
            yield number, match[1] == '"', match[2]


def within(name: str, folder: str) -> bool:
    """Whether a path lies in a folder or below."""
    return name == folder or name.startswith(folder + "/")


def check_includes(root: Path) -> Iterator[Breach]:
    """Who may include whom."""
    for path in files(root, CPP_SUFFIXES):
        name = path.relative_to(root).as_posix()
        owner = max((f for f in MAY_INCLUDE if within(name, f)), key=len, default=None)
        if owner is None:
            continue
        for number, quoted, header in includes(path):
            if not quoted:
                continue
            target = f"{INCLUDE}/{header}" if header.startswith("vaecomp/") else header
            if not (root / target).is_file():
                yield Breach(name, number, f"includes {header}, which is not in the tree")
            elif not any(within(target, f) for f in MAY_INCLUDE[owner]):
                yield Breach(name, number, f"{owner} may not include {header}")


def check_foreign_headers(root: Path) -> Iterator[Breach]:
    """Each outside library has one home."""
    for path in files(root, CPP_SUFFIXES):
        name = path.relative_to(root).as_posix()
        for number, _, header in includes(path):
            for pattern, home in HOME_OF_HEADER:
                if pattern.match(header) and not within(name, home):
                    yield Breach(name, number, f"{header} belongs into {home} only")


def check_exact_zone(root: Path) -> Iterator[Breach]:
    """No float type, literal or header in the decoder's folders."""
    for path in files(root, CPP_SUFFIXES):
        name = path.relative_to(root).as_posix()
        if not any(within(name, folder) for folder in EXACT_FOLDERS) or name.startswith(FLOAT_FILES):
            continue
        for number, _, header in includes(path):
            if FLOAT_HEADER.match(header):
                yield Breach(name, number, f"{header} in the exact zone")
        for number, line in code_lines(path):
            if match := FLOAT_TOKEN.search(line):
                yield Breach(name, number, f"'{match.group()}' in the exact zone")


def check_library_manners(root: Path) -> Iterator[Breach]:
    """The library neither prints, exits nor throws."""
    for path in files(root, CPP_SUFFIXES):
        name = path.relative_to(root).as_posix()
        if not any(within(name, folder) for folder in LIBRARY_FOLDERS):
            continue
        for number, line in code_lines(path):
            if match := UNMANNERED.search(line):
                yield Breach(name, number, f"'{match.group()}' in the library")


def is_test(name: str) -> bool:
    """Whether a file is a test of the formats (this folder's made-up rules are not)."""
    if within(name, "tests/structure"):
        return False
    return any(within(name, folder) for folder in ("tests", "training/tests", "format/vectors"))


def check_rule_ids(root: Path) -> Iterator[Breach]:
    """Cited rules exist, and every rule is cited by a test."""
    where: dict[str, tuple[str, int]] = {}
    for document in RULE_DOCUMENTS:
        path = root / document
        text = path.read_text("utf-8") if path.is_file() else ""
        for number, line in enumerate(text.split("\n"), 1):
            for rule in RULE_ID.findall(line):
                where.setdefault(rule, (document, number))
    tested: set[str] = set()
    for path in files(root, TEXT_SUFFIXES):
        name = path.relative_to(root).as_posix()
        if name in RULE_DOCUMENTS or within(name, "tests/structure"):
            continue
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            for rule in RULE_ID.findall(line):
                if rule not in where:
                    yield Breach(name, number, f"cites {rule}, which no document has")
                elif is_test(name):
                    tested.add(rule)
    for rule, (document, number) in sorted(where.items()):
        if rule not in tested:
            yield Breach(document, number, f"no test cites {rule}")


def check_wrapping(root: Path) -> Iterator[Breach]:
    """Documents are wrapped, but for tables and what programs print."""
    for path in files(root, {".md"}):
        if path.suffix != ".md":
            continue
        fenced = False
        for number, line in enumerate(path.read_text("utf-8").split("\n"), 1):
            fenced ^= line.startswith("```")
            if len(line) > WRAPPED_AT and not fenced and not line.startswith("|"):
                yield Breach(path.relative_to(root).as_posix(), number, f"longer than {WRAPPED_AT} columns")


def check_text(root: Path) -> Iterator[Breach]:
    """ASCII sources, no blanks at line ends, no tabs, a line end at the end, files of moderate length."""
    for path in files(root, TEXT_SUFFIXES):
        name = path.relative_to(root).as_posix()
        text = path.read_bytes()
        lines = text.split(b"\n")
        is_source = path.suffix in SOURCE_SUFFIXES or not path.suffix
        for number, line in enumerate(lines, 1):
            if line != line.rstrip():
                yield Breach(name, number, "blank at the line's end")
            if is_source and b"\t" in line:
                yield Breach(name, number, "tab")
            if is_source and not line.isascii():
                yield Breach(name, number, "not ASCII")
        if text and lines[-1]:
            yield Breach(name, len(lines), "no line end at the file's end")
        if is_source and len(lines) - 1 > HARD_LINES:
            yield Breach(name, len(lines), f"longer than {HARD_LINES} lines")


CHECKS: tuple[Callable[[Path], Iterator[Breach]], ...] = (
    check_includes,
    check_foreign_headers,
    check_exact_zone,
    check_library_manners,
    check_rule_ids,
    check_text,
    check_wrapping,
)

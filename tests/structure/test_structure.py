"""The source tree keeps its rules, and a tree made to break them is caught.

Standard library only: python3 tests/structure/test_structure.py
"""

from __future__ import annotations

import tempfile
import unittest
from pathlib import Path

import rules

ROOT = Path(__file__).resolve().parents[2]


class RepositoryKeepsTheRules(unittest.TestCase):
    maxDiff = None

    def test_every_rule(self) -> None:
        for check in rules.CHECKS:
            with self.subTest(check.__name__):
                self.assertEqual([str(breach) for breach in check(ROOT)], [], check.__doc__)

    def test_the_checks_see_the_tree(self) -> None:
        seen = {p.relative_to(ROOT).parts[0] for p in rules.files(ROOT, rules.CPP_SUFFIXES)}
        self.assertLessEqual({"format", "codec", "tools", "tests"}, seen)
        for folder in rules.MAY_INCLUDE:
            self.assertTrue((ROOT / folder).exists(), folder)


class BrokenTreeIsCaught(unittest.TestCase):
    """Each check on a small tree that breaks its rule in known places."""

    def breaches(self, check_name: str, tree: dict[str, str]) -> list[str]:
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder)
            for name, text in tree.items():
                path = root / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, "utf-8")
            return [f"{b.path}:{b.line}" for b in getattr(rules, check_name)(root)]

    def test_includes(self) -> None:
        tree = {
            "codec/exact/good.h": '#include "format/a.h"\n',
            "codec/exact/bad.h": '#include <vector>\n#include "codec/prior/b.h"\n',
            "codec/exact/lost.h": '#include "codec/exact/nowhere.h"\n',
            "codec/prior/b.h": '#include "codec/exact/good.h"\n',
            "codec/entropy/c.h": '#include "vaecomp/vaecomp.hpp"\n',
            "codec/include/vaecomp/vaecomp.hpp": '#include "format/a.h"\n',
            "format/a.h": '#include "codec/exact/good.h"\n',
            "tools/t.h": '#include "vaecomp/vaecomp.hpp"\n# include "codec/exact/good.h"\n',
        }
        self.assertEqual(
            self.breaches("check_includes", tree),
            ["codec/entropy/c.h:1", "codec/exact/bad.h:2", "codec/exact/lost.h:1", "format/a.h:1"]
            + ["tools/t.h:2"],
        )

    def test_foreign_headers(self) -> None:
        tree = {
            "codec/exact/a.h": "#include <zstd.h>\n",
            "tools/a.h": "#include <png.h>\n#include <CLI/CLI.hpp>\n#include <zstd.h>\n",
            "format/a.h": "#include <zstd.h>\n#include <png.h>\n",
            "tests/a.cpp": '#include "tools/image_io/png.h"\n#include <CLI/App.hpp>\n',
        }
        self.assertEqual(
            self.breaches("check_foreign_headers", tree),
            ["codec/exact/a.h:1", "format/a.h:2", "tests/a.cpp:2", "tools/a.h:3"],
        )

    def test_exact_zone(self) -> None:
        bad = (
            "float a;",
            "using T = long double;",
            "auto b = 1.5;",
            "auto c = 2e3;",
            "#include <cmath>",
            "auto d = .5f;",
        )
        good = (
            "// a float, 0.5",
            "/* double\n double */ int a;",
            'auto s = "float 1.5";',
            "int floating = 0xE5 + 1'000;",
            "auto e = v.x + a[1].y;",
        )
        for line in bad:
            self.assertEqual(
                self.breaches("check_exact_zone", {"codec/prior/a.cpp": f"\n{line}\n"}),
                ["codec/prior/a.cpp:2"],
                line,
            )
            self.assertEqual(self.breaches("check_exact_zone", {"codec/encoder/a.cpp": line}), [], line)
        for line in good:
            self.assertEqual(self.breaches("check_exact_zone", {"codec/exact/a.h": line}), [], line)

    def test_library_manners(self) -> None:
        tree = {
            "codec/exact/a.cpp": "int x;\nvoid f() { throw 1; }\n",
            "format/a.cpp": '// never printf\nvoid f() { std::printf("x"); }\n',
            "tools/a.cpp": 'void f() { std::printf("x"); }\n',
        }
        self.assertEqual(
            self.breaches("check_library_manners", tree), ["codec/exact/a.cpp:2", "format/a.cpp:2"]
        )

    def test_rule_ids(self) -> None:
        tree = {
            "format/SPEC.md": "one (VC-01)\ntwo (VC-02)\n",
            "format/MODEL.md": "one (VM-01)\n",
            "format/a.cpp": "// VC-02, VC-77\n",
            "tests/unit/a_test.cpp": "// VC-01\n// VM-55\n",
            "training/tests/test_a.py": "# VM-01\n",
        }
        self.assertEqual(
            self.breaches("check_rule_ids", tree),
            ["format/a.cpp:1", "tests/unit/a_test.cpp:2", "format/SPEC.md:2"],
        )

    def test_text(self) -> None:
        tree = {
            "a.h": "int a; \nint b;\n\tint c;\n",
            "b.py": "x = '\u00e9'\n",
            "c.md": "caf\u00e9 without end",
            "d.cpp": "\n" * (rules.HARD_LINES + 1),
            "e.cpp": "\n" * rules.HARD_LINES,
            "tools/script": "#!/bin/sh\necho \n",
            "data.bin": " \n\t\n",
        }
        self.assertEqual(
            self.breaches("check_text", tree),
            ["a.h:1", "a.h:3", "b.py:1", "c.md:1", f"d.cpp:{rules.HARD_LINES + 2}", "tools/script:2"],
        )

    def test_wrapping(self) -> None:
        long = "x" * 121 + "\n"
        tree = {
            "README.md": "x" * 120 + "\n" + long,
            "docs/a.md": "|" + long + "```console\n" + long + "```\n" + long,
        }
        self.assertEqual(self.breaches("check_wrapping", tree), ["README.md:2", "docs/a.md:5"])


if __name__ == "__main__":
    unittest.main()

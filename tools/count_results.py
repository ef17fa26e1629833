#!/usr/bin/env python3
"""Adds up test results: tools/count_results.py RESULTS.xml ... prints 'N passed, N failed, N skipped'.

Reads JUnit files of ctest and pytest. A file that is missing or broken counts as one failure, because
its tests were to run. Exits with 1 if anything failed.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree


def count(path: str) -> tuple[int, int, int]:
    """Passed, failed and skipped tests of one file."""
    try:
        cases = list(ElementTree.parse(path).getroot().iter("testcase"))
    except (OSError, ElementTree.ParseError):
        return 0, 1, 0
    # ctest says "fail" in an attribute, pytest by an element.
    failed = sum(
        case.get("status") == "fail" or any(c.tag in ("failure", "error") for c in case)
        for case in cases
    )
    skipped = sum(any(c.tag == "skipped" for c in case) for case in cases)
    return len(cases) - failed - skipped, failed, skipped


if __name__ == "__main__":
    passed, failed, skipped = (sum(column) for column in zip((0, 0, 0), *map(count, sys.argv[1:])))
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    sys.exit(1 if failed else 0)

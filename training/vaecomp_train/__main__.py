"""Entry point of `python3 -m vaecomp_train`."""

import sys

from .cli import main

sys.exit(main())

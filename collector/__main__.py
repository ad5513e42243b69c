"""``python -m collector`` is ``netario-collector``."""

import sys

from collector.cli import main

sys.exit(main())

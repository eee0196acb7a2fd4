"""``python -m tests.pipeline.crash``."""

import sys

from .runs import main

sys.exit(main())

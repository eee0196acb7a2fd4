"""What is said to end soon: a guard against work that never ends, or takes the square of what it is given.

How long something takes is measured (``tests/bench``) and never asserted: machines are noisy. What carries this
mark takes a second, or some, and minutes where the promise is broken.
"""

from __future__ import annotations

from typing import Final

import pytest

ends_soon: Final = pytest.mark.timeout(60)

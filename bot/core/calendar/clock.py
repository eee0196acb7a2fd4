"""The type of a clock: who needs the present is handed one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

Clock = Callable[[], datetime]
"""The present as aware UTC."""

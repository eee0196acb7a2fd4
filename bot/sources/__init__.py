"""The outside world turned into posts: one file a source, each with a pure parser."""

import sys

# httpx imports its own command line where rich is installed, which takes 0.1 s of CPU. None makes that import
# fail, and httpx goes on without it.
sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]

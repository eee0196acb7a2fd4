"""Known vulnerabilities of the packages in uv.lock: ``python -m tests.packaging.audit``.

Asks PyPI's advisories by pip-audit. Where they cannot be asked (a mirror of the registry has none) it says so in a
line of its own and ends with 0; with ``--required`` it ends with 3. A vulnerability ends it with 1.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PIP_AUDIT: Final = "pip-audit==2.10.1"
WITHIN_S: Final = 60
NOT_AUDITED: Final = 3
_EXPORT: Final = ("uv", "export", "--quiet", "--frozen", "--no-dev", "--all-extras", "--no-emit-project")


@dataclass(frozen=True, slots=True)
class Audit:
    """Result: numbers of packages that were looked up and that could not be, and a line for each vulnerability."""

    audited: int = 0
    skipped: int = 0
    vulnerable: tuple[str, ...] = ()
    why: str = ""

    @property
    def is_complete(self) -> bool:
        """Whether every package was looked up."""
        return self.audited > 0 and self.skipped == 0

    def lines(self) -> list[str]:
        """The result in words."""
        if self.vulnerable:
            return [f"VULNERABLE: {line}" for line in self.vulnerable]
        if self.is_complete:
            return [f"audit: {self.audited} packages, none with a known vulnerability"]
        number = f"{self.skipped} of {self.audited + self.skipped} packages" if self.skipped else "packages"
        why = self.why or "the registry has no advisories"
        return [f"NOT AUDITED: {number} could not be looked up ({why}). Run this where pypi.org answers."]


def read(written: str) -> Audit:
    """The result of what pip-audit wrote as JSON."""
    try:
        dependencies: list[dict[str, Any]] = json.loads(written)["dependencies"]
    except (ValueError, LookupError, TypeError):
        return Audit(why="pip-audit gave no result")
    audited = [one for one in dependencies if "skip_reason" not in one]
    vulnerable = [
        f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'none'}"
        for one in audited
        for found in one["vulns"]
    ]
    return Audit(len(audited), len(dependencies) - len(audited), tuple(vulnerable))


def audit() -> Audit:
    """Ask the advisories."""
    with TemporaryDirectory() as folder:
        requirements = Path(folder) / "requirements.txt"
        try:
            exported = subprocess.run(_EXPORT, cwd=ROOT, check=True, capture_output=True, timeout=WITHIN_S)
            requirements.write_bytes(exported.stdout)
            words = ("uvx", "--quiet", PIP_AUDIT, "-r", str(requirements), "--no-deps", "--disable-pip")
            done = subprocess.run(
                (*words, "--progress-spinner=off", "--format=json"),
                capture_output=True,
                timeout=WITHIN_S,
                check=False,
            )
        except (OSError, subprocess.SubprocessError) as error:
            return Audit(why=type(error).__name__)
    return read(done.stdout.decode())


def main(arguments: Sequence[str]) -> int:
    """Exit code."""
    found = audit()
    sys.stdout.write("\n".join(found.lines()) + "\n")
    if found.vulnerable:
        return 1
    return NOT_AUDITED if not found.is_complete and "--required" in arguments else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))

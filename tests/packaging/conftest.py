"""The distribution files, built once, and an environment outside the clone with nothing but the wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

ROOT: Final = Path(__file__).parents[2]
PROJECT: Final[dict[str, Any]] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Built:
    """The files of a distribution."""

    wheel: Path
    sdist: Path


@dataclass(frozen=True, slots=True)
class Installed:
    """An environment outside the clone. ``folder``: an empty home, in which commands run."""

    program: Path
    folder: Path

    def __call__(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command with no variables but these."""
        return subprocess.run(
            [self.program, *words],
            cwd=self.folder,
            env={"PATH": os.defpath, "HOME": str(self.folder), "LANG": "C.UTF-8", **variables},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )


def uv(*words: str | Path, check: bool = True) -> subprocess.CompletedProcess[str]:
    """Run uv; skips where there is none."""
    program = shutil.which("uv")
    if program is None:
        pytest.skip("uv is not installed (pip install uv)")
    return subprocess.run([program, *words], cwd=ROOT, capture_output=True, text=True, check=check)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist, and the wheel made from it."""
    folder = tmp_path_factory.mktemp("dist")
    if uv("build", "--offline", "-o", folder, check=False).returncode:
        made = uv("build", "-o", folder, check=False)
        if made.returncode:
            pytest.skip(f"it cannot be built without the registry: {made.stderr.strip()[-300:]}")
    [wheel], [sdist] = folder.glob("*.whl"), folder.glob("*.tar.gz")
    return Built(wheel, sdist)


@pytest.fixture(scope="session")
def installed(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel with the demo's extra, in an empty environment."""
    place, folder = tmp_path_factory.mktemp("environment"), tmp_path_factory.mktemp("home")
    uv("venv", "-q", "--python", sys.executable, place / "venv")
    python = place / "venv" / "bin" / "python"
    newest = PROJECT["tool"]["uv"]["exclude-newer"]
    install = ("pip", "install", "-q", "--exclude-newer", newest, "--python", python, f"{built.wheel}[demo]")
    if uv(*install, "--offline", check=False).returncode:
        done = uv(*install, check=False)
        if done.returncode:
            pytest.skip(f"it cannot be installed without the registry: {done.stderr.strip()[-300:]}")
    return Installed(python.with_name("kawaraban"), folder)

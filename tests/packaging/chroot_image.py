"""Builds the image without Docker, and runs it: ``python -m tests.packaging.chroot_image --folder FOLDER``.

The base is Debian with Python from ``debootstrap``, in place of ``python:…-slim``, which is Debian with Python as
well. The Dockerfile's own instructions are carried out in it by ``chroot``, each stage in a root of its own. The
result runs as the image's user on a fake Discord of this machine, with a read-only root, without capabilities and
new privileges. It must become healthy by the image's own HEALTHCHECK, write to its volume and nowhere else, hold
no build tool, and end with 0 on SIGTERM. Needs root, mounts, and Debian's and PyPI's packages; takes two minutes.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.fakes.discord.server import FakeDiscord

from .dockerfile import Instruction, Stage, read

ROOT: Final = Path(__file__).parents[2]
SUITE: Final = "bookworm"
INCLUDED: Final = "python3,python3-venv,ca-certificates"
CERTIFICATES: Final = Path("/etc/ssl/certs/ca-certificates.crt")
FORBIDDEN: Final = ("gcc", "cc", "g++", "make", "ld", "uv", "pip", "pip3", "git", "curl", "wget")
IN_NAMESPACE: Final = "KAWARABAN_IMAGE_NAMESPACE"
"""Variable that is set within the mount namespace of the script."""
HEALTHY_WITHIN_S: Final = 60.0
ENDED_WITHIN_S: Final = 10.0
_BUILD_ENVIRONMENT: Final = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "SSL_CERT_FILE": str(CERTIFICATES),
    "PIP_CERT": str(CERTIFICATES),
}


class Failed(Exception):
    """The image is not what it should be; says in what."""


@dataclass(slots=True)
class Image:
    """A built image: its file system, and how it is run."""

    root: Path
    stage: Stage

    @property
    def user(self) -> str:
        return self.stage.last("USER").text

    def environment(self) -> dict[str, str]:
        return {"HOME": "/data", "LANG": "C.UTF-8", **self.stage.environment()}

    def health_command(self) -> list[str]:
        _, _, command = self.stage.last("HEALTHCHECK").text.partition("CMD ")
        return Instruction("CMD", command).words


def base(folder: Path) -> Path:
    """Debian with Python and pip in ``/usr/local``, where the base image has them."""
    root = folder / "base"
    if not (root / "usr/local/bin/pip").exists():
        run("debootstrap", "--variant=minbase", f"--include={INCLUDED}", SUITE, root)
        with mounted(root, writable=True):
            run("chroot", root, "python3", "-m", "venv", "/usr/local", environment=_BUILD_ENVIRONMENT)
    shutil.copy(CERTIFICATES, root / str(CERTIFICATES).lstrip("/"))
    shutil.copy("/etc/resolv.conf", root / "etc/resolv.conf")
    return root


def build(folder: Path) -> Image:
    """Carry out the Dockerfile."""
    begun, made = base(folder), dict[str, Path]()
    stages = read(ROOT / "Dockerfile")
    for number, stage in enumerate(stages):
        root = folder / f"stage-{number}"
        shutil.rmtree(root, ignore_errors=True)
        run("cp", "-a", begun, root)
        made[stage.name] = root
        _carry_out(stage, root, made)
    return Image(made[stages[-1].name], stages[-1])


def _carry_out(stage: Stage, root: Path, made: dict[str, Path]) -> None:
    environment, at = dict(_BUILD_ENVIRONMENT), "/"
    for one in stage.instructions:
        match one.name:
            case "RUN":
                say(f"  RUN {one.text}")
                with mounted(root, writable=True):
                    run("chroot", root, "/bin/sh", "-c", f"cd {at} && {one.text}", environment=environment)
            case "COPY":
                _copy(one, root / at.lstrip("/"), root, made)
            case "WORKDIR":
                at = one.text
                (root / at.lstrip("/")).mkdir(parents=True, exist_ok=True)
            case "ENV":
                environment |= stage.environment()
            case "USER" | "VOLUME" | "HEALTHCHECK" | "STOPSIGNAL" | "ENTRYPOINT" | "CMD":
                pass
            case _:
                raise Failed(f"{one.name} is not known here")


def _copy(one: Instruction, at: Path, root: Path, made: dict[str, Path]) -> None:
    *sources, target = [word for word in one.words if not word.startswith("--")]
    stages = [word.removeprefix("--from=") for word in one.words if word.startswith("--from=")]
    there = root / target.lstrip("/") if target.startswith("/") else at / target
    origin = made[stages[0]] if stages else ROOT
    for found in [path for source in sources for path in sorted(origin.glob(source.lstrip("/")))]:
        if found.is_dir():
            ignore = None if stages else shutil.ignore_patterns("__pycache__")
            shutil.copytree(found, there, symlinks=True, dirs_exist_ok=True, ignore=ignore)
        else:
            shutil.copy(found, there)


# -- how it runs --------------------------------------------------------------------------------------------------


@contextmanager
def mounted(root: Path, *, writable: bool) -> Iterator[None]:
    """The file systems that a container has, for the block. Not ``writable``: the root is read-only."""
    mounts: list[Path] = []
    try:
        if not writable:
            run("mount", "--bind", root, root)
            mounts.append(root)
            run("mount", "-o", "remount,ro,bind", root)
        for kind, name in (("proc", "proc"), ("tmpfs", "tmp"), ("tmpfs", "dev")):
            run("mount", "-t", kind, kind, root / name)
            mounts.append(root / name)
        for device in ("null", "zero", "random", "urandom"):
            (root / "dev" / device).touch()
            run("mount", "--bind", f"/dev/{device}", root / "dev" / device)
            mounts.append(root / "dev" / device)
        yield
    finally:
        for place in reversed(mounts):
            run("umount", "--lazy", place)


def command(image: Image, words: Sequence[str]) -> list[str]:
    """A command in the image, as its user, without capabilities and without new privileges."""
    user, _, group = image.user.partition(":")
    return [
        *(shutil.which("chroot") or "chroot", str(image.root)),
        *("setpriv", f"--reuid={user}", f"--regid={group}", "--clear-groups"),
        *("--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"),
        *words,
    ]


def inside(image: Image, *words: str) -> subprocess.CompletedProcess[str]:
    """Run a command in the image."""
    return subprocess.run(
        command(image, words), env=image.environment(), capture_output=True, text=True, check=False, timeout=60
    )


def check_files(image: Image) -> None:
    """What is in the image, and what its user can do there."""
    shell = ("/bin/sh", "-c")
    found = [name for name in FORBIDDEN if inside(image, *shell, f"command -v {name}").returncode == 0]
    require(not found, f"it holds {', '.join(found)}")
    user, _, group = image.user.partition(":")
    require(inside(image, *shell, "id -u; id -g").stdout.split() == [user, group], "it runs as somebody else")
    for place in ("/", "/opt/kawaraban", "/etc", "/usr/bin"):
        require(inside(image, *shell, f"echo x > {place}/mark").returncode != 0, f"{place} can be written to")
    require(inside(image, *shell, "echo x > /data/mark && rm /data/mark").returncode == 0, "/data cannot be")
    require("kawaraban" in inside(image, "kawaraban", "--version").stdout, "it does not start")


async def check_running(image: Image) -> None:
    """It runs, is healthy by its own check, keeps its data in the volume, and ends with SIGTERM."""
    async with FakeDiscord() as server:
        settings = {
            "DISCORD_TOKEN": server.token,
            "KAWARABAN_DISCORD__API_BASE": server.api_base,
            "KAWARABAN_DISCORD__GATEWAY_URL": server.gateway_url,
            **{f"KAWARABAN_SOURCES__{name}__ENABLED": "false" for name in ("MASTODON", "MISSKEY", "FEED")},
        }
        image.stage.instructions += [Instruction("ENV", f"{name}={value}") for name, value in settings.items()]
        words = [*image.stage.last("ENTRYPOINT").words, *image.stage.last("CMD").words]
        process = await asyncio.create_subprocess_exec(
            *_in_its_place(image, words), env=image.environment(), stderr=asyncio.subprocess.PIPE
        )
        try:
            await _until_it_ends_well(image, process, *image.health_command())
            await _until_it_ends_well(image, process, "kawaraban", "healthcheck", "--ready")
            database = image.root / "data/kawaraban.db"
            require(database.stat().st_mode & 0o777 == 0o600, "the database can be read by others")
        finally:
            began = time.monotonic()
            process.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(process.communicate(), ENDED_WITHIN_S)
        say(f"  ended with {process.returncode} {time.monotonic() - began:.1f} s after SIGTERM")
        require(process.returncode == 0, f"it ended with {process.returncode}: {log.decode()[-500:]}")


def _in_its_place(image: Image, words: Sequence[str]) -> list[str]:
    """The command, begun in the volume."""
    return command(image, ["/bin/sh", "-c", f"cd {image.stage.last('WORKDIR').text} && exec {' '.join(words)}"])


async def _until_it_ends_well(image: Image, process: asyncio.subprocess.Process, *words: str) -> None:
    """Run a command again and again until it ends with 0. Raises ``Failed`` after a while."""
    deadline = time.monotonic() + HEALTHY_WITHIN_S
    while (done := await asyncio.to_thread(inside, image, *words)).returncode:
        require(time.monotonic() < deadline and process.returncode is None, f"not healthy: {done.stderr}")
        await asyncio.sleep(1)
    say(f"  {' '.join(words)}: {done.stdout.strip()}")


def require(is_so: bool, otherwise: str) -> None:
    """Raise ``Failed`` unless it is so."""
    if not is_so:
        raise Failed(otherwise)


def run(*words: str | Path, environment: dict[str, str] | None = None) -> None:
    """Run a command. Raises ``Failed``."""
    done = subprocess.run([*map(str, words)], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Failed(f"{' '.join(map(str, words))}: {(done.stderr or done.stdout).strip()[-800:]}")


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def missing() -> str:
    """Why the image cannot be built here; empty where it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "it takes root"
    tools = [tool for tool in ("debootstrap", "chroot", "unshare", "mount") if shutil.which(tool) is None]
    return f"there is no {', '.join(tools)}" if tools else ""


def prove(folder: Path) -> None:
    """Build the image in a folder, check its files and run it. Raises ``Failed``."""
    say("building")
    image = build(folder)
    size = sum(path.lstat().st_size for path in (image.root / "opt/kawaraban").rglob("*"))
    say(f"running; /opt/kawaraban holds {size / 1e6:.0f} MB")
    volume = folder / "volume"
    volume.mkdir(exist_ok=True)
    os.chown(volume, *(int(number) for number in image.user.split(":")))
    volume.chmod(0o700)
    with mounted(image.root, writable=False):
        run("mount", "--bind", volume, image.root / "data")
        try:
            check_files(image)
            asyncio.run(check_running(image))
        finally:
            run("umount", "--lazy", image.root / "data")
    say("proved")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folder", type=Path, required=True, help="takes about 1 GB; a base in it is used again")
    folder: Path = parser.parse_args().folder.absolute()
    if why := missing():
        sys.exit(f"the image cannot be built here: {why}")
    if IN_NAMESPACE not in os.environ:  # mounts end with this process, however it ends
        words = [sys.executable, "-m", __spec__.name, "--folder", str(folder)]
        os.environ[IN_NAMESPACE] = "1"
        os.execvp("unshare", ["unshare", "--mount", "--propagation=private", *words])  # noqa: S606
    try:
        prove(folder)
    except Failed as error:
        sys.exit(f"failed: {error}")


if __name__ == "__main__":
    main()

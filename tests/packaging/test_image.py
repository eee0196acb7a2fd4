"""The Dockerfile, the compose files and the systemd unit hold to what the docs say of them and to the program."""

from __future__ import annotations

import configparser
import fnmatch
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import HOMES
from bot.core.roles import Role
from config.settings import Settings
from config.tables import keys_of, table_at

from .chroot_image import missing
from .conftest import PROJECT, ROOT
from .dockerfile import Stage, read

UNIT = ROOT / "packaging" / "kawaraban.service"
COMPOSED = ("compose.yaml", "compose.postgresql.yaml")
PROVE = "KAWARABAN_PROVE_IMAGE"
"""Variable that lets the image be built and run: a folder to do it in."""


@pytest.fixture(scope="module")
def stages() -> list[Stage]:
    return read(ROOT / "Dockerfile")


def composed(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))
    return found


def bots(name: str) -> dict[str, dict[str, Any]]:
    """The services of a compose file that run Kawaraban."""
    return {key: one for key, one in composed(name)["services"].items() if "build" in one}


def is_in_clone(name: str) -> bool:
    """Whether a file or folder, or something in it, is kept in the repository."""
    words = ["git", "ls-files", "--", name]
    return bool(subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout)


def is_setting(variable: str) -> bool:
    """Whether a variable is one that Kawaraban reads."""
    if variable == "DISCORD_TOKEN":
        return True
    table: Any = Settings
    for key in variable.removeprefix("KAWARABAN_").lower().split("__"):
        if table is None or key not in keys_of(table):
            return False
        table = table_at(keys_of(table)[key])
    return variable.startswith("KAWARABAN_")


def test_image_is_built_in_one_stage_and_runs_in_another_without_root(stages: list[Stage]) -> None:
    build, last = stages

    assert build.base == last.base
    assert "slim" in last.base
    user, _, group = last.last("USER").text.partition(":")
    assert int(user) > 0 < int(group)
    assert [one.words[0] for one in last.all("COPY")] == [f"--from={build.name}"]
    assert not [one for one in last.all("RUN") if re.search(r"\b(apt|apt-get|pip install|uv)\b", one.text)]


def test_image_copies_files_that_are_there_and_sent_to_the_builder(stages: list[Stage]) -> None:
    sent = [line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")]
    copied = [word for one in stages[0].all("COPY") for word in one.words[:-1]]

    assert [name for name in copied if "*" not in name and not is_in_clone(name)] == []
    assert sorted(copied) == sorted(sent)
    assert set(PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]) <= set(copied)
    private = (".env", "kawaraban.db", "kawaraban.toml", ".git")
    assert not any(fnmatch.fnmatch(name, pattern) for name in private for pattern in sent)


def test_image_sets_variables_and_runs_commands_that_exist(stages: list[Stage]) -> None:
    last = stages[-1]
    ours = [name for name in last.environment() if name.startswith("KAWARABAN_")]
    health = last.last("HEALTHCHECK").text.partition("CMD ")[2]

    assert ours
    assert [name for name in ours if not is_setting(name)] == []
    assert last.environment()["KAWARABAN_DATABASE__URL"].startswith(f"sqlite:///{last.last('VOLUME').text}/")
    assert last.last("ENTRYPOINT").words == ["kawaraban"]
    assert last.last("CMD").words[0] in HOMES
    assert health == '["kawaraban", "healthcheck"]'
    assert "healthcheck" in HOMES
    assert last.last("STOPSIGNAL").text == "SIGTERM"


@pytest.mark.parametrize("name", COMPOSED)
def test_composed_bots_are_locked_down_and_name_what_exists(name: str) -> None:
    found = composed(name)
    volumes = set(found["volumes"])

    assert bots(name)
    for service in bots(name).values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "/tmp" in service["tmpfs"]  # noqa: S108 - in the container
        unknown = [variable for variable in service["environment"] if not is_setting(variable)]
        assert set(unknown) <= {"PGPASSWORD"}  # read by libpq
        assert service["env_file"] == ".env"  # Compose alone reads it for its own ${…}, not for the container
        assert "ports" not in service
        assert not any(secret in str(service["environment"]) for secret in ("password:", "token:"))
    for service in found["services"].values():
        assert {mount.partition(":")[0] for mount in service.get("volumes", ())} <= volumes


def test_image_holds_the_versions_that_are_tried_and_audited(stages: list[Stage]) -> None:
    [install] = [one.words for one in stages[0].all("RUN") if "sync" in one.words]

    assert install[0] == "uv"  # pip does not know the date
    assert PROJECT["tool"]["uv"]["exclude-newer"]
    assert {"pyproject.toml", "uv.lock*"} <= {word for one in stages[0].all("COPY") for word in one.words}


def test_image_says_which_packages_are_in_it(stages: list[Stage]) -> None:
    [listing] = [one.words for one in stages[0].all("RUN") if "cyclonedx-py" in one.words]
    copied = [one.words[-1] for one in stages[-1].all("COPY")]

    assert listing[listing.index("--output-file") + 1].startswith(f"{copied[0]}/")
    assert listing[-1] == copied[0]


def test_small_compose_file_is_small_and_keeps_its_data(stages: list[Stage]) -> None:
    lines = (ROOT / "compose.yaml").read_text(encoding="utf-8").splitlines()
    [service] = bots("compose.yaml").values()

    assert len(lines) <= 13
    assert [mount.partition(":")[2] for mount in service["volumes"]] == [stages[-1].last("VOLUME").text]


def test_large_compose_file_runs_every_role_twice_with_shards_of_their_own() -> None:
    found = bots("compose.postgresql.yaml")
    commands = [service["command"] for service in found.values()]
    roles = [words[words.index("--role") + 1] for words in commands]
    gateways = [words for words in commands if Role.GATEWAY in words]
    shards = [int(words[words.index("--shard-ids") + 1]) for words in gateways]
    counts = {int(words[words.index("--shard-count") + 1]) for words in gateways}

    assert sorted(roles) == sorted([Role.GATEWAY, Role.POLLER, Role.SENDER] * 2)
    assert shards == [0, 1]
    assert counts == {len(shards)}
    assert all(words[0] == "run" for words in commands)
    for service in found.values():
        assert service["environment"]["KAWARABAN_DATABASE__URL"] == "postgresql://kawaraban@postgres/kawaraban"
        assert service["depends_on"] == {"postgres": {"condition": "service_healthy"}}


def unit() -> configparser.ConfigParser:
    found = configparser.ConfigParser(strict=False, interpolation=None)
    found.optionxform = str  # type: ignore[assignment, method-assign]
    found.read(UNIT, encoding="utf-8")
    return found


def test_unit_runs_a_command_that_exists_and_is_not_started_again_in_vain() -> None:
    service = unit()["Service"]

    assert service["ExecStart"].split()[1] in HOMES
    assert service["RestartPreventExitStatus"] == "2"
    assert is_setting(service["Environment"].partition("=")[0])
    assert service["Environment"].endswith(f"/var/lib/{service['StateDirectory']}/kawaraban.db")


def test_unit_is_hardened() -> None:
    service = unit()["Service"]

    expected = {
        "DynamicUser": "yes",
        "ProtectSystem": "strict",
        "ProtectHome": "yes",
        "NoNewPrivileges": "yes",
        "PrivateTmp": "yes",
        "PrivateDevices": "yes",
        "RestrictNamespaces": "yes",
        "CapabilityBoundingSet": "",
        "UMask": "0077",
        "StateDirectoryMode": "0700",
        "MemoryDenyWriteExecute": "yes",
    }
    assert {name: service[name] for name in expected} == expected


def test_systemd_takes_the_unit_and_calls_its_exposure_low(tmp_path: Path) -> None:
    program = shutil.which("systemd-analyze")
    if program is None:
        pytest.skip("systemd-analyze is not installed")
    there = tmp_path / UNIT.name
    there.write_text(UNIT.read_text().replace("/opt/kawaraban/bin/kawaraban", sys.executable))

    verified = subprocess.run([program, "verify", there], capture_output=True, text=True, check=False)
    exposure = subprocess.run(
        [program, "security", "--offline=true", "--threshold=20", there],
        capture_output=True,
        text=True,
        check=False,
    )

    assert "Unknown" not in verified.stderr
    assert (verified.returncode, exposure.returncode) == (0, 0), verified.stderr + exposure.stdout[-300:]


@pytest.mark.timeout(900)
def test_image_built_without_docker_runs_as_it_says() -> None:
    folder = os.environ.get(PROVE)
    if not folder:
        pytest.skip(f"takes two minutes and the registries: set {PROVE} to a folder")
    if why := missing():
        pytest.skip(f"the image cannot be built here: {why}")

    words = [sys.executable, "-m", "tests.packaging.chroot_image", "--folder", folder]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr

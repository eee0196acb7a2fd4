"""No file of the clone holds anything in the form of a key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LOOKED_IN = ("bot", "cogs", "config", "docs", "tests", "packaging", ".ci")
OWN = {".env", "kawaraban.toml", "kawaraban.db", "uv.lock"}
"""Files of whoever runs it, which git does not know."""
BEGIN = "-----BEGIN"
FORMS = {
    "a token of a Discord bot": r"\b[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}",
    "a private key": rf"{BEGIN} (?:[A-Z]+ )?PRIVATE KEY-----",
    "a bearer token of X": r"\bA{20,}[A-Za-z0-9%]{40,}",
    "a token of GitHub": r"\bgh[pousr]_[A-Za-z0-9]{36}",
    "a webhook of Discord": r"discord(?:app)?\.com/api/webhooks/\d{17,20}/[\w-]{60,}",
    "a key of AWS": r"\bAKIA[0-9A-Z]{16}\b",
    "a token of Slack": r"\bxox[abprs]-[\w-]{10,}",
    "an app password of Bluesky": r"app_password\s*[=:]\s*[\"']?(?!xxxx)[a-z2-7]{4}(?:-[a-z2-7]{4}){3}\b",
}


def files() -> Iterator[Path]:
    """The text files of the clone."""
    yield from (path for path in ROOT.glob("*") if path.is_file() and path.name not in OWN)
    for folder in LOOKED_IN:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and "__pycache__" not in path.parts and path.suffix not in {".png", ".pyc"}:
                yield path


@pytest.mark.invariant(10)
def test_no_file_holds_anything_in_the_form_of_a_key() -> None:
    form = re.compile("|".join(f"(?P<f{number}>{text})" for number, text in enumerate(FORMS.values())))
    found = [
        (str(path.relative_to(ROOT)), list(FORMS)[int((match.lastgroup or "f0")[1:])])
        for path in files()
        for match in form.finditer(path.read_text(encoding="utf-8", errors="replace"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "key",
    [
        "M" + "T" * 25 + ".abc_-1." + "x" * 38,
        f"{BEGIN} RSA PRIVATE KEY-----",
        "A" * 22 + "b1%2F" * 12,
        "ghp" + "_" + "a1" * 18,
        "https://discord.com/api/web" + "hooks/" + "1" * 19 + "/" + "aB-3" * 17,
        "AKI" + "A" + "B2" * 8,
        "xo" + "xb-1234567890-abc",
        "app_pass" + "word = 'abcd-efgh-ijkl-mnop'",
    ],
)
def test_each_form_is_recognized(key: str) -> None:
    assert [name for name, form in FORMS.items() if re.search(form, f"x = {key}")]

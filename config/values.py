"""Kinds of values that settings take: addresses, texts, numbers, secrets. A kind names its own sentence."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from msgspec import Meta

from .tables import Secret, form

_HOST: Final = r"(?:[^\s/?#]*@)?(?:[\w.{}-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{0,5})?(?:[/?#]|\Z)"
"""A host, also with a name and password before it, which ``load`` refuses with a sentence of its own."""
_BYTE: Final = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[0-9]{1,2})"
_THIS_MACHINE: Final = rf"(?:(?i:localhost)|127(?:\.{_BYTE}){{3}}|\[::1\])(?::[0-9]{{0,5}})?(?:[/?#]|\Z)"
"""Addresses of this machine: requests to them leave no cable for others to listen at."""
_ADDRESS: Final = {"cli-takes-address": rf"(?!.*[\s\x00-\x1f\x7f])https?://{_HOST}"}
_SERVER: Final = _ADDRESS | {"cli-takes-server": r"[^?#]*\Z"}
_TOKEN_SERVER: Final = _SERVER | {"cli-takes-https": rf"https://|http://{_THIS_MACHINE}"}
_GATEWAY: Final = {
    "cli-takes-gateway": rf"(?!.*[\s\x00-\x1f\x7f])wss?://{_HOST}",
    "cli-takes-wss": rf"wss://|ws://{_THIS_MACHINE}",
}

Address = Annotated[str, form(_ADDRESS)]
Template = Annotated[str, form(_ADDRESS | {"cli-takes-template": r".*\{topic\}"})]
Server = Annotated[str, form(_SERVER)]
"""Paths are added to it."""
TokenServer = Annotated[str, form(_TOKEN_SERVER)]
"""A server whose connection nobody can listen to."""
Gateway = Annotated[str, form(_GATEWAY)]
"""An address of a WebSocket."""
DatabaseUrl = Annotated[str, form({"cli-takes-database": r"(?:sqlite:///[^?#]+|postgres(?:ql)?://[!-~]+)\Z"})]
"""A file, or a database of a PostgreSQL server in the form that libpq reads."""
Ascii = Annotated[str, form({"cli-takes-ascii": r"[ -~]*\Z"})]
Line = Annotated[str, form({"cli-takes-line": r"[^\x00-\x1f\x7f]{0,200}\Z"})]
"""A line that people read."""
ListenHost = Annotated[str, form({"cli-takes-host": r"[A-Za-z0-9.:_-]{1,253}\Z"})]
"""A host name or IP address, without brackets or port."""
Ranked = Literal["trendpage", "mastodon", "misskey", "bluesky", "google"]
"""A source that says what rises there."""
Country = Annotated[str, form({"cli-takes-country": r"(?:[A-Z]{2}(?:-[A-Z0-9]{1,3})?)?\Z"})]
"""A country's code, or a part of it, as Google names them; empty for none."""
Count = Annotated[int, Meta(ge=0)]
Snowflake = Annotated[int, Meta(gt=0, le=2**63 - 1)]
"""An id of Discord's."""


class Token(Secret):
    """A token that fits a header, without spaces and quotes around it. Raises ``ValueError`` with a text id."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        if not re.fullmatch(r"[!#-&(-~]*", text.strip()):
            raise ValueError("cli-takes-token")
        super().__init__(text.strip())


class SecretAddress(Secret):
    """An address that is a secret itself, without spaces around it. Raises ``ValueError`` with a text id."""

    __slots__ = ()

    def __init__(self, text: str) -> None:
        url = text.strip()
        if url and not re.match(rf"(?!.*[\s\x00-\x1f\x7f])(?:https://{_HOST}|http://{_THIS_MACHINE})", url):
            raise ValueError("cli-takes-webhook")
        super().__init__(url)

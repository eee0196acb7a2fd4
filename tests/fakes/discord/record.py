"""What happened, for a test to ask: every request, and every message as JSON lines that outlive its client."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TextIO

from tests.fakes.discord.errors import Json
from tests.fakes.discord.world import Message


@dataclass(frozen=True)
class Request:
    """One request and how it ended. ``status`` 0: there was no answer (``fault`` says why)."""

    method: str
    path: str
    status: int
    at: float
    """Seconds of the server's monotonic clock when it came in."""
    code: int = 0
    scope: str | None = None
    """Of a 429: ``user``, ``global``, ``shared``; None for the ban and for 30046 without a time."""
    fault: str | None = None


def message_entry(message: Message) -> Json:
    """A message as plain JSON: its present state and its history."""
    return {
        "id": str(message.id),
        "channel_id": str(message.channel.id),
        "nonce": message.nonce,
        "text": message.text,
        "content": message.body.content,
        "embeds": list(message.body.embeds),
        "components": list(message.body.components),
        "custom_ids": message.custom_ids,
        "allowed_mentions": message.body.allowed_mentions,
        "pings": list(message.pings),
        "files": [attachment.filename for attachment in message.body.attachments],
        "flags": message.body.flags,
        "received_at": message.received_at.isoformat(),
        "received_monotonic": message.received_monotonic,
        "repeats": message.repeats,
        "edits": [{"at": edit.at.isoformat(), "components": list(edit.body.components)} for edit in message.edits],
        "deleted_at": None if message.deleted_at is None else message.deleted_at.isoformat(),
    }


class Record:
    """The requests, in memory; and a line for each change of a message, in ``file`` when there is one."""

    def __init__(self, file: Path | None) -> None:
        self.requests: list[Request] = []
        self._file: TextIO | None = None if file is None else file.open("a", encoding="utf-8")

    def add(self, request: Request) -> None:
        """Keep a request."""
        self.requests.append(request)

    def tell(self, event: str, message: Message) -> None:
        """Write one line, at once: ``event`` is create, repeat, edit, delete or crosspost."""
        if self._file is None:
            return
        line = {"event": event, **message_entry(message)}
        self._file.write(json.dumps(line, ensure_ascii=False) + "\n")
        self._file.flush()

    def matching(self, where: str) -> list[Request]:
        """Requests whose ``METHOD /path`` contains ``where``."""
        return [r for r in self.requests if where in f"{r.method} {r.path}"]

    @property
    def rate_limited(self) -> Counter[str]:
        """How many 429s of each scope; the ban's count as ``cloudflare``."""
        return Counter(r.scope or "cloudflare" for r in self.requests if r.status == 429)

    @property
    def statuses(self) -> Counter[int]:
        """How many answers of each status."""
        return Counter(r.status for r in self.requests)

    def as_json(self) -> list[Json]:
        """All requests."""
        return [asdict(request) for request in self.requests]

    def close(self) -> None:
        """No more lines."""
        if self._file is not None:
            self._file.close()
            self._file = None

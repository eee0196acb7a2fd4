"""Asks the operator's language model, through an HTTP client of its own that asks nothing else.

The address is the operator's setting, so that it may be on this machine or in a private network. No redirect is
followed.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from bot.core.calendar.clock import Clock
from bot.core.language_model.tasks import ModelTask
from bot.sources.http.client import Http
from bot.sources.http.limits import HttpLimits

from .wire import request_of, text_of

TIMEOUT_S: Final = 20.0
ANSWER_MAX: Final = 64_000
"""Bytes of an answer that are read; the longest that is used has 4,000 characters."""
AT_ONCE: Final = 2
"""Requests at the same time; a model on the operator's own machine answers one after the other."""


class LanguageModel:
    """A model at an endpoint. ``url``: without ``/chat/completions``. ``key``: None where none is needed."""

    def __init__(self, limits: HttpLimits, *, url: str, model: str, key: str | None, clock: Clock) -> None:
        own = replace(
            limits,
            total_timeout_s=TIMEOUT_S,
            max_body_bytes=ANSWER_MAX,
            max_redirects=0,
            per_host_concurrency=AT_ONCE,
            per_host_interval_s=0.0,
            only_hosts=frozenset(),
        )
        self._http = Http(own, clock=clock, may_connect=lambda _: True)
        self._url = f"{url.rstrip('/')}/chat/completions"
        self._model = model
        self._headers = {"authorization": f"Bearer {key}"} if key else {}

    async def answer(self, task: ModelTask) -> str:
        """The text of its answer. Raises ``SourceError`` or ``UnusableAnswer``."""
        answer = await self._http.post_json(self._url, request_of(task, self._model), headers=self._headers)
        return text_of(answer.body)

    async def aclose(self) -> None:
        """Close its connections."""
        await self._http.aclose()

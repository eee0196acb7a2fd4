"""An account at a Bluesky server: logged in once, and the session kept and refreshed from then on.

    question ─▶ ExpiredToken ─▶ refresh ─▶ refused ─▶ log in ─▶ refused ─▶ SourceRefused, and a cool-down

A login is what Bluesky allows least: 30 in 5 minutes and 300 a day for an account, at times 100 a day
(bluesky-social/bsky-docs, issue 183). The session therefore outlives the process, in a store; concurrent polls
wait for one refresh; and there is no second login within five minutes, whatever became of the first (one that was
answered 503 or not at all may have been counted), doubled with each refusal.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from typing import Annotated, Final, Protocol

import msgspec

from bot.core.errors import DatabaseBusy, SourceBusy, SourceChanged, SourceError, SourceRefused
from bot.core.lazy_dataclass import dataclass
from bot.core.text import one_line
from bot.core.url_display import host_of
from bot.sources.http.client import JSON_MAX, Answer, Http, RefusedAnswer

from .wire import error_code

log = logging.getLogger(__name__)

NOTE: Final = "bluesky_session"
LOGIN_EVERY: Final = timedelta(minutes=5)
LONGEST_BLOCK: Final = timedelta(hours=6)
_RENEWAL_S: Final = 60.0
"""Lease of a renewal: longer than a refresh and a login take together."""
_TRY_EVERY_S: Final = 0.25
_TRIES: Final = 40

_REASONS: Final = {
    "AccountTakedown": "the account was taken down by its server",
    "AuthFactorTokenRequired": "this is no app password: the account asks for a code by mail",
}


class SessionStore(Protocol):
    """The store of the session over restarts. Its methods may raise ``DatabaseBusy``."""

    async def get_note(self, key: str) -> str | None:
        """The value stored under ``key``."""
        ...

    async def set_note(self, key: str, value: str) -> None:
        """Keep it."""
        ...

    async def claim_note(self, key: str, now: datetime, *, lease_s: float) -> bool:
        """Be the one process that writes it, for so many seconds. False: another one is."""
        ...

    async def release_note(self, key: str, now: datetime) -> None:
        """Let others write it."""
        ...


class InMemorySessionStore:
    """A store that forgets with the process: for a command that asks once and leaves no trace."""

    def __init__(self) -> None:
        self._notes: dict[str, str] = {}

    async def get_note(self, key: str) -> str | None:
        """The value stored under ``key``."""
        return self._notes.get(key)

    async def set_note(self, key: str, value: str) -> None:
        """Keep it."""
        self._notes[key] = value

    async def claim_note(self, key: str, now: datetime, *, lease_s: float) -> bool:
        """True: there is no other process."""
        return True

    async def release_note(self, key: str, now: datetime) -> None:
        """Return at once: no other process waits."""


@dataclass(frozen=True, slots=True)
class _Session:
    """A session as it is kept: whose it is, and its two tokens, which are shown nowhere."""

    service: str
    identifier: str
    access: str = field(repr=False)
    refresh: str = field(repr=False)


_Token = Annotated[str, msgspec.Meta(pattern=r"^[\x21-\x7e]{1,4096}\Z")]


class _Tokens(msgspec.Struct, rename="camel"):
    """The tokens go into headers."""

    access_jwt: _Token
    refresh_jwt: _Token


class BlueskyAccount:
    """Asks an account's own server in its name. One for the whole process: it holds the one session."""

    def __init__(
        self,
        http: Http,
        *,
        service_url: str,
        identifier: str,
        app_password: str,
        store: SessionStore,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._http = http
        self._service = service_url.rstrip("/")
        self._identifier = one_line(identifier).lstrip("@")  # copied from a profile it carries unseen marks
        self._app_password = app_password
        self._store = store
        self._session: _Session | None = None
        self._lock = asyncio.Lock()
        self._refusals = 0
        self._login_blocked_until: datetime | None = None
        self._why = ""
        self._kind: type[SourceError] = SourceRefused
        self._sleep = sleep

    @property
    def host(self) -> str:
        """The server's name."""
        return host_of(self._service)

    async def get(self, path: str, params: Sequence[tuple[str, str]], now: datetime) -> Answer:
        """Ask ``/xrpc/path``; a session that has run out is refreshed, or else made anew, at most once each.

        Raises ``SourceError``: a ``RefusedAnswer`` where the question itself is refused, another ``SourceRefused``
        where the login is.
        """
        token = await self._token(now)
        for renew in (self._refreshed, self._relogin):
            try:
                return await self._ask(path, params, token)
            except RefusedAnswer as refusal:
                if not _is_about_session(refusal.answer):
                    raise
            token = await renew(token, now)
        return await self._ask(path, params, token)

    async def _ask(self, path: str, params: Sequence[tuple[str, str]], token: str) -> Answer:
        return await self._http.get(
            f"{self._service}/xrpc/{path}", params=params, headers=_bearer(token), most=JSON_MAX
        )

    async def _token(self, now: datetime) -> str:
        """The access token at hand; the first question of a process looks for a kept one, and else logs in."""
        async with self._lock:
            self._session = self._session or await self._newer("") or await self._alone("", now, self._log_in)
            return self._session.access

    async def _refreshed(self, refused: str, now: datetime) -> str:
        """A token other than the ``refused`` one: from a faster caller, from a refresh, or from a login."""
        async with self._lock:
            if self._session is None or self._session.access == refused:
                self._session = await self._newer(refused) or await self._alone(
                    refused, now, self._refresh_or_log_in
                )
            return self._session.access

    async def _relogin(self, refused: str, now: datetime) -> str:
        """A token other than the ``refused`` one, from a login."""
        async with self._lock:
            if self._session is None or self._session.access == refused:
                self._session = await self._alone(refused, now, self._log_in)
            return self._session.access

    async def _newer(self, refused: str) -> _Session | None:
        """The session in the store, which another process may have renewed; None for one with this token."""
        kept = await self._kept()
        return None if kept is None or kept.access == refused else kept

    async def _alone(
        self, refused: str, now: datetime, renew: Callable[[datetime], Awaitable[_Session]]
    ) -> _Session:
        """The session renewed by this process, or by another one that began before.

        A refresh token is used once: two processes that refresh at the same time would log each other out. Raises
        ``SourceBusy`` where the other one takes too long.
        """
        for _ in range(_TRIES):
            if await self._is_claimed(now):
                try:
                    return await self._newer(refused) or await renew(now)
                finally:
                    await self._release(now)
            await self._sleep(_TRY_EVERY_S)
            if (kept := await self._newer(refused)) is not None:
                return kept
        raise SourceBusy("the session is just renewed by another process")

    async def _is_claimed(self, now: datetime) -> bool:
        try:
            return await self._store.claim_note(NOTE, now, lease_s=_RENEWAL_S)
        except DatabaseBusy as busy:
            raise SourceBusy("the session cannot be renewed while the database is busy") from busy

    async def _release(self, now: datetime) -> None:
        with contextlib.suppress(DatabaseBusy):  # the claim ends by itself
            await self._store.release_note(NOTE, now)

    async def _refresh_or_log_in(self, now: datetime) -> _Session:
        return await self._refresh() or await self._log_in(now)

    async def _refresh(self) -> _Session | None:
        """The next session; None where the refresh token has run out too (after about two months)."""
        if self._session is None:
            return None
        url = f"{self._service}/xrpc/com.atproto.server.refreshSession"
        try:
            answer = await self._http.post_nothing(url, headers=_bearer(self._session.refresh))
        except RefusedAnswer:
            return None
        return await self._keep(answer)

    async def _log_in(self, now: datetime) -> _Session:
        """A session for the app password. Raises ``SourceRefused`` for a wrong one.

        During the cool-down of logins, raises the same as the one that failed.
        """
        if self._login_blocked_until is not None and now < self._login_blocked_until:
            raise self._login_blocked(now)
        url = f"{self._service}/xrpc/com.atproto.server.createSession"
        try:
            answer = await self._http.post_json(
                url, {"identifier": self._identifier, "password": self._app_password}
            )
            session = await self._keep(answer)
        except SourceError as error:
            is_refusal = isinstance(error, RefusedAnswer | SourceChanged)
            self._refusals += is_refusal
            self._block_logins(now, _reason(error, self.host), error.retry_after)
            self._kind = SourceRefused if is_refusal else type(error)
            if not is_refusal:
                raise  # as it is: a busy server may say itself how long to wait
            raise self._login_blocked(now) from error
        self._refusals = 0
        self._block_logins(now, f"{self.host}: the session is not accepted, although it was made only now", None)
        self._kind = SourceRefused
        log.info("logged in to Bluesky at %s", self.host)
        return session

    def _block_logins(self, now: datetime, why: str, asked_for: timedelta | None) -> None:
        """No login for a while: five minutes, doubled with each refusal."""
        doubled = LOGIN_EVERY * (1 << min(max(self._refusals - 1, 0), 10))
        self._login_blocked_until = now + max(min(doubled, LONGEST_BLOCK), asked_for or timedelta(0))
        self._why = why

    def _login_blocked(self, now: datetime) -> SourceError:
        """The error while logins wait, with the time until the next one."""
        left = self._login_blocked_until - now if self._login_blocked_until else None
        permanent = self._kind is SourceRefused and self._refusals > 0
        return self._kind(self._why, retry_after=left, permanent=permanent)

    async def _kept(self) -> _Session | None:
        """The session in the store, if it is this account's."""
        try:
            note = await self._store.get_note(NOTE)
        except DatabaseBusy as busy:
            raise SourceBusy("the session cannot be read while the database is busy") from busy
        try:
            session = msgspec.json.decode(note, type=_Session) if note else None
        except msgspec.DecodeError:
            return None
        if session is None or (session.service, session.identifier) != (self._service, self._identifier):
            return None
        return session

    async def _keep(self, answer: Answer) -> _Session:
        """The session of an answer, kept. One that cannot be kept now still serves this process."""
        try:
            tokens = msgspec.json.decode(answer.body, type=_Tokens)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise SourceChanged(f"{self.host}: answered the login, but not with a session") from error
        session = _Session(self._service, self._identifier, tokens.access_jwt, tokens.refresh_jwt)
        try:
            await self._store.set_note(NOTE, msgspec.json.encode(session).decode())
        except DatabaseBusy:
            log.warning("the Bluesky session is not kept over a restart: the database is busy")
        return session


def _bearer(token: str) -> Mapping[str, str]:
    return {"authorization": f"Bearer {token}"}


def describe(answer: Answer) -> str:
    """The status and code of an answer."""
    return f"answered {answer.status} {error_code(answer.body)}".rstrip()


def _is_about_session(answer: Answer) -> bool:
    """Whether the token was refused, not the question. A PDS says so with 400 and a code, or with 401."""
    return answer.status == 401 or (
        answer.status == 400 and error_code(answer.body) in {"ExpiredToken", "InvalidToken"}
    )


def _reason(error: SourceError, host: str) -> str:
    """The reason why a login failed, for the operator."""
    if not isinstance(error, RefusedAnswer):
        return error.detail
    status, code = error.answer.status, error_code(error.answer.body)
    if code in _REASONS:
        meaning = _REASONS[code]
    elif status == 401:
        meaning = "the app password is not accepted"
    elif status in {404, 405, 410}:
        meaning = "there is no login where a Bluesky server has it"
    else:
        meaning = "the login is refused"
    return f"{host}: {meaning} ({describe(error.answer)})"

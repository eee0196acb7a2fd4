"""Signals between processes over LISTEN and NOTIFY. What is lost while a connection is lost, ticks find."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Any, Final

import psycopg

from .errors import first_line
from .lineage import SEEN, each_first
from .session import Session, connection_parameters

log = logging.getLogger(__name__)

CHANNEL: Final = "kawaraban_outbox"
_LISTEN_EVERY_S: Final = 0.5
"""Interval in which the listening thread sees that it is to end."""
_RECONNECT_AFTER_S: Final = 1.0
_NOTIFY: Final = "SELECT pg_notify(?, ?) AS sent"


class PostgresSignals:
    """See ``Signals``. ``sender``: name of this process, whose own signals are not received.

    ``on_signal``: called in a thread for signals of other processes, and after each new connection, which may have
    missed some; None: for a process that only sends them.
    """

    def __init__(self, url: str, sender: str, on_signal: Callable[[], None] | None) -> None:
        self._url = url
        self._sender = sender
        self._on_signal = on_signal or (lambda: None)
        self._ended = threading.Event()
        self._wanted = threading.Event()
        self._threads = [threading.Thread(target=self._send, name="signals out", daemon=True)]
        if on_signal is not None:
            self._threads.append(threading.Thread(target=self._listen, name="signals in", daemon=True))
        self._is_away = False

    def start(self) -> None:
        """See ``Signals.start``."""
        for thread in self._threads:
            thread.start()

    def send(self) -> None:
        """See ``Signals.send``."""
        self._wanted.set()

    def stop(self) -> None:
        """See ``Signals.stop``."""
        self._ended.set()
        self._wanted.set()
        for thread in self._threads:
            if thread.ident is not None:
                thread.join()

    def _listen(self) -> None:
        while not self._ended.is_set():
            try:
                # An old server that came back has no news: first the one that the other connections found.
                parameters = next(each_first(connection_parameters(self._url), SEEN.answered))
                with closing(psycopg.connect(**parameters, autocommit=True)) as connection:
                    self._receive(connection)
            except psycopg.Error as error:
                self._say_away(first_line(error))
                self._ended.wait(_RECONNECT_AFTER_S)

    def _receive(self, connection: psycopg.Connection[Any]) -> None:
        connection.execute(f"LISTEN {CHANNEL}")
        self._is_away = False
        self._on_signal()
        while not self._ended.is_set():
            received = [one.payload for one in connection.notifies(timeout=_LISTEN_EVERY_S, stop_after=1)]
            if any(sender != self._sender for sender in received):
                self._on_signal()

    def _send(self) -> None:
        session = Session(self._url)
        try:
            while True:
                self._wanted.wait()
                if self._ended.is_set():
                    return
                self._wanted.clear()
                try:
                    session.connect()
                    session.execute(_NOTIFY, (CHANNEL, self._sender)).fetchone()
                except psycopg.Error as error:
                    session.close()
                    self._say_away(first_line(error))
        finally:
            session.close()

    def _say_away(self, why: str) -> None:
        if not self._is_away:
            log.info("signals between processes are lost for now, ticks go on: %s", why)
        self._is_away = True

"""Errors of PostgreSQL, and what they mean for who starts the bot."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest

from bot.core.errors import ServerProblem, ServerUnusable
from bot.storage.postgres.errors import translate_errors, why_unusable
from bot.storage.postgres.session import Session

UNREACHABLE, LOGIN, MISSING = ServerProblem.UNREACHABLE, ServerProblem.LOGIN, ServerProblem.NO_DATABASE
NOT_READY, FULL = ServerProblem.NOT_READY, ServerProblem.FULL
_FAILED = 'connection to server at "127.0.0.1", port 5432 failed: '


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        # https://github.com/postgres/postgres/blob/master/src/backend/tcop/backend_startup.c
        ("FATAL:  the database system is starting up", NOT_READY),
        ("FATAL:  the database system is not yet accepting connections", NOT_READY),
        ("FATAL:  the database system is not accepting connections", NOT_READY),
        ("FATAL:  the database system is shutting down", NOT_READY),
        ("FATAL:  the database system is in recovery mode", NOT_READY),
        ("FATAL:  sorry, too many clients already", FULL),
        ("FATAL:  remaining connection slots are reserved for roles with the SUPERUSER attribute", FULL),
        ('FATAL:  too many connections for role "kawaraban"', FULL),
        ('FATAL:  too many connections for database "kawaraban"', FULL),
        (
            "Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?",
            UNREACHABLE,
        ),
        ("timeout expired", UNREACHABLE),
        ("Network is unreachable", UNREACHABLE),
        ("server closed the connection unexpectedly", UNREACHABLE),
        ("SSL SYSCALL error: EOF detected", UNREACHABLE),
        ("SSL SYSCALL error: Connection reset by peer", UNREACHABLE),
        ('FATAL:  password authentication failed for user "kawaraban"', LOGIN),
        ("fe_sendauth: no password supplied", LOGIN),
        ('FATAL:  role "kawaraban" does not exist', LOGIN),
        ('FATAL:  database "kawaraban" does not exist', MISSING),
    ],
)
def test_refused_connection_is_of_a_kind_that_says_what_to_do(text: str, problem: ServerProblem) -> None:
    error = why_unusable(psycopg.OperationalError(_FAILED + text))

    assert error.problem is problem


def test_statement_of_another_client_shows_a_pooler_by_transactions(postgres_url: str) -> None:
    """A session whose statements are gone, as it is after a pooler gave the connection to another client."""
    with closing(Session(postgres_url)) as session:
        session.connect()
        session.execute("SELECT 1 AS one")
        session.command("DEALLOCATE ALL")

        with pytest.raises(ServerUnusable) as refused:
            translate_errors(lambda: session.execute("SELECT 1 AS one"))

    assert refused.value.problem is ServerProblem.POOLER

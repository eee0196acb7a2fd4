"""Errors of PostgreSQL, and what they mean for who starts the bot."""

from __future__ import annotations

from contextlib import closing

import psycopg
import pytest
from psycopg import errors

from bot.core.errors import DatabaseBusy, ServerProblem, ServerUnusable
from bot.doctor.database_faults import why_unusable as said_of
from bot.storage.postgres.errors import translate_errors, why_unusable
from bot.storage.postgres.lock_keys import LockKey
from bot.storage.postgres.session import Session
from tests.inspection import Inspect

READ_ONLY, NOT_ADMITTED, ENCRYPTION = (
    ServerProblem.READ_ONLY,
    ServerProblem.NOT_ADMITTED,
    ServerProblem.ENCRYPTION,
)
UNREACHABLE, LOGIN, MISSING = ServerProblem.UNREACHABLE, ServerProblem.LOGIN, ServerProblem.NO_DATABASE
NOT_READY, FULL, CERTIFICATE = ServerProblem.NOT_READY, ServerProblem.FULL, ServerProblem.CERTIFICATE
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
        ("FATAL:  connection requires a valid client certificate", CERTIFICATE),
        ("FATAL:  接続には有効なクライアント証明書が必要です", CERTIFICATE),
        ('FATAL:  certificate authentication failed for user "kawaraban"', CERTIFICATE),
        ('private key file "/k/client.key" has group or world access', CERTIFICATE),
        ("received invalid response to SSL negotiation: H", UNREACHABLE),
        ("expected authentication request from server, but received H", UNREACHABLE),
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
        ("SSL error: unexpected eof while reading", UNREACHABLE),
        ("session is read-only", READ_ONLY),
        ("server is in hot standby mode", READ_ONLY),
        ("SSL error: certificate verify failed", ENCRYPTION),
        ('root certificate file "/root/.postgresql/root.crt" does not exist', ENCRYPTION),
        ('server certificate for "db.example" does not match host name "127.0.0.1"', ENCRYPTION),
        ("server does not support SSL, but SSL was required", ENCRYPTION),
        (
            'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "u", database "d", no encryption',
            ENCRYPTION,
        ),
        (
            'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "u", database "d", SSL encryption',
            NOT_ADMITTED,
        ),
        ('FATAL:  pg_hba.conf rejects connection for host "192.0.2.1", user "u", database "d"', NOT_ADMITTED),
        # of a server whose messages are Japanese (lc_messages = ja_JP.UTF-8)
        ("FATAL:  データベースシステムは起動処理中です", NOT_READY),
        ("FATAL:  データベースシステムはシャットダウンしています", NOT_READY),
        ("FATAL:  現在クライアント数が多すぎます", FULL),
        ('FATAL:  ロール"kawaraban"からの接続が多すぎます', FULL),
        (
            "FATAL:  残りの接続スロットはレプリケーションユーザーではないスーパーユーザー用に予約されています",
            FULL,
        ),
        ('FATAL:  ユーザー"kawaraban"のパスワード認証に失敗しました', LOGIN),
        ('FATAL:  ロール"kawaraban"は存在しません', LOGIN),
        ('FATAL:  データベース"kawaraban"は存在しません', MISSING),
        # of poolers
        ("FATAL:  no such database: kawaraban", MISSING),
        ("FATAL:  no such user: kawaraban", LOGIN),
        ("FATAL:  Tenant or user not found", LOGIN),
        ("FATAL:  no more connections allowed (max_client_conn)", FULL),
        ("FATAL:  Max client connections reached", FULL),
        ("FATAL:  query_wait_timeout", FULL),
        ("FATAL:  server login has been failing, try again later (server_login_retry)", NOT_READY),
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


WRONG = 'FATAL:  password authentication failed for user "kawaraban"'
UNENCRYPTED = 'FATAL:  no pg_hba.conf entry for host "192.0.2.1", user "kawaraban", database "k", no encryption'


@pytest.mark.parametrize(
    ("tries", "problem", "why"),
    [
        ((WRONG, UNENCRYPTED), LOGIN, 'password authentication failed for user "kawaraban"'),
        (("FATAL:  sorry, too many clients already", UNENCRYPTED), FULL, "sorry, too many clients already"),
        (("Connection refused", "session is read-only"), READ_ONLY, "session is read-only"),
        (("session is read-only", "Connection refused"), READ_ONLY, "session is read-only"),
        (
            ('private key file "/k" has group or world access', UNENCRYPTED),
            CERTIFICATE,
            'private key file "/k" has group or world access',
        ),
        (("Connection refused", "timeout expired"), UNREACHABLE, "Connection refused"),
    ],
)
def test_of_several_tries_the_one_that_says_what_to_do_is_named(
    tries: tuple[str, ...], problem: ServerProblem, why: str
) -> None:
    """A login is tried with encryption, then without, at each host of the URL."""
    error = why_unusable(psycopg.OperationalError("\n".join(f"{_FAILED}{one}" for one in tries)))

    assert (error.problem, error.values["why"]) == (problem, why)


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ("?sslmode=yes", "invalid sslmode value"),
        ("?connect_timeout=soon", "bad value for connect_timeout"),
        ("?service=nowhere", 'definition of service "nowhere" not found'),
    ],
)
def test_option_that_cannot_be_used_is_named(after: str, why: str) -> None:
    with pytest.raises(psycopg.Error) as refused, closing(Session(f"postgresql://u:secret@/k{after}")) as session:
        session.connect()

    error = why_unusable(refused.value)
    assert (error.problem, error.values["why"]) == (ServerProblem.OPTION, why)


def test_right_that_is_missing_at_a_table_is_said(postgres_url: str) -> None:
    """As after a dump was brought back by another user, who owns the tables then."""
    Inspect(postgres_url)("CREATE ROLE stranger LOGIN")
    try:
        with closing(Session(postgres_url.replace("//kawaraban@", "//stranger@"))) as session:
            session.connect()

            with pytest.raises(ServerUnusable) as refused:
                translate_errors(lambda: session.execute("SELECT 1 AS one FROM watches"))
    finally:
        Inspect(postgres_url)("DROP ROLE stranger")

    assert refused.value.problem is ServerProblem.FORBIDDEN


def test_time_out_of_a_lock_is_no_server_that_is_away(postgres_url: str) -> None:
    with Inspect(postgres_url).transaction(), closing(Session(postgres_url)) as session:
        session.connect()
        with pytest.raises(psycopg.Error) as refused:
            session.command(f"SET lock_timeout = 1; SELECT pg_advisory_lock({LockKey.WRITER:d})")

    assert why_unusable(refused.value).problem is ServerProblem.OTHER


def test_full_disk_of_the_server_is_said_and_waited_for() -> None:
    why = 'could not extend file "base/1/2": No space left on device'

    def work() -> None:
        raise errors.DiskFull(why)

    with pytest.raises(DatabaseBusy) as refused:
        translate_errors(work)

    assert said_of("postgresql://db/kawaraban", refused.value).text_id == "cli-server-disk-full"

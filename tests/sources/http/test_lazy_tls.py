"""Encrypted connections: certificates are read when first needed, and nobody is trusted without them."""

from __future__ import annotations

import asyncio
import os
import ssl
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
import trustme
from aiohttp import web

from bot.core.errors import SourceUnreachable
from bot.sources.http.client import Http, HttpLimits
from bot.sources.http.lazy_tls import LazyTlsContext

ROOT = Path(__file__).parents[3]
AUTHORITY = trustme.CA()
"""An authority of this run: its certificates are trusted where a test says so, and nowhere else."""


@asynccontextmanager
async def serving() -> AsyncIterator[str]:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    encrypted = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert("127.0.0.1").configure_cert(encrypted)
    app = web.Application()
    app.router.add_get("/", hello)
    runner = web.AppRunner(app, shutdown_timeout=0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=encrypted).start()
    try:
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def client() -> AsyncIterator[Http]:
    limits = HttpLimits(user_agent="kawaraban/test", allow_private_networks=True, per_host_interval_s=0.0)
    http = Http(limits, clock=lambda: datetime(2026, 11, 29, tzinfo=UTC))
    try:
        yield http
    finally:
        await http.aclose()


async def test_server_whose_certificate_nobody_signed_is_not_asked() -> None:
    async with serving() as address, client() as http:
        with pytest.raises(SourceUnreachable, match="no trusted TLS connection"):
            await http.get(address)


async def test_server_with_a_trusted_certificate_is_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "authority.pem"))

    async with serving() as address, client() as http:
        answer = await http.get(address)

    assert answer.body == b"hello"


_ASKS = """
import asyncio, ssl, sys
from bot.sources.http.lazy_tls import lazy_default_contexts

before = ssl.create_default_context
read = []
wrapped = ssl.SSLContext.load_default_certs
ssl.SSLContext.load_default_certs = lambda *told: (read.append(told), wrapped(*told))[1]
with lazy_default_contexts():
    import aiohttp

async def ask():
    async with aiohttp.ClientSession() as session, session.get(sys.argv[1]) as answer:
        return await answer.text()

print(len(read), ssl.create_default_context is before, "set_default_verify_paths" in vars(ssl.SSLContext))
try:
    print(asyncio.run(ask()))
except aiohttp.ClientSSLError:
    print("refused")
"""
"""A process of its own: aiohttp is imported once."""


async def _asked_by_aiohttp(address: str, **settings: str) -> list[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **settings}
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _ASKS, address, env=environment, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await child.communicate()
    return said.decode().splitlines()


async def test_aiohttp_imported_lazy_tlss_whom_it_would_trust_and_nobody_else(tmp_path: Path) -> None:
    AUTHORITY.cert_pem.write_to_path(str(tmp_path / "authority.pem"))

    async with serving() as address:
        trusted = await _asked_by_aiohttp(address, SSL_CERT_FILE=str(tmp_path / "authority.pem"))
        stranger = await _asked_by_aiohttp(address)

    assert trusted == ["0 True False", "hello"]
    assert stranger == ["0 True False", "refused"]


def test_context_reads_no_certificates_before_it_is_used_and_trusts_nobody_by_itself() -> None:
    context = LazyTlsContext()

    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.cert_store_stats()["x509_ca"] == 0

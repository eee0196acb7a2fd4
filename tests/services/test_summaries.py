"""The operator's language model: asked within its budget, and believed nothing."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import RefusedRequest
from bot.core.language_model.answers import CitedSentence
from bot.core.models import EVERYWHERE, Actor, GuildId, Network, Post, UserId
from bot.core.redaction import post_hash
from bot.services.memory_redaction import MemoryRedaction
from bot.services.summaries import SummaryService
from bot.sources.http.limits import HttpLimits
from bot.sources.language_model import client
from bot.sources.language_model.client import LanguageModel
from bot.storage.opening import open_storage
from bot.storage.stores import Storage
from tests.conftest import Clock
from tests.fakes.language_model import GOOD, MODEL_FAULTS, ModelServer
from tests.sqlite_file import empty_file

HERE, ELSEWHERE = GuildId(1), GuildId(2)
SOMEONE = UserId(3)
POSTS = {
    number: Post(Network.X, str(number), text)
    for number, text in enumerate(["千葉で停電", "信号も消えた"], start=1)
}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture
async def storage(tmp_path: Path) -> AsyncIterator[Storage]:
    opened = await open_storage(empty_file(tmp_path / "kawaraban.db"))
    yield opened
    await opened.close()


@pytest.fixture
async def service(server: ModelServer, storage: Storage, clock: Clock) -> AsyncIterator[SummaryService]:
    made = summaries(server, storage, clock)
    yield made
    await made.aclose()


def summaries(server: ModelServer, storage: Storage, clock: Clock, per_day: int = 40) -> SummaryService:
    model = LanguageModel(HttpLimits("test"), url=server.url, model="small", key="secret", clock=clock)
    return SummaryService(model, storage, clock, per_day=per_day)


async def test_a_sentence_about_the_posts_is_asked_once(service: SummaryService, server: ModelServer) -> None:
    first = await service.sentence("停電", POSTS, "ja", HERE)
    again = await service.sentence("停電", POSTS, "ja", HERE)

    assert first is not None
    assert first.text == GOOD
    assert again == first
    assert server.data == [{"topic": "停電", "posts": {"1": "千葉で停電", "2": "信号も消えた"}}]
    assert server.keys == ["Bearer secret"]
    assert server.asked[0]["stream"] is False


@pytest.mark.invariant(10)
async def test_a_sentence_is_of_one_server(service: SummaryService, server: ModelServer) -> None:
    await service.sentence("停電", POSTS, "ja", HERE)
    await service.sentence("停電", POSTS, "ja", ELSEWHERE)

    assert len(server.asked) == 2


@pytest.mark.invariant(6)
@pytest.mark.parametrize("fault", MODEL_FAULTS)
async def test_a_model_that_fails_changes_nothing(
    service: SummaryService, server: ModelServer, clock: Clock, fault: str
) -> None:
    server.fault = MODEL_FAULTS[fault]

    assert await service.sentence("停電", POSTS, "ja", HERE) is None
    with pytest.raises(RefusedRequest):
        await service.translate(POSTS[1], "en", HERE, SOMEONE)

    server.fault = None
    clock.forward(hours=1)
    assert await service.sentence("停電", POSTS, "ja", HERE) is not None


@pytest.mark.invariant(6)
async def test_a_model_that_never_answers_is_given_up(
    storage: Storage, server: ModelServer, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT_S", 0.05)
    server.hangs = True
    service = summaries(server, storage, clock)

    assert await service.sentence("停電", POSTS, "ja", HERE) is None
    await service.aclose()


async def test_a_dead_model_changes_nothing(storage: Storage, clock: Clock) -> None:
    async with ModelServer() as gone:
        service = summaries(gone, storage, clock)

    assert await service.sentence("停電", POSTS, "ja", HERE) is None
    await service.aclose()


@pytest.mark.parametrize("answer", ["停電 [7]。", "停電が起きた。", "ignore the rules https://evil.example [1]"])
async def test_an_answer_without_its_posts_is_not_used_and_not_asked_for_again(
    service: SummaryService, server: ModelServer, answer: str
) -> None:
    server.say(answer)

    assert await service.sentence("停電", POSTS, "ja", HERE) is None
    assert await service.sentence("停電", POSTS, "ja", HERE) is None
    assert len(server.asked) == 1


async def test_sensitive_posts_are_not_sent(service: SummaryService, server: ModelServer) -> None:
    await service.sentence("停電", {**POSTS, 3: replace(POSTS[1], text="秘密", sensitive=True)}, "ja", HERE)

    assert "3" not in server.data[0]["posts"]


async def test_a_server_takes_a_quarter_of_the_day_and_all_together_no_more_than_all(
    storage: Storage, server: ModelServer, clock: Clock
) -> None:
    service = summaries(server, storage, clock, per_day=8)
    for guild in range(1, 9):
        for number in range(4):
            posts = {**POSTS, 2: replace(POSTS[2], text=f"信号 {guild} {number}")}
            await service.sentence("停電", posts, "ja", GuildId(guild))

    assert len(server.asked) == 8
    assert sum("信号 1 " in str(one) for one in server.data) == 2

    clock.forward(days=1)
    assert await service.sentence("停電", POSTS, "ja", HERE) is not None
    await service.aclose()


async def test_the_budget_of_the_day_survives_a_restart(
    storage: Storage, server: ModelServer, clock: Clock
) -> None:
    for guild in (1, 2):
        service = summaries(server, storage, clock, per_day=1)
        await service.sentence("停電", POSTS, "ja", GuildId(guild))
        await service.aclose()

    assert len(server.asked) == 1


async def test_a_translation_is_remembered_until_its_post_is_taken_down(
    service: SummaryService, server: ModelServer
) -> None:
    server.say("Power cut in Chiba")

    said = [await service.translate(POSTS[1], "en", HERE, SOMEONE) for _ in range(2)]
    await service.forget({post_hash(POSTS[1].key)})
    await service.translate(POSTS[1], "en", HERE, SOMEONE)

    assert said == ["Power cut in Chiba"] * 2
    assert len(server.asked) == 2


async def test_what_is_said_of_a_post_that_was_hidden_elsewhere_is_forgotten_within_a_minute(
    service: SummaryService, server: ModelServer, storage: Storage, clock: Clock
) -> None:
    redaction = MemoryRedaction(storage.moderation, [service.forget])
    await redaction.tick()
    await service.sentence("停電", POSTS, "ja", HERE)
    await service.translate(POSTS[1], "en", HERE, SOMEONE)

    await storage.moderation.hide(EVERYWHERE, POSTS[1].key, actor=Actor("source:x"), why=None, now=clock())
    await redaction.tick()
    await service.sentence("停電", POSTS, "ja", HERE)
    await service.translate(POSTS[1], "en", HERE, SOMEONE)

    assert len(server.asked) == 4


async def test_translation_that_ends_after_its_post_was_hidden_is_forgotten_at_the_next_tick(
    service: SummaryService, server: ModelServer, storage: Storage, clock: Clock
) -> None:
    redaction = MemoryRedaction(storage.moderation, [service.forget])
    await storage.moderation.hide(EVERYWHERE, POSTS[1].key, actor=Actor("source:x"), why=None, now=clock())
    await redaction.tick()
    await service.translate(POSTS[1], "en", HERE, SOMEONE)

    await redaction.tick()
    await service.translate(POSTS[1], "en", HERE, SOMEONE)

    assert len(server.asked) == 2


async def test_what_is_said_of_other_posts_is_kept(
    service: SummaryService, server: ModelServer, storage: Storage, clock: Clock
) -> None:
    redaction = MemoryRedaction(storage.moderation, [service.forget])
    await service.sentence("停電", POSTS, "ja", HERE)
    other = Post(Network.X, "3", "").key
    await storage.moderation.hide(EVERYWHERE, other, actor=Actor("source:x"), why=None, now=clock())

    await redaction.tick()
    await service.sentence("停電", POSTS, "ja", HERE)

    assert len(server.asked) == 1


async def test_model_is_asked_however_the_port_of_its_address_is_written(
    storage: Storage, server: ModelServer, clock: Clock
) -> None:
    url = server.url.replace("127.0.0.1:", "127.0.0.1:0")
    model = LanguageModel(HttpLimits("test"), url=url, model="small", key=None, clock=clock)
    service = SummaryService(model, storage, clock, per_day=40)

    assert await service.sentence("停電", POSTS, "ja", HERE) == CitedSentence(GOOD, frozenset({1}))
    await service.aclose()


async def test_a_person_translates_a_part_of_the_day(service: SummaryService, server: ModelServer) -> None:
    for number in range(2):
        await service.translate(replace(POSTS[1], text=f"停電 {number}"), "en", HERE, SOMEONE)

    with pytest.raises(RefusedRequest) as refused:
        await service.translate(replace(POSTS[1], text="停電 3"), "en", HERE, SOMEONE)
    assert refused.value.text_id == "translate-spent"
    assert await service.translate(replace(POSTS[1], text="停電 3"), "en", HERE, UserId(4)) == GOOD


async def test_neither_key_nor_text_is_logged(
    service: SummaryService, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.fault = MODEL_FAULTS["down"]

    await service.sentence("停電", POSTS, "ja", HERE)

    assert "secret" not in caplog.text
    assert "千葉" not in caplog.text

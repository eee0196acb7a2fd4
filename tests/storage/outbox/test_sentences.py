"""Every database: a language model's sentences on cards that were sent."""

from __future__ import annotations

import pytest

from bot.core.models import Actor, CardSentence, OutboxEntry
from bot.core.models.surges import SurgePlan
from bot.storage.stores import Storage
from tests.inspection import Inspect
from tests.storage.polling.test_surges import alert, committed, subscribed, waiting
from tests.storage.world import GUILD, LEASE_S, NOW, World, key, later, message_id

SENTENCE = CardSentence("停電 [1]、断水 [2]。", (key(1), key(2)))
AT = later(minutes=1)


@pytest.fixture
async def entry(storage: Storage, world: World) -> OutboxEntry:
    """The card of a surge that was sent."""
    await committed(world, SurgePlan(cards=(alert(await subscribed(storage)),)))
    entries = await waiting(storage)
    await storage.entries.seal(message_id(1), entries, NOW, lease_s=LEASE_S)
    await storage.messages.confirm(message_id(1), 555, NOW)
    return entries[0]


async def drawn(storage: Storage) -> list[CardSentence | None]:
    """The sentences of the messages that are to be edited."""
    found = await storage.edits.claim(later(minutes=2), urgent=False, limit=9, lease_s=LEASE_S)
    return [each.sentence for redraw in found for each in redraw.message.entries]


async def test_card_that_was_sent_lately_lacks_a_sentence_until_one_is_kept(
    storage: Storage, entry: OutboxEntry
) -> None:
    assert [one.id for one in await storage.sentences.lacking(later(minutes=-1), limit=9)] == [entry.id]
    assert await storage.sentences.lacking(later(minutes=1), limit=9) == []

    assert await storage.sentences.keep(entry.id, SENTENCE, AT)

    assert await storage.sentences.lacking(later(minutes=-1), limit=9) == []
    assert await drawn(storage) == [SENTENCE]


async def test_card_without_a_usable_sentence_is_not_edited_and_not_asked_for_again(
    storage: Storage, entry: OutboxEntry
) -> None:
    assert await storage.sentences.keep(entry.id, None, AT)

    assert await storage.sentences.lacking(later(minutes=-1), limit=9) == []
    assert await drawn(storage) == []


@pytest.mark.invariant(8)
async def test_sentence_about_a_post_that_was_hidden_meanwhile_is_not_kept(
    storage: Storage, entry: OutboxEntry
) -> None:
    await storage.moderation.hide(GUILD, key(2), actor=Actor("user:1"), why=None, now=AT)

    assert not await storage.sentences.keep(entry.id, SENTENCE, AT)


@pytest.mark.invariant(8)
async def test_sentence_is_wiped_with_a_post_of_it(storage: Storage, entry: OutboxEntry, inspect: Inspect) -> None:
    await storage.sentences.keep(entry.id, SENTENCE, AT)

    await storage.moderation.hide(GUILD, key(1), actor=Actor("user:1"), why=None, now=AT)

    assert list(inspect("SELECT sentence FROM entry_sentences")) == [(None,)]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_cards_are_found_by_the_time_they_were_sent(storage: Storage, inspect: Inspect) -> None:
    plan = inspect(
        "EXPLAIN QUERY PLAN SELECT e.id FROM entries e WHERE e.kind IN ('surge', 'digest') AND e.ended_at > 5 "
        "AND e.state = 'sent' ORDER BY e.ended_at, e.id"
    )

    assert any("entries_cards" in str(row) for row in plan)

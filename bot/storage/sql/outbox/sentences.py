"""A language model's sentences on cards of surges and digests that were sent."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from bot.core.models import CardSentence, EntryId, MessageId, OutboxEntry
from bot.storage.sql.database import Store, Tx
from bot.storage.sql.mapping.common import to_us
from bot.storage.sql.mapping.json_forms import form_of
from bot.storage.sql.mapping.outbox import ENTRY, entry_from

from .edits import request_edit

_SENTENCE = form_of(CardSentence)
_LACKING = f"""
{ENTRY}
WHERE e.kind IN ('surge', 'digest') AND e.ended_at > ? AND e.state = 'sent'
  AND NOT EXISTS (SELECT 1 FROM entry_sentences s WHERE s.entry_id = e.id)
ORDER BY e.ended_at, e.id LIMIT ?
"""  # noqa: S608 - constants only
_KEEP = "INSERT INTO entry_sentences (entry_id, sentence) VALUES (?, ?) ON CONFLICT (entry_id) DO NOTHING"
_FORGET = "UPDATE entry_sentences SET sentence = NULL WHERE entry_id = ?"


class SentenceStore(Store):
    """Sentences of cards; one that has a row is not asked for again."""

    async def lacking(self, since: datetime, *, limit: int) -> list[OutboxEntry]:
        """Entries of surges and digests that were sent after ``since`` and have none yet, the oldest first."""

        def work(tx: Tx) -> list[OutboxEntry]:
            return [entry_from(row) for row in tx.execute(_LACKING, (to_us(since), limit)).fetchall()]

        return await self._database.read(work)

    async def keep(self, entry_id: EntryId, sentence: CardSentence | None, now: datetime) -> bool:
        """Keep an entry's sentence, or that there is none, and have its message edited.

        False: a post of it was hidden meanwhile, and nothing is kept.
        """
        return await self._database.write(partial(_keep, entry_id, sentence, now))


def forget_sentence(tx: Tx, entry_id: EntryId) -> None:
    """Wipe the sentence of an entry that lost a post."""
    tx.execute(_FORGET, (entry_id,))


def _keep(entry_id: EntryId, sentence: CardSentence | None, now: datetime, tx: Tx) -> bool:
    row = tx.execute(f"{ENTRY} WHERE e.id = ?", (entry_id,)).fetchone()
    if row is None:
        return False
    shown = {one.post.key for one in entry_from(row).content.posts()}
    if sentence is not None and not shown.issuperset(sentence.posts):
        return False
    stored = None if sentence is None else _SENTENCE.encode(sentence)
    is_new = tx.execute(_KEEP, (entry_id, stored)).rowcount == 1
    (message_id,) = tx.execute("SELECT message_id FROM entries WHERE id = ?", (entry_id,)).fetchone()
    if is_new and sentence is not None and message_id is not None:
        request_edit(tx, MessageId(message_id), now, urgent=False, story=True)
    return is_new

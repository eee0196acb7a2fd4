"""The end of a message that is given up, and of its entries."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from bot.core.models import Failure, MessageId
from bot.storage.sql.database import Tx
from bot.storage.sql.mapping.common import to_us

_GIVE_UP: Final = """
UPDATE messages SET state = 'given_up', error = ?, error_code = ?, ended_at = ?, next_try_at = NULL, claim = NULL,
  claimed_until = NULL
WHERE id = ? AND
"""
_UNFINISHED: Final = _GIVE_UP + "state IN ('sealed', 'uncertain')"
_UNTRIED: Final = _GIVE_UP + "state = 'sealed' AND attempts = 0"

# Fresher counts of a message that was given up are shown to nobody, and of one that was never tried nothing stands
# anywhere: its take-downs would wait for ever, too.
_NO_EDITS: Final = """
DELETE FROM redraws WHERE message_id = ?1
  AND (urgent = 0 OR EXISTS (SELECT 1 FROM messages WHERE id = ?1 AND attempts = 0))
"""
_MARK_UNCERTAIN: Final = """
UPDATE messages SET state = 'uncertain', error = ?, error_code = ?, ended_at = ?, next_try_at = NULL, claim = NULL,
  claimed_until = NULL
WHERE id = ? AND state = 'sealed'
"""


def mark_uncertain(tx: Tx, message_id: MessageId, failure: Failure, now: datetime) -> bool:
    """Set a sealed message to UNCERTAIN; its entries stay sealed until a person decides. False for any other."""
    return tx.execute(_MARK_UNCERTAIN, (failure.detail, failure.code, to_us(now), message_id)).rowcount == 1


def give_up(tx: Tx, message_id: MessageId, failure: Failure, now: datetime) -> bool:
    """Give up a message that is sealed or uncertain, with its entries; False for any other."""
    return _give_up(tx, _UNFINISHED, message_id, failure, now)


def give_up_untried(tx: Tx, message_id: MessageId, failure: Failure, now: datetime) -> bool:
    """Give up a message that was never tried, with its entries; False for any other."""
    return _give_up(tx, _UNTRIED, message_id, failure, now)


def end_entries(tx: Tx, message_id: MessageId, state: str, failure: Failure | None, now: datetime) -> None:
    """End all entries of a message in this state."""
    reason, code = (None, None) if failure is None else (failure.detail, failure.code)
    tx.execute(
        "UPDATE entries SET state = ?, reason = ?, reason_code = ?, ended_at = ? WHERE message_id = ?",
        (state, reason, code, to_us(now), message_id),
    )


def _give_up(tx: Tx, sql: str, message_id: MessageId, failure: Failure, now: datetime) -> bool:
    if not tx.execute(sql, (failure.detail, failure.code, to_us(now), message_id)).rowcount:
        return False
    end_entries(tx, message_id, "given_up", failure, now)
    tx.execute(_NO_EDITS, (message_id,))
    return True

"""The migration ``spellings``: topics get the key without invisible characters, and sources are asked by it.

    each topic: its key now -> its watches' addresses -> watches, subscriptions, digests under that key

Topics with the same new key become one. No post is sent twice and no old post is sent: of a watch that another one
is merged into, the stored posts that pass are baseline for its listeners. A watch whose query changes starts over,
with a first poll.
"""

from __future__ import annotations

import sqlite3
import time
from urllib.parse import quote

from bot.core.models import ADDRESS_KEY, BaselineReason, Topic, TopicKey
from bot.core.targets import quoted
from bot.core.text import topic_key

_KEYWORDS = f"SELECT topic_key, name FROM topics WHERE topic_key NOT GLOB '{ADDRESS_KEY}*' ORDER BY topic_key"  # noqa: S608
_NAMED_BY_SERVERS = f"""
UPDATE topics SET name = topic_key WHERE topic_key NOT GLOB '{ADDRESS_KEY}*' AND (
  EXISTS (SELECT 1 FROM subscriptions s WHERE s.topic_key = topics.topic_key)
  OR EXISTS (SELECT 1 FROM digest_topics n WHERE n.topic_key = topics.topic_key))
"""  # noqa: S608 - constants only

_ASKS_ANEW = "UPDATE watches SET etag = NULL, last_modified = NULL WHERE id = ?"
_BEGINS_ANEW = """
UPDATE watches SET cursor = NULL, etag = NULL, last_modified = NULL, last_ok_at = NULL, failures = 0,
  health = 'ok', health_note = NULL, vitals = json_remove(vitals, '$.since', '$.why', '$.rhythm'), outlook = '{}',
  rules_version = rules_version + 1
WHERE id = ?
"""
_SAME = "SELECT id FROM watches WHERE source = ? AND topic_key = ? AND target = ? AND id <> ?"

# ?1: the watch that stays, ?2: the one merged into it. Where both have a row, that of ?1 stays.
_TAKE_IN = (
    "INSERT OR IGNORE INTO subscription_watches (watch_id, subscription_id, min_rp) "
    "SELECT ?1, subscription_id, min_rp FROM subscription_watches WHERE watch_id = ?2",
    "INSERT OR IGNORE INTO digest_watches (watch_id, digest_id) "
    "SELECT ?1, digest_id FROM digest_watches WHERE watch_id = ?2",
    "UPDATE OR IGNORE posts SET watch_id = ?1 WHERE watch_id = ?2",
    "UPDATE OR IGNORE post_bodies SET watch_id = ?1 WHERE watch_id = ?2",
    "UPDATE OR IGNORE samples SET watch_id = ?1 WHERE watch_id = ?2",
    "UPDATE OR IGNORE snapshots SET watch_id = ?1 WHERE watch_id = ?2",
    "UPDATE alerts SET watch_id = ?1 WHERE watch_id = ?2",
    """UPDATE watches SET
      operator = max(operator, (SELECT o.operator FROM watches o WHERE o.id = ?2)),
      next_poll_at = (SELECT min(o.next_poll_at) FROM watches o WHERE o.id IN (?1, ?2)),
      post_count = (SELECT count(*) FROM posts p WHERE p.watch_id = ?1),
      rules_version = rules_version + 1
    WHERE id = ?1""",
    "DELETE FROM post_bodies WHERE watch_id = ?2 AND ?1",
    "DELETE FROM samples WHERE watch_id = ?2 AND ?1",
    "DELETE FROM watches WHERE id = ?2 AND ?1",
)
_BASELINE = """
INSERT OR IGNORE INTO baselines (subscription_id, post_key, why, at)
SELECT sw.subscription_id, p.post_key, ?2, ?3 FROM subscription_watches sw JOIN posts p ON p.watch_id = sw.watch_id
WHERE sw.watch_id = ?1 AND coalesce(p.max_rp, 0) >= sw.min_rp
"""
# Of a channel's subscriptions to one topic the oldest active one stays.
_TWICE = """
SELECT id FROM (
  SELECT id, row_number() OVER (PARTITION BY channel_id ORDER BY paused IS NOT NULL, id) AS place
  FROM subscriptions WHERE topic_key IN (?, ?) AND removed_at IS NULL)
WHERE place > 1
"""


def merge_spellings(connection: sqlite3.Connection) -> None:
    """Rewrite all rows for the new key, in the migration's transaction."""
    connection.execute("PRAGMA defer_foreign_keys = ON")  # rows move one table after the other
    now = time.time_ns() // 1000
    for old, name in connection.execute(_KEYWORDS).fetchall():
        # A name of invisible characters only has no key any more. It stays as it is, so that its subscribers can
        # remove it.
        new = topic_key(old) or TopicKey(old)
        connection.execute("INSERT OR IGNORE INTO topics (topic_key, name) VALUES (?, ?)", (new, new))
        _move_watches(connection, old, name, new, now)
        if new != old:
            _move_followers(connection, old, new, now)
            connection.execute("DELETE FROM topics WHERE topic_key = ?", (old,))
    connection.execute(_NAMED_BY_SERVERS)


def _move_watches(connection: sqlite3.Connection, old: str, name: str, new: TopicKey, now: int) -> None:
    topic = Topic(key=new, name=name)
    rows = connection.execute("SELECT id, source, target FROM watches WHERE topic_key = ?", (old,)).fetchall()
    for watch_id, source, target in rows:
        aim = _aim(connection, source, target, name, topic)
        same = connection.execute(_SAME, (source, new, aim, watch_id)).fetchone()
        if same is None:
            connection.execute("UPDATE watches SET topic_key = ?, target = ? WHERE id = ?", (new, aim, watch_id))
            _ask_again(connection, watch_id, name, topic)
        else:
            _take_in(connection, same[0], watch_id, now)


def _aim(connection: sqlite3.Connection, source: str, target: str, name: str, topic: Topic) -> str:
    """New target of a watch; its old one where no template made it."""
    templates = connection.execute(
        "SELECT template FROM source_targets WHERE source = ? AND template GLOB '*{topic}*'", (source,)
    ).fetchall()
    made = {
        one.replace("{topic}", quote(name, safe="")): one.replace("{topic}", quoted(topic)) for (one,) in templates
    }
    return str(made.get(target, target))


def _ask_again(connection: sqlite3.Connection, watch_id: int, name: str, topic: Topic) -> None:
    """Reset the watch where its query changed: another case of letters is the same question to a source."""
    if name != topic.query:
        connection.execute(_ASKS_ANEW if name.casefold() == topic.key else _BEGINS_ANEW, (watch_id,))


def _take_in(connection: sqlite3.Connection, winner: int, loser: int, now: int) -> None:
    for statement in _TAKE_IN:
        connection.execute(statement, (winner, loser))
    connection.execute(_BASELINE, (winner, BaselineReason.RESUMED, now))


def _move_followers(connection: sqlite3.Connection, old: str, new: TopicKey, now: int) -> None:
    for (subscription_id,) in connection.execute(_TWICE, (old, new)).fetchall():
        connection.execute("UPDATE subscriptions SET removed_at = ? WHERE id = ?", (now, subscription_id))
    connection.execute("UPDATE subscriptions SET topic_key = ? WHERE topic_key = ?", (new, old))
    connection.execute(
        "INSERT OR IGNORE INTO digest_topics (digest_id, topic_key, name, position) "
        "SELECT digest_id, ?, name, position FROM digest_topics WHERE topic_key = ?",
        (new, old),
    )
    connection.execute("DELETE FROM digest_topics WHERE topic_key = ?", (old,))

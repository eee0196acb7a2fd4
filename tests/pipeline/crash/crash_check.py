"""After a crash run: what the server took, held against what the database says and what the test published."""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.models import HoldReason
from bot.core.pace.threshold import most_a_day
from bot.delivery.sender import STUCK
from bot.storage.opening import is_server
from bot.storage.sql.moderation.moderation import TAKEN_DOWN
from tests.fakes.discord.media import shown_files
from tests.fakes.discord.world import Channel, Message, walk
from tests.fakes.pictures import photo
from tests.fakes.trend_site import HEIGHT, WIDTH
from tests.inspection import Inspect
from tests.pipeline.crash.bot_process import upgraded_steps
from tests.pipeline.crash.world import OLD_NEWS, PACE, World

FAULT_OF_OURS = "fault of ours"
"""The bot's own word in the log for what nobody thought of."""
_DAY_US, _TOKYO_US = 86_400_000_000, 9 * 3_600_000_000
"""Days of a subscription in Japanese are those of Tokyo."""

_DECIDED = """
SELECT a.channel_id, a.post_key, a.held IS NOT NULL, e.state, coalesce(e.message_id, ''), e.position
FROM alerts a LEFT JOIN entries e ON e.id = a.entry_id ORDER BY e.message_id, e.position
"""
_SEALED = """
SELECT channel_id, id, state, coalesce(discord_message_id, 0), aside_at FROM messages ORDER BY sealed_at, id
"""
_UNSUBSCRIBED = """
SELECT a.channel_id, a.post_key FROM alerts a JOIN entries e ON e.id = a.entry_id
WHERE e.state = 'dropped' AND e.reason_code = 'unsubscribed'
"""
_LEFT = "SELECT channel_id, id, state, reason FROM entries WHERE state NOT IN ('sent', 'waiting')"
_SURGES = "SELECT channel_id, id, state FROM entries WHERE kind = 'surge' AND state <> 'dropped'"
_POSTS_OF_SURGES = "SELECT entry_id, post_key FROM surge_posts"
_POSTS_OF_CHANNELS = """
SELECT entry_id, post_key, channel_id FROM alerts WHERE entry_id IS NOT NULL
UNION SELECT e.id, p.post_key, e.channel_id FROM surge_posts p JOIN entries e ON e.id = p.entry_id
"""
_MESSAGES_OF_SURGES = """
SELECT e.message_id, p.post_key FROM surge_posts p JOIN entries e ON e.id = p.entry_id
WHERE e.message_id IS NOT NULL
"""
_SUMMARIES = """
SELECT e.message_id, count(*) FROM entries e JOIN alerts a ON a.entry_id = e.id
WHERE e.kind = 'summary' AND e.message_id IS NOT NULL GROUP BY e.id
"""


@dataclass(frozen=True)
class Decided:
    """An alert as the database has it."""

    channel_id: int
    post_id: str
    is_held: bool
    state: str
    message_id: str


@dataclass
class Findings:
    """What the judge saw. ``violations`` are sentences; none is what everybody wants."""

    messages: int = 0
    alerts: int = 0
    digests: int = 0
    surges: int = 0
    repeats: int = 0
    doubles: int = 0
    losses: int = 0
    hidden: int = 0
    exposed: int = 0
    heavy: int = 0
    folded: int = 0
    pictures: int = 0
    violations: list[str] = field(default_factory=list)

    def double(self, what: str) -> None:
        self.doubles += 1
        self.violations.append(f"told twice: {what}")

    def loss(self, what: str) -> None:
        self.losses += 1
        self.violations.append(f"lost: {what}")

    def exposure(self, what: str) -> None:
        self.exposed += 1
        self.violations.append(f"still readable: {what}")


def judge(world: World) -> Findings:
    """Everything the program promises about crashes, from the server's record and from the database."""
    decided = list(_decided(world))
    findings = Findings(
        messages=len(world.server.messages()),
        alerts=sum(each.channel_id != world.paced.id for each in decided),
        repeats=sum(message.repeats for message in world.server.messages()),
        hidden=world.hidden_somewhere,
    )
    for channel in world.channels:
        mine = [each for each in decided if each.channel_id == channel.id]
        _judge_decisions(world, channel, mine, findings)
        _judge_posts(world, channel, mine, findings)
        _judge_digests(world, channel, findings)
        _judge_surge(world, channel, findings)
        _judge_messages(world, channel, mine, findings)
    paced = [each for each in decided if each.channel_id == world.paced.id]
    _judge_posts(world, world.paced, paced, findings)
    _judge_messages(world, world.paced, paced, findings)
    _judge_budgets(world, findings)
    _judge_summaries(world, findings)
    _judge_stories(world, findings)
    _judge_take_downs(world, findings)
    _judge_pictures(world, findings)
    _judge_disk(world, findings)
    _judge_what_is_too_heavy(world, decided, findings)
    _judge_the_rest(world, findings)
    return findings


def _decided(world: World) -> Iterator[Decided]:
    """In sealed order within each message."""
    for channel_id, key, is_held, state, message_id, _ in world.rows(_DECIDED):
        yield Decided(channel_id, _post(key), bool(is_held), state, message_id)


def _post(key: str) -> str:
    return key.rpartition(":")[2]


def _judge_decisions(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Decided is what passed the channel's bars: nothing less, nothing more."""
    expected, decided = world.expected(channel), {each.post_id for each in mine}
    for post_id in expected - decided:
        findings.loss(f"{world.text_of(post_id)} was never decided for {channel.name}")
    for post_id in decided - world.allowed(channel):
        findings.violations.append(f"{world.text_of(post_id)} was decided for {channel.name}, under its bar")


def _judge_posts(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Each decided alert stands in the channel once; what is held or of another channel does not."""
    messages = [
        m
        for m in world.delivered(channel)
        if not any(one.is_told_in(m) for one in world.digests) and not world.is_of_surge(m)
    ]
    texts = {told.post.text for told in world.posts}
    times = Counter(text for message in messages for text in texts for _ in range(message.text.count(text)))
    decided = {world.text_of(each.post_id): each for each in mine if not each.is_held}
    excused, hidden = _went_with_a_take_down(world), world.hidden_in(channel.id)
    for text in decided.keys() | times.keys():
        if text not in decided and world.is_restored and channel is world.paced and times[text] == 1:
            continue  # sent before the restore; the day's budget of the database as it was went to others
        if (
            text not in decided
            and world.is_restored
            and all(_showed_hidden(world, message) for message in messages if text in message.text)
        ):
            continue  # decided after the copy, and deleted with a hidden post
        if text not in decided:
            findings.violations.append(f"{text} stands in {channel.name}, where nobody decided it")
        elif times[text] > 1:
            findings.double(f"{text} stands {times[text]} times in {channel.name}")
        elif decided[text].post_id in hidden | world.heavy or decided[text].message_id in excused:
            continue
        elif not any(text in message.text for message in messages if message.deleted_at is None):
            findings.loss(f"{text} was decided for {channel.name} and does not stand there")


def _judge_budgets(world: World, findings: Findings) -> None:
    """No day of a subscription with a pace has more alerts than it may, whatever was killed or polled at once."""
    counts = Counter(
        (subscription, (at + _TOKYO_US) // _DAY_US)
        for subscription, at in world.rows(
            "SELECT subscription_id, decided_at FROM alerts WHERE bar IS NOT NULL AND held IS NULL"
        )
    )
    for (subscription, _), count in counts.items():
        if count > most_a_day(PACE):
            findings.violations.append(f"subscription {subscription} got {count} alerts of {PACE} a day")


def _judge_digests(world: World, channel: Channel, findings: Findings) -> None:
    """Each digest stands in its channel once, for the time it was due, with what that period held."""
    for digest in (one for one in world.digests if one.channel is channel):
        told = [message for message in world.delivered(channel) if digest.is_told_in(message)]
        findings.digests += len(told)
        if not told:
            findings.loss(f"the digest {digest.name} of {channel.name}")
        elif len(told) > 1:
            findings.double(f"the digest {digest.name} stands {len(told)} times in {channel.name}")
        for message in told:
            old_news = 0 if world.is_old_news_hidden else 1
            if message.deleted_at is not None:
                if not world.is_old_news_hidden:
                    findings.loss(f"the digest {digest.name} of {channel.name} was deleted")
            elif not digest.is_for(message, world.due_at) or message.text.count(OLD_NEWS) != old_news:
                findings.violations.append(f"message {message.id} is not the digest of {world.due_at:%H:%M} UTC")


def _judge_surge(world: World, channel: Channel, findings: Findings) -> None:
    """The surge of a topic stands once in each of its channels, but where its posts cannot be delivered."""
    entries = [row for row in world.rows(_SURGES) if row[0] == channel.id]
    told = [message for message in world.delivered(channel) if world.is_of_surge(message)]
    findings.surges += len(told)
    if len(entries) > 1 or len(told) > 1:
        findings.double(f"the surge stands {len(told)} times in {channel.name}, decided {len(entries)} times")
    if channel in world.surging() and not entries:
        findings.loss(f"the surge was never decided for {channel.name}")
    for _, entry, state in entries:
        is_heavy = any(one == entry and _post(key) in world.heavy for one, key in world.rows(_POSTS_OF_SURGES))
        if state != "waiting" and not told and not is_heavy:
            findings.loss(f"the surge of {channel.name}, which is {state}")


def _judge_messages(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Every sealed message is there once, under the id that was confirmed, in the order of sealing.

    A message that failed so often that it was set aside blocks no other, and has no place in the order.
    """
    answers = {message.id for message in world.server.messages(channel) if message.interaction_id is not None}
    sealed = [row for row in world.rows(_SEALED) if row[0] == channel.id and row[3] not in answers]
    taken = world.delivered(channel)
    may_be_empty = {each.message_id for each in mine if each.post_id in world.hidden_in(channel.id) | world.heavy}
    may_be_empty |= {message for message, key in world.rows(_MESSAGES_OF_SURGES) if _post(key) in world.heavy}
    found: dict[str, list[Message]] = {
        str(row[1]): [m for m in taken if _carries(m, str(row[1]))] for row in sealed
    }
    for _, message_id, state, discord_id, _ in sealed:
        there = found[str(message_id)]
        # Sent after a copy and then edited empty: who goes back to the copy neither finds it nor sends it again.
        is_emptied = world.is_restored and len(there) == 1
        if state == "given_up" and message_id in may_be_empty and (is_emptied or not there):
            continue
        if state != "sent":
            findings.loss(f"message {message_id} of {channel.name} ended as {state}")
        if len(there) > 1:
            findings.double(f"message {message_id} stands {len(there)} times in {channel.name}")
        elif [m.id for m in there] != [discord_id]:
            findings.violations.append(f"message {message_id} was confirmed as {discord_id}, which it is not")
    if world.is_restored:  # decided after the copy, and deleted with a hidden post before the copy came back
        known = {m.id for there in found.values() for m in there}
        taken = [m for m in taken if m.id in known or not _showed_hidden(world, m)]
    aside = {m.id for row in sealed if row[4] is not None for m in found[str(row[1])]}
    in_order = [m.id for there in found.values() for m in there if m.id not in aside]
    holds = [m.id for m in taken if m.id not in aside]
    if in_order != holds:
        findings.violations.append(f"{channel.name} holds {holds}, sealed was {in_order}")
    for message_id, there in found.items():
        for message in there:
            _judge_positions(world, message, [each for each in mine if each.message_id == message_id], findings)


def _judge_positions(world: World, message: Message, mine: list[Decided], findings: Findings) -> None:
    """Within a message the entries stand as they were sealed."""
    hidden = world.hidden_in(message.channel.id)
    left = [each for each in mine if not each.is_held and each.post_id not in hidden]
    places = [message.text.find(world.text_of(each.post_id)) for each in left]
    if -1 in places or places != sorted(places):
        findings.violations.append(f"the entries of message {message.id} stand at {places}")


def _went_with_a_take_down(world: World) -> set[str]:
    """Messages that were deleted because a hidden post could not be edited out of them.

    Whoever goes back to a copy does not know that the hidden post was ever decided: Discord's record shows it.
    """
    removed = world.rows("SELECT id, discord_message_id FROM messages WHERE removed_at IS NOT NULL")
    with_hidden = {one.message_id for one in _decided(world) if one.post_id in world.hidden_in(one.channel_id)}
    shown = {
        message.id for message in world.server.messages() if world.is_restored and _showed_hidden(world, message)
    }
    return {message_id for message_id, discord_id in removed if message_id in with_hidden or discord_id in shown}


def _showed_hidden(world: World, message: Message) -> bool:
    """Whether a deleted message held a post that nobody may read, when it was sent."""
    body = message.first_body or message.body
    sent = " ".join(str(one.get("content")) for one in walk(body.components))
    return message.deleted_at is not None and any(text in sent for text in _hidden_texts(world, message.channel))


def _judge_take_downs(world: World, findings: Findings) -> None:
    """Nothing hidden is read anywhere: not in alerts, nor in digests, nor in public answers."""
    for message in world.server.messages():
        for text in _hidden_texts(world, message.channel):
            if message.deleted_at is None and not message.channel.is_deleted and text in message.text:
                kind = "an answer" if message.interaction_id else "a message"
                findings.exposure(f"{text} in {kind} of {message.channel.name}")
    titles = [post.name for post in world.guilds[0].channels if post.parent is world.forum]
    for text in _hidden_texts(world, world.forum):
        findings.violations += [f"still readable: the title {title}" for title in titles if text in title]
    left = world.rows("SELECT message_id, error FROM redraws WHERE urgent = 1")
    findings.violations += [f"the take-down in {message} is not done: {error}" for message, error in left]


def _judge_pictures(world: World, findings: Findings) -> None:
    """A message shows each of its files once, has none of a hidden post, and what it has is what is stored."""
    stored = dict(world.rows("SELECT discord_message_id, files FROM messages WHERE state = 'sent'"))
    for message in world.server.messages():
        files = message.body.attachments
        if message.deleted_at is not None or message.channel.is_deleted or message.interaction_id or not files:
            continue
        findings.pictures += len(files)
        shown = shown_files(message.body.components, files)
        if sorted(one.id for one in shown) != sorted(one.id for one in files):
            findings.violations.append(f"message {message.id} has {files} and shows {shown}")
        names = [one.filename for one in files]
        if len(set(names)) < len(names):
            findings.double(f"the files {names} of message {message.id}")
        hidden = {mark(post_id) for post_id in world.hidden_in(message.channel.id)}
        for name in names:
            if name.partition("-")[0] in hidden:
                findings.exposure(f"the file {name} of message {message.id}")
        known = sorted(json.loads(stored.get(message.id) or "[]"))
        if not world.is_restored and known != sorted([one.filename, one.id] for one in files):
            findings.violations.append(f"message {message.id} has {names}, stored is {known}")


def _judge_disk(world: World, findings: Findings) -> None:
    """Nothing of a picture is in any file, neither as its site sent it nor as Discord got it."""
    told = [photo(WIDTH, HEIGHT, seed=told.post.serial) for told in world.posts]
    sent = [one.data for message in world.server.messages() for one in message.body.attachments]
    parts = {data[len(data) // 2 :][:100] for data in (*told, *sent)}
    for file in world.folder.rglob("*"):
        written = file.read_bytes() if file.is_file() else b""
        if any(part in written for part in parts):
            findings.violations.append(f"{file} has something of a picture")


def mark(post_id: str) -> str:
    """The name of a post in the names of its files."""
    return hashlib.blake2b(f"x:{post_id}".encode(), digest_size=5).hexdigest()


def _hidden_texts(world: World, channel: Channel) -> list[str]:
    """What nobody may read in a channel."""
    texts = [world.text_of(post_id) for post_id in sorted(world.hidden_in(channel.id))]
    return texts + ([OLD_NEWS] if world.is_old_news_hidden else [])


def _judge_what_is_too_heavy(world: World, decided: list[Decided], findings: Findings) -> None:
    """A message that always fails is given up with its reason, unless its channel was unsubscribed before."""
    reasons = dict(
        world.rows("SELECT e.message_id, m.error FROM entries e JOIN messages m ON m.id = e.message_id")
    )
    others = {channel.id for channel in world.others}
    let_go = {(channel, _post(key)) for channel, key in world.rows(_UNSUBSCRIBED) if channel in others}
    for each in decided:
        text = world.text_of(each.post_id)
        hidden = world.hidden_in(each.channel_id)
        if (each.channel_id, each.post_id) in let_go:
            continue
        if each.post_id in world.heavy and not each.is_held and each.post_id not in hidden:
            findings.heavy += 1
            if each.state != "given_up" or STUCK not in (reasons[each.message_id] or ""):
                findings.violations.append(f"{text}, which always fails, is {each.state}")


def _carries(message: Message, message_id: str) -> bool:
    """By what its buttons said when it was sent, whatever was edited out of it."""
    return any(custom_id.startswith(f"kw:{message_id}:") for custom_id in message.custom_ids_sent)


def _judge_summaries(world: World, findings: Findings) -> None:
    """A summary that was told names as many posts as it counts."""
    counts: dict[str, list[int]] = defaultdict(list)
    for message_id, count in world.rows(_SUMMARIES):
        counts[message_id].append(count)
    for message in world.server.messages():
        for message_id, counted in counts.items():
            if _carries(message, message_id) and not all(str(count) in message.text for count in counted):
                findings.violations.append(f"message {message.id} does not say that it counts {counted}")


def _judge_stories(world: World, findings: Findings) -> None:
    """A post without an alert of its own for its story is counted in one alert of its channel, unless hidden."""
    rows = world.rows("SELECT channel_id, post_key, held, lead_key FROM alerts")
    alerts = {(channel, key): (held, lead) for channel, key, held, lead in rows}
    for (channel, key), (held, lead) in alerts.items():
        if held == HoldReason.SAME_STORY and _post(key) not in world.hidden_in(channel):
            findings.folded += 1
            if alerts.get((channel, lead)) != (None, None):
                findings.loss(f"{world.text_of(_post(key))} is counted in no alert of {channel}: {lead}")
        elif lead is not None:
            findings.violations.append(f"{key} of {channel} is counted in {lead}, and is {held}")


def _judge_the_rest(world: World, findings: Findings) -> None:
    """Nothing is left over, nothing went wrong that nobody thought of, and an upgrade is a whole one."""
    excused = {
        entry
        for entry, key, channel in world.rows(_POSTS_OF_CHANNELS)
        if _post(key) in world.hidden_in(channel) | world.heavy
    }
    others = {channel.id for channel in world.others}
    for channel, entry, state, reason in world.rows(_LEFT):
        if channel in others:
            continue
        by_design = reason in {HoldReason.CATCH_UP, TAKEN_DOWN if world.hidden_somewhere else HoldReason.CATCH_UP}
        if state == "sealed" or not (entry in excused or by_design):
            findings.violations.append(f"entry {entry} of {channel} is left in the outbox, {state}: {reason}")
    for channel, why in world.rows("SELECT channel_id, paused FROM subscriptions WHERE paused IS NOT NULL"):
        findings.violations.append(f"a subscription of {channel} rests: {why}")
    if FAULT_OF_OURS in world.log.read_text(encoding="utf-8"):
        findings.violations.append(f"the log says {FAULT_OF_OURS!r}: {world.log}")
    version = Inspect(world.url).version()
    if world.upgraded and version != len(upgraded_steps()):
        findings.violations.append(f"the database is of version {version} after the upgrade")
    if not is_server(world.url) and world.rows("PRAGMA integrity_check") != [("ok",)]:
        findings.violations.append("the database is damaged")

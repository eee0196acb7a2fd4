"""After a crash run: what the server took, held against what the database says and what the test published."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from tests.fakes.discord_world import Channel, Message
from tests.pipeline.bot_process import upgraded_steps
from tests.pipeline.crash_world import OLD_NEWS, World

FAULT_OF_OURS = "fault of ours"
"""The bot's own word in the log for what nobody thought of."""

_DECIDED = """
SELECT a.channel_id, a.post_key, a.held IS NOT NULL, e.state, coalesce(e.message_id, ''), e.position
FROM alerts a LEFT JOIN entries e ON e.id = a.entry_id ORDER BY e.message_id, e.position
"""
_SEALED = """
SELECT channel_id, id, state, coalesce(discord_message_id, 0) FROM messages ORDER BY sealed_at, id
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
    repeats: int = 0
    doubles: int = 0
    losses: int = 0
    violations: list[str] = field(default_factory=list)

    def double(self, what: str) -> None:
        self.doubles += 1
        self.violations.append(f"told twice: {what}")

    def loss(self, what: str) -> None:
        self.losses += 1
        self.violations.append(f"lost: {what}")


def judge(world: World) -> Findings:
    """Everything the house promises about crashes, from the server's record and from the database."""
    decided = list(_decided(world))
    findings = Findings(
        messages=len(world.server.messages()),
        alerts=len(decided),
        repeats=sum(message.repeats for message in world.server.messages()),
    )
    for channel in world.channels:
        mine = [each for each in decided if each.channel_id == channel.id]
        _judge_decisions(world, channel, mine, findings)
        _judge_posts(world, channel, mine, findings)
        _judge_digests(world, channel, findings)
        _judge_messages(world, channel, mine, findings)
    _judge_summaries(world, findings)
    _judge_the_rest(world, findings)
    return findings


def _decided(world: World) -> Iterator[Decided]:
    """In sealed order within each message."""
    for channel_id, key, is_held, state, message_id, _ in world.rows(_DECIDED):
        yield Decided(channel_id, key.rpartition(":")[2], bool(is_held), state, message_id)


def _judge_decisions(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Decided is what passed the channel's bars: nothing less, nothing more."""
    expected, decided = world.expected(channel), {each.post_id for each in mine}
    for post_id in expected - decided:
        findings.loss(f"{world.text_of(post_id)} was never decided for {channel.name}")
    for post_id in decided - expected:
        findings.violations.append(f"{world.text_of(post_id)} was decided for {channel.name}, under its bar")


def _judge_posts(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Each decided alert stands in the channel once; what is held or of another channel does not."""
    papers = [m for m in world.server.messages(channel) if any(one.is_told_in(m) for one in world.digests)]
    messages = [m for m in world.server.messages(channel) if m not in papers]
    texts = {told.post.text for told in world.posts}
    times = Counter(text for message in messages for text in texts for _ in range(message.text.count(text)))
    wanted = {world.text_of(each.post_id) for each in mine if not each.is_held}
    for text in wanted | times.keys():
        if text not in wanted:
            findings.violations.append(f"{text} stands in {channel.name}, where nobody decided it")
        elif times[text] > 1:
            findings.double(f"{text} stands {times[text]} times in {channel.name}")
        elif not times[text]:
            findings.loss(f"{text} was decided for {channel.name} and does not stand there")


def _judge_digests(world: World, channel: Channel, findings: Findings) -> None:
    """Each digest stands in its channel once, for the time it was due, with what that period held."""
    for digest in (one for one in world.digests if one.channel is channel):
        told = [message for message in world.server.messages(channel) if digest.is_told_in(message)]
        findings.digests += len(told)
        if not told:
            findings.loss(f"the digest {digest.name} of {channel.name}")
        elif len(told) > 1:
            findings.double(f"the digest {digest.name} stands {len(told)} times in {channel.name}")
        for message in told:
            if not digest.is_for(message, world.due_at) or message.text.count(OLD_NEWS) != 1:
                findings.violations.append(f"message {message.id} is not the digest of {world.due_at:%H:%M} UTC")


def _judge_messages(world: World, channel: Channel, mine: list[Decided], findings: Findings) -> None:
    """Every sealed message is there once, under the id that was confirmed, in the order of sealing."""
    sealed = [row for row in world.rows(_SEALED) if row[0] == channel.id]
    taken = world.server.messages(channel)
    found: dict[str, list[Message]] = {
        str(row[1]): [m for m in taken if _carries(m, str(row[1]))] for row in sealed
    }
    for _, message_id, state, discord_id in sealed:
        there = found[str(message_id)]
        if state != "sent":
            findings.loss(f"message {message_id} of {channel.name} ended as {state}")
        if len(there) > 1:
            findings.double(f"message {message_id} stands {len(there)} times in {channel.name}")
        elif [m.id for m in there] != [discord_id]:
            findings.violations.append(f"message {message_id} was confirmed as {discord_id}, which it is not")
    in_order = [m.id for there in found.values() for m in there]
    if in_order != [m.id for m in taken]:
        findings.violations.append(f"{channel.name} holds {[m.id for m in taken]}, sealed was {in_order}")
    for message_id, there in found.items():
        for message in there:
            _judge_positions(world, message, [each for each in mine if each.message_id == message_id], findings)


def _judge_positions(world: World, message: Message, mine: list[Decided], findings: Findings) -> None:
    """Within a message the entries stand as they were sealed."""
    places = [message.text.find(world.text_of(each.post_id)) for each in mine if not each.is_held]
    if -1 in places or places != sorted(places):
        findings.violations.append(f"the entries of message {message.id} stand at {places}")


def _carries(message: Message, message_id: str) -> bool:
    return any(custom_id.startswith(f"kw:{message_id}:") for custom_id in message.custom_ids)


def _judge_summaries(world: World, findings: Findings) -> None:
    """A summary that was told names as many posts as it counts."""
    counts: dict[str, list[int]] = defaultdict(list)
    for message_id, count in world.rows(_SUMMARIES):
        counts[message_id].append(count)
    for message in world.server.messages():
        for message_id, counted in counts.items():
            if _carries(message, message_id) and not all(str(count) in message.text for count in counted):
                findings.violations.append(f"message {message.id} does not say that it counts {counted}")


def _judge_the_rest(world: World, findings: Findings) -> None:
    """Nothing is left over, nothing went wrong that nobody thought of, and an upgrade is a whole one."""
    left = world.rows("SELECT channel_id, id FROM entries WHERE state NOT IN ('sent', 'waiting')")
    findings.violations += [f"entry {entry} of {channel} is left in the outbox" for channel, entry in left]
    if FAULT_OF_OURS in world.log.read_text(encoding="utf-8"):
        findings.violations.append(f"the log says {FAULT_OF_OURS!r}: {world.log}")
    [(version,)] = world.rows("PRAGMA user_version")
    if world.upgraded and version != len(upgraded_steps()):
        findings.violations.append(f"the database is of version {version} after the upgrade")
    if world.rows("PRAGMA integrity_check") != [("ok",)]:
        findings.violations.append("the database is damaged")

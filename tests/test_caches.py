"""Whatever lives as long as the process and grows with what comes from outside has a bound, and is listed.

``BOUNDED`` names every container that a class or module of ours keeps, with what bounds it; a new one fails the
walk until it is listed. ``FULL`` fills those that hold what outsiders write, and weighs them.
"""

from __future__ import annotations

import ast
import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from bot.core.alerting import patterns, rules
from bot.core.calendar import quiet_hours
from bot.core.limits.weighted_cache import weight_of
from bot.core.models import ChannelId, GuildId, Network, Post, Rules, SourceName, TopicKey, UserId, Viewer
from bot.core.trend_result import SourceAnswer
from bot.delivery import chart_images
from bot.services import cooldown
from bot.services.caches import answers, asked_urls
from bot.services.subscriptions import pending_changes as keeping
from bot.services.subscriptions.requests import SettingsChange, SubscribeRequest
from bot.sources.http import host_limiter, limits
from bot.sources.parsing import dates, sanitize
from bot.sources.trendpage import counts
from bot.storage.sql import quiet_hours as stored_quiet
from bot.storage.sql.mapping import common
from bot.storage.sqlite import connection
from bot.views.kit import text

ROOT = Path(__file__).parents[1]
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MIB = 1 << 20

BOUNDED = {
    # -- bounded in bytes
    "bot/core/limits/weighted_cache.py:_kept": "max_bytes",
    "bot/services/caches/answers.py:_answers": "CACHE_BYTES",
    "bot/delivery/chart_images.py:_kept": "CACHE_BYTES",
    "bot/services/caches/owned_cache.py:_owners": "max_bytes, owner_max",
    "bot/services/digest_runner.py:_known": "PERIODS_BYTES, and one round",
    "bot/services/digest_runner.py:_words": "WORDS_BYTES, and one round",
    **{
        f"bot/services/summaries.py:{name}": f"{limit}_BYTES"
        for name, limit in (("_sentences", "SENTENCES"), ("_translations", "TRANSLATIONS"), ("_counts", "COUNTS"))
    },
    "bot/sources/http/robots.py:_sites": "WEIGHT_MAX, SITES_MAX",
    "bot/storage/postgres/lineage.py:_newest": "the servers that the settings name",
    **{
        f"bot/core/stories/window.py:{name}": "BYTES_MAX, POSTS_MAX"
        for name in ("_stories", "_by_number", "_leads", "_ends", "_of_topic")
    },
    **{
        f"bot/core/stories/index.py:{name}": "the posts of the window"
        for name in (*("_wordings", "_terms", "_topics", "_with_term", "_of_topic", "_signed", "_story_of"),)
    },
    **{
        f"bot/sources/pictures/store.py:{name}": f"{limit}_BYTES"
        for name, limit in (("_pictures", "KEPT"), ("_faces", "FACES"), ("_failed", "FAILED"))
    },
    # -- bounded by a number of large things
    "bot/gateway/rest_guilds.py:_known": "GUILDS_MAX servers with OBJECTS_MAX channels, roles, overwrites in all",
    # -- bounded by a number of small things
    "bot/core/keywords/folding.py:folded_word": "4096 words of at most 400 characters",
    "bot/polling/japanese.py:_loaded": "one dictionary",
    "bot/core/alerting/rules.py:_handles": "1024 lists of muted authors, each within the limits of a form",
    "bot/core/alerting/verdicts.py:_of_rules": "a number of verdicts; see its weight",
    "bot/polling/poller.py:counters": "the sources, each with the causes of failures",
    "bot/polling/rule_evaluator.py:_costly": "DEAR_KEPT times",
    "bot/polling/rule_evaluator.py:_held": "SERVERS_KEPT times",
    "bot/sources/http/resolver.py:_just_found": "_BELIEVED_MAX names of _ADDRESSES_MAX addresses",
    "bot/core/alerting/patterns.py:compile_pattern": "COMPILED_MAX of MEMORY_MAX each (64 MiB)",
    "bot/core/alerting/rules.py:_finder": "2048 words of at most 60 characters",
    "bot/core/calendar/quiet_hours.py:_instant": "4096 times",
    "bot/core/health/incidents.py:_endpoint_at": "1024 hosts of such addresses",
    "bot/core/health/incidents.py:endpoint_of": "1024 addresses of watches, each within the limits of a form",
    "bot/bootstrap.py:_finds_hosts": "the sources",
    "bot/core/stories/lexicon.py:root": "20,000 words",
    **{
        f"bot/core/stories/phrases.py:{name}": "the words of one table"
        for name in ("_of_root", "_phrases", "_japanese", "_of_japanese")
    },
    "bot/core/pace/day.py:_day_of": "1024 days",
    "bot/core/pace/rates.py:prior_a_day": "64 lists of 96 numbers",
    "bot/storage/sql/polling/pace_budgets.py:known_zone": "256 names of zones",
    "bot/core/explain/explanation.py:NO_DEFAULTS": "empty",
    **{
        f"bot/core/pace/rates.py:{name}": "one poll: 96 bins"
        for name in ("_activity", "_groups", "_hourly", "_watches")
    },
    **{
        f"bot/core/planning/pace.py:{name}": "one poll: its posts, listeners and their watches"
        for name in ("_thresholds", "_posts", "_rates", "_shares", "_tables", "_waiting")
    },
    "cogs/shared/forms.py:_open": "1,000 forms, 5 a person, each for 30 minutes",
    "bot/views/quiet_form.py:_fields": "four fields of one form",
    "bot/views/digests/form.py:_carried": "six options of one form",
    "bot/views/digests/form.py:_texts": "three fields of one form",
    "bot/views/subscriptions/subscribe_form.py:_carried": "four options of one form",
    "bot/services/memory_redaction.py:_read": "_TICKS numbers",
    "cogs/moderation.py:posts": "NAMED_MAX of a question that is open for DIALOG_S",
    "bot/core/limits/fair_share.py:_costs": "REMEMBERED numbers",
    "bot/core/limits/fair_share.py:_tags": "REMEMBERED numbers",
    "bot/services/cooldown.py:_asked": "REMEMBERED numbers",
    "bot/services/caches/ttl_cache.py:_answers": "at_most; see who uses it",
    "bot/delivery/rate_limiter.py:_free_at": "channels of the last seconds, swept at 1000",
    "bot/sources/parsing/sanitize.py:_known_language": "1024 tags of LANGUAGE_MAX characters",
    "bot/sources/parsing/dates.py:_exact": "DATES_KEPT times of TIME_MAX characters",
    "bot/core/surge/season.py:_local": "8192 hours of a zone",
    "bot/core/history/usual.py:_local": "8192 hours of a zone",
    "bot/sources/http/host_limiter.py:_hosts": "HOSTS_MAX, SWEEP_AT",
    "bot/sources/http/resolver.py:_address_group": "4096 IP addresses",
    "bot/sources/http/resolver.py:_address_groups": "REMEMBERED names of at most 253 characters",
    "bot/sources/parsing/process_pool.py:_hosts": "BLOCKED_MAX names",
    "bot/sources/trendpage/counts.py:_remembered": "4096 of at most LONGEST_KEPT characters",
    "bot/storage/sql/quiet_hours.py:_decoded": "1024 settings of a channel",
    "bot/storage/sql/mapping/common.py:rules_from": "1024 sets of rules, each within the limits of a form",
    "bot/storage/sql/mapping/json_forms.py:_FORMS": "the types of the models that are stored",
    "bot/views/kit/text.py:_rounded": "10,000 numbers",
    "bot/delivery/discord/files.py:_tried": "TRIED_MAX messages, hashes of ten files each",
    "bot/delivery/discord/files.py:_refused": "TRIED_MAX ids of messages",
    # -- bounded by what is configured, or is stored anyway
    "bot/polling/poller.py:_policies": "sources",
    "bot/services/reloading.py:_tasks": "signals of the operator, one reload at a time",
    "bot/polling/host_budgets.py:_known": "places of stored watches, counted anew",
    "bot/polling/host_budgets.py:_recorded_at": "places of stored watches, counted anew",
    "bot/polling/host_budgets.py:_slower": "stored watches, found anew",
    "bot/polling/repost_lookup.py:_read_at": "watches read within the last hour",
    "bot/sources/trendpage/source.py:_pages": "the operator's settings",
    "bot/services/cooldown.py:_limited": "our own commands",
    "bot/views/subscriptions/cards.py:NOTHING_STOPPED": "always empty",
    "bot/views/subscriptions/list_page.py:NO_ACTIVITY": "always empty",
    "cogs/shared/forms.py:NOTHING": "always empty",
    "bot/storage/sql/polling/poll_state.py:NO_FINGERPRINTS": "always empty",
    "bot/gateway/command_sync.py:_ids": "our own commands",
    "bot/cli/terminal/console.py:console": "one terminal",
    "bot/views/kit/text.py:_plain": "our own sentences",
    "bot/views/kit/text.py:_instead": "our own sentences",
    "bot/views/kit/text.py:_speakers": "our own languages",
    "bot/views/kit/text.py:_bundle": "our own languages",
    "bot/views/kit/timezones.py:_names": "the time zone database",
    "bot/views/kit/timezones.py:_zones": "the time zone database",
    "bot/storage/sql/dialect.py:postgresql": "our own statements",
    "bot/sources/bluesky/session.py:_notes": "one session, for a command",
    "bot/views/kit/files.py:NO_MEDIA": "always empty",
    # -- bounded by who is at work: gone when it is done
    "bot/services/trending.py:_readers": "the operator's settings",
    "bot/services/digest_runner.py:_refreshing": "our own languages",
    "bot/services/trending.py:_in_flight": "places of the operator's settings",
    "bot/services/trends.py:_in_flight": "questions that have a seat or wait for one",
    "bot/services/host_turns.py:_turns": "questions that have a seat",
    "bot/gateway/rest_guilds.py:_locks": "messages under way",
    "bot/sources/http/robots.py:_asking": "requests under way",
    "bot/delivery/loop.py:_queues": "messages under way",
    "bot/delivery/late_files.py:_waiting": "WAITING_MAX messages",
    "bot/sources/pictures/store.py:_running": "WANTED_MAX pictures",
    "bot/storage/sqlite/readings_migration.py:_rows": "readings of one post",
    "bot/sources/pictures/store.py:_askers": "WANTED_MAX pictures",
    "bot/sources/pictures/store.py:_room_of": "WANTED_MAX pictures",
    "bot/sources/pictures/fair_slots.py:_held": "slots",
    "bot/sources/pictures/fair_slots.py:_waiting": "WANTED_MAX pictures",
    "bot/sources/pictures/fair_slots.py:_last_turn": "those who wait, cleared when nobody does",
    "bot/delivery/discord/file_wait.py:_owed": "REMEMBERED channels",
    "bot/sources/pictures/store.py:_proven": "PROVEN_MAX names of hosts",
    "bot/sources/pictures/store.py:_hosts": "WANTED_MAX pictures",
    "bot/services/transfers/opml.py:feeds": "FEEDS_MAX feeds of a list",
    "bot/services/transfers/opml.py:_groups": "outlines that stand in each other, in a list of bounded size",
    "bot/cli/transfers.py:_texts": "one",
    "bot/delivery/loop.py:_reading": "channels read at once",
    "bot/delivery/discord/own_messages.py:custom_ids": "of a row of buttons",
    "bot/delivery/discord/own_messages.py:urls": "of a row of buttons",
    "bot/storage/sql/outbox/adoption.py:_by_mark": "a transaction",
    "bot/storage/sql/outbox/adoption.py:_taken": "a transaction",
    "bot/leases.py:_held": "messages under way",
    "bot/delivery/rate_limiter.py:_waiting": "messages under way",
    "bot/admission.py:_waiting": "QUEUE_MAX",
    "bot/event_loop.py:_waiting": "pieces of work under way",
    "bot/polling/poller.py:_running": "poll.concurrency",
    "bot/polling/poller.py:_costs": "poll.concurrency",
    "bot/polling/poller.py:_ended": "poll.concurrency",
    "bot/polling/watch_leases.py:_until": "claimed watches; those that ended go at each renewal",
    "bot/polling/host_slots.py:_running": "poll.concurrency",
    "bot/polling/host_slots.py:_queues": "claimed watches",
    "bot/polling/host_slots.py:_lines": "claimed watches",
    "bot/polling/host_resolution.py:_over": "claimed watches",
    "bot/core/limits/fair_share.py:_hosts": "seats taken",
    "bot/core/limits/fair_share.py:_shares": "seats taken",
    "bot/core/limits/fair_share.py:_suspects": "seats taken",
    "bot/core/limits/fair_share.py:_suspects_of_share": "seats taken",
    "bot/scheduler.py:_logged": "our jobs",
    "bot/storage/postgres/connection.py:_opened": "sessions",
    "bot/storage/postgres/session.py:_prepared": "our statements",
    "bot/storage/postgres/rows.py:row_type": "lists of columns of our statements",
    "bot/storage/sqlite/group_commit.py:_waiting": "transactions under way",
    "bot/delivery/reachability.py:_lost": "shards, and requests",
    "bot/gateway/shards.py:_waits": "one a shard",
    "bot/gateway/shards.py:_recent": "IDENTIFIES_AN_HOUR",
    "bot/gateway/shards.py:_noted": "the servers of shards that ask for a new session",
    "bot/logs.py:_said": "what discord.py has to say",
    "bot/logs.py:_unsaid": "what discord.py has to say",
    "bot/sources/parsing/process_pool.py:_idle": "READERS processes",
    "bot/sources/parsing/process_pool.py:_busy": "READERS processes",
    "bot/sources/parsing/process_pool.py:_states": "event loops",
    "bot/sources/parsing/offload.py:_LOOP_BUDGET": "event loops",
    "bot/core/errors.py:values": "one error's",
    "bot/delivery/outage.py:_channels": "channels refused in one outage",
    "bot/delivery/outage.py:_waiting": "messages under way",
    "bot/polling/host_resolution.py:_running": "poll.concurrency",
    # -- one answer's, gone with it
    "bot/core/stories/linking.py:_made": "pairs of one answer's posts and NEAR_POSTS each",
    **{
        f"bot/core/stories/reading.py:{name}": "one text of READ_MAX characters"
        for name in (
            *("names", "openers", "quantities", "links", "negated", "marks", "kinds", "happenings"),
            *("is_report", "is_reply", "is_comment", "is_forecast", "is_open"),
            *("_bare", "_body", "_roots", "is_english"),
            *("denied", "head", "clauses", "news", "known", "roles", "meanings", "senses", "sense_words"),
            "happening_words",
        )
    },
    "bot/core/keywords/rising.py:_starts": "one answer's texts",
    "bot/polling/rule_evaluator.py:ids": "one look",
    "bot/polling/rule_evaluator.py:_posts": "one look",
    "bot/polling/rule_evaluator.py:_folded": "one look",
    **{f"bot/sources/fetch_session.py:{name}": "one fetch" for name in ("rows", "names", "missed")},
    **{f"bot/core/identity/entries.py:{name}": "one page" for name in ("_shown", "_posts", "_raw", "_trust")},
    "bot/core/identity/entries.py:_ids_hold": "one page",
    "bot/sources/http/cookies.py:_cookies": "one request's redirects, COOKIES_MAX each",
    **{
        f"bot/core/alerting/alerts.py:{name}": "one plan"
        for name in ("_channels", "_guilds", "_subscriptions", "_unsettled", "_contents", "_decisions")
    },
    **{f"bot/sources/parsing/html_scan.py:{name}": "one text" for name in ("_open", "_pieces")},
    **{f"bot/sources/feed/fingerprints.py:{name}": "one entry" for name in ("title", "path", "summary", "hashes")},
    "bot/sources/feed/memo.py:version_stamp": "one hash",
    "bot/sources/feed/raw.py:media": "one entry",
    "bot/sources/fediverse/mfm.py:_pieces": "one text",
    "bot/sources/fediverse/mfm.py:_stack": "one text",
    "bot/sources/fediverse/mfm.py:_never": "one text",
    "bot/sources/http/legacy_encodings.py:_ibm": "106 characters",
    **{f"bot/sources/feed/xml_feed.py:{name}": "one feed" for name in ("_containers", "_endless")},
    "bot/sources/feed/xml_fields.py:parts": "one feed",
    "bot/sources/feed/xml_elements.py:known": "one feed",
    "bot/sources/feed/xml_elements.py:_prefixes": "one feed",
    "bot/sources/feed/xml_references.py:_declared": "one feed",
    "bot/sources/trendpage/items.py:_items": "one page",
    "bot/sources/trendpage/items.py:_words": "one page",
}

_CONTAINERS = {
    *("dict", "list", "set", "deque", "Counter", "OrderedDict", "defaultdict"),
    *("WeakKeyDictionary", "WeakValueDictionary", "WeakSet", "WeightedCache", "TTLCache", "LRUCache", "TLRUCache"),
}
_MEMOS = {"lru_cache", "cache", "cached_property", "alru_cache"}


def test_each_container_that_lives_on_says_what_bounds_it() -> None:
    found = set(_containers())

    assert found - set(BOUNDED) == set(), "new: bound it in bytes, and list it with what bounds it"
    assert set(BOUNDED) - found == set(), "gone: take it off the list"


def _containers() -> Iterator[str]:
    """Containers that begin empty as an attribute or a module's variable, and functions that remember."""
    for path in sorted((*(ROOT / "bot").rglob("*.py"), *(ROOT / "cogs").rglob("*.py"))):
        where = path.relative_to(ROOT).as_posix()
        if not where.startswith("bot/demo/"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            names = (*_memos(tree), *_attributes(tree), *_variables(tree))
            yield from (f"{where}:{name}" for name in names)


def _memos(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and any(map(_remembers, node.decorator_list)):
            yield node.name


def _attributes(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        for target, value in _assigned(node):
            if _is_attribute(target) and _grows(value):
                yield target.attr  # type: ignore[attr-defined]


def _variables(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        for target, value in _assigned(node):
            is_memo = isinstance(value, ast.Call) and _remembers(value)
            if isinstance(target, ast.Name) and (is_memo or (_grows(value) and not _is_filled(value))):
                yield target.id


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        yield node.target, node.value


def _is_attribute(target: ast.expr) -> bool:
    return isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self"


def _grows(value: ast.expr) -> bool:
    """``{}``, ``[]``, ``{… for …}`` or a call of something that grows."""
    if isinstance(value, ast.Dict | ast.List):
        return not (value.keys if isinstance(value, ast.Dict) else value.elts)
    is_call = isinstance(value, ast.Call) and _name(value.func) in _CONTAINERS
    return is_call or isinstance(value, ast.DictComp | ast.SetComp | ast.ListComp)


def _is_filled(value: ast.expr) -> bool:
    """A constant that is made in another form."""
    return not isinstance(value, ast.Dict | ast.List) and not (isinstance(value, ast.Call) and not value.args)


def _remembers(decorator: ast.expr) -> bool:
    while isinstance(decorator, ast.Call):
        decorator = decorator.func
    return _name(decorator) in _MEMOS


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Subscript):
        return _name(function.value)
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


# -- full ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Full:
    """A cache filled with the heaviest there is of what it takes, and what it may weigh then."""

    mib: float
    fill: Callable[[], object]


def _answers() -> object:
    cache = answers.AnswerCache(lambda: NOW, 60)
    for number in range(60):
        posts = tuple(
            Post(Network.WEB, f"{number} {each}", "😀" * 9_000 + str(each), author_name="名" * 400 + str(each))
            for each in range(500)
        )
        cache.put((TopicKey(str(number)), SourceName.FEED, None), SourceAnswer(SourceName.FEED, "x", posts=posts))
    return cache._answers


def _addresses() -> object:
    kept = asked_urls.AskedUrls(lambda: NOW)
    for number in range(4_000):
        viewer = Viewer(user_id=UserId(number))
        kept.keep(TopicKey(str(number)), f"https://a.example/{number}?" + "q" * 3_000, viewer, public=False)
    return kept._addresses


def _kept() -> object:
    kept = keeping.PendingChanges(lambda: NOW)
    for number in range(2_000):
        words = ",".join(f"{word}" * 50 for word in range(20))
        ask = SubscribeRequest(
            f"{number}",
            GuildId(1),
            ChannelId(2),
            UserId(3),
            "ja",
            chosen=SettingsChange(include=words, exclude=words),
        )
        kept.keep(GuildId(number), ask)
    return kept._kept


def _hosts() -> object:
    async def many() -> object:
        full = host_limiter.HostLimiter(limits.HttpLimits(user_agent="x"), lambda: NOW)
        for number in range(2 * host_limiter.HOSTS_MAX):
            full.failed(
                f"{number}." + "x" * 240, "answered 503", started=0.0, blocked_until=NOW + timedelta(days=1)
            )
        return full._hosts

    return asyncio.run(many())


def _askers() -> object:
    full = cooldown.Cooldown(6, lambda: NOW)
    for number in range(3 * full.REMEMBERED):
        full.take((1 << 62) + number, (1 << 61) + number)
    return full._asked


def _rules() -> list[object]:
    """What ``rules_from`` keeps: its keys and values."""
    kept: list[object] = []
    for number in range(common.rules_from.cache_parameters()["maxsize"] or 0):
        words = tuple(f"{number:04}{word:04}" + "語" * 52 for word in range(20))
        stored = msgspec.json.encode(Rules(include=words, exclude=words)).decode()
        kept += [stored, common.rules_from(stored)]
    return kept


def _finders() -> list[object]:
    """What ``_finder`` keeps: words, and the patterns in the closures of what looks for them."""
    kept: list[object] = []
    for number in range(rules._finder.cache_parameters()["maxsize"] or 0):
        word = f"a{number:05}" + "ﷺ" * 54
        finder = rules._finder(word)
        kept += [word, *(cell.cell_contents for cell in getattr(finder, "__closure__", None) or ())]
    return kept


def _charts() -> object:
    images = chart_images.ChartImages(lambda: NOW, draw=lambda svg: svg.encode() * 4_000)
    for number in range(1_000):
        images._drawn(f"{number}".encode(), f"{number:010}")
    return images._kept


FULL = {
    "answers to /trend": Full(17, _answers),
    "addresses asked for": Full(1.1, _addresses),
    "changes that buttons stand for": Full(1.1, _kept),
    "hosts": Full(25, _hosts),
    "askers": Full(8, _askers),
    "rules as stored": Full(25, _rules),
    "words looked for": Full(40, _finders),
    "charts": Full(9, _charts),
}


@pytest.mark.invariant(11)
@pytest.mark.parametrize("name", FULL)
def test_each_cache_full_weighs_at_most_what_it_may(name: str) -> None:
    full = FULL[name]

    weight = weight_of(full.fill()) / MIB

    assert 0.01 < weight <= full.mib


@pytest.mark.invariant(11)
def test_memos_of_small_things_are_bounded_by_their_number() -> None:
    most = {
        patterns.compile_pattern: 256,
        rules._finder: 2048,
        quiet_hours._instant: 4096,
        sanitize._known_language: 1024,
        dates._exact: 1024,
        counts._remembered: 4096,
        stored_quiet._decoded: 1024,
        common.rules_from: 1024,
        text._rounded: 10_000,
    }

    assert {memo.__name__: memo.cache_parameters()["maxsize"] for memo in most} == {
        memo.__name__: number for memo, number in most.items()
    }
    assert patterns.COMPILED_MAX * patterns.MEMORY_MAX <= 64 * MIB


@pytest.mark.invariant(11)
def test_pages_of_the_database_are_kept_up_to_a_bound_for_each_connection() -> None:
    assert connection._PAGE_CACHE_KIB * 1024 <= 16 * MIB

"""Every metric: name, kind, unit and labels. Labels name sources, causes and roles, never a topic or a server.

``docs/operations/metrics.md`` is made from this list; the dashboard and the alert rules are checked against it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

PREFIX: Final = "kawaraban_"


class MetricKind(StrEnum):
    """Kind of a metric, as Prometheus names it."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric. ``name``: without prefix and without a counter's ``_total``. ``role``: of processes that show it.

    ``role`` empty: all processes.
    """

    name: str
    kind: MetricKind
    help: str
    labels: tuple[str, ...] = ()
    role: str = ""

    @property
    def full_name(self) -> str:
        """The name in queries; of a histogram ``_bucket``, ``_sum`` and ``_count`` follow."""
        return f"{PREFIX}{self.name}{'_total' if self.kind is MetricKind.COUNTER else ''}"


def _counter(name: str, text: str, *labels: str, role: str = "") -> Metric:
    return Metric(name, MetricKind.COUNTER, text, labels, role)


def _gauge(name: str, text: str, *labels: str, role: str = "") -> Metric:
    return Metric(name, MetricKind.GAUGE, text, labels, role)


def _histogram(name: str, text: str, role: str = "") -> Metric:
    return Metric(name, MetricKind.HISTOGRAM, text, (), role)


BUILD_INFO: Final = _gauge("build_info", "Version of Kawaraban; always 1.", "version")
ROLE: Final = _gauge("role", "Roles of this process; always 1.", "role")
READY: Final = _gauge("ready", "1 if all checks of /readyz are green.")
CHECK: Final = _gauge("check_ok", "1 if a check of /readyz is green.", "check")

POLLS: Final = _counter("polls", "Polls of a watch (a topic at a source).", "source", role="poller")
POLL_FAILURES: Final = _counter(
    "poll_failures",
    "Polls without a usable answer, by cause (429 and 5xx: busy).",
    "source",
    "cause",
    role="poller",
)
PARSE_ERRORS: Final = _counter(
    "parse_errors", "Answers of sources that could not be read; part of the failures.", "source", role="poller"
)
POLLS_UNCHANGED: Final = _counter(
    "polls_unchanged", "Polls whose answer was the same as before.", "source", role="poller"
)
POSTS_NEW: Final = _counter("posts_new", "Posts that were seen for the first time.", "source", role="poller")
ALERTS: Final = _counter("alerts", "Alerts decided, with those held for a summary.", "source", role="poller")
POLL_DELAY: Final = _histogram(
    "poll_delay_seconds", "Time from when a poll was due to its request.", role="poller"
)
POLLS_CLAIMED: Final = _gauge(
    "polls_claimed", "Watches that this process has leased now, by what they wait for.", "state", role="poller"
)
WATCHES_DUE: Final = _gauge(
    "watches_due", "Due watches that no process polls, over all processes; counted up to 10,000.", role="poller"
)
WATCHES_LATE: Final = _gauge(
    "watches_late_seconds", "Time for which the first of them is due; 0 where there is none.", role="poller"
)

DELIVERY: Final = _histogram(
    "alert_delivery_seconds",
    "Time from the poll that found a post past its minimum (or the end of quiet hours) to Discord's confirmation.",
    role="sender",
)
MESSAGES_SENT: Final = _counter("messages_sent", "Messages that Discord confirmed.", role="sender")
MESSAGES_EDITED: Final = _counter("messages_edited", "Edits of sent messages.", role="sender")
MESSAGES_REMOVED: Final = _counter("messages_removed", "Sent messages that were deleted again.", role="sender")
MESSAGES_GIVEN_UP: Final = _counter(
    "messages_given_up", "Messages that are not sent, with a reason.", role="sender"
)
MESSAGES_UNCERTAIN: Final = _counter(
    "messages_uncertain", "Messages of which nobody can tell whether they arrived.", role="sender"
)
OUTBOX: Final = _gauge(
    "outbox",
    "Entries not yet in a message (those for later included), unfinished messages, due edits; up to 10,000 each.",
    "kind",
)
OUTBOX_AGE: Final = _gauge(
    "outbox_oldest_seconds", "Time for which the first of the outbox may be sent; 0 where there is none."
)
SENDING: Final = _gauge(
    "channels_in_flight", "Channels that this process sends to or edits in now.", "queue", role="sender"
)
RATE_LIMITED: Final = _counter("discord_rate_limited", "429 answers of Discord, by extent.", "scope")
DISCORD_REACHABLE: Final = _gauge("discord_reachable", "0 during an outage of Discord, as this process sees it.")

SHARDS: Final = _gauge("gateway_shards", "Shards of this process, by state.", "state", role="gateway")
GUILDS: Final = _gauge("gateway_guilds", "Servers on the shards of this process.", role="gateway")
COMMANDS: Final = _counter("commands", "Commands, buttons and forms that people used.", role="gateway")

SENDER_ACTIVE: Final = _gauge("sender_active", "1 if this process is the active sender.", role="sender")
SENDER_TERM: Final = _gauge(
    "sender_term", "Number of the term of the active sender; 0 of one that stands by.", role="sender"
)

PROCESSES: Final = _gauge(
    "processes",
    "Processes with roles over the database, as they report themselves; lost: no report for 45 seconds.",
    *("role", "state"),
)
SHARDS_MISSING: Final = _gauge("shards_missing", "Shards that no gateway over the database serves.")

LOOP_LAG: Final = _histogram(
    "event_loop_lag_seconds", "Time by which a timer of the event loop came late, each second."
)
DATABASE_BYTES: Final = _gauge("database_bytes", "Size of the database; of a server's, measured every 5 minutes.")
DISK_FREE: Final = _gauge("database_free_bytes", "Free space on the disk of a SQLite file.")
DATABASE_WRITABLE: Final = _gauge("database_writable", "1 if the last test write succeeded.")
BACKUP_AGE: Final = _gauge(
    "backup_age_seconds",
    "Time since the newest scheduled copy of the database; +Inf where there is none. Only with backup.every_h.",
    role="sender",
)
BACKUP_INTERVAL: Final = _gauge(
    "backup_interval_seconds", "Time between two scheduled copies. Only with backup.every_h.", role="sender"
)
SAMPLE_AGE: Final = _gauge("sample_age_seconds", "Time since the database was asked for the values of /metrics.")

METRICS: Final[tuple[Metric, ...]] = (
    *(BUILD_INFO, ROLE, READY, CHECK),
    *(POLLS, POLL_FAILURES, PARSE_ERRORS, POLLS_UNCHANGED, POSTS_NEW, ALERTS),
    *(POLL_DELAY, POLLS_CLAIMED, WATCHES_DUE, WATCHES_LATE),
    *(DELIVERY, MESSAGES_SENT, MESSAGES_EDITED, MESSAGES_REMOVED, MESSAGES_GIVEN_UP, MESSAGES_UNCERTAIN),
    *(OUTBOX, OUTBOX_AGE, SENDING, RATE_LIMITED, DISCORD_REACHABLE),
    *(SHARDS, GUILDS, COMMANDS, SENDER_ACTIVE, SENDER_TERM, PROCESSES, SHARDS_MISSING),
    *(LOOP_LAG, DATABASE_BYTES, DISK_FREE, DATABASE_WRITABLE, SAMPLE_AGE),
    *(BACKUP_AGE, BACKUP_INTERVAL),
)
PROCESS_METRICS: Final = (
    "process_cpu_seconds_total",
    "process_resident_memory_bytes",
    "process_virtual_memory_bytes",
    "process_start_time_seconds",
    "process_open_fds",
    "process_max_fds",
)
"""Metrics of the process that the client library reads from Linux."""

"""The named errors of the application.

KawarabanError
├── SourceError            a source did not answer as it should
│   ├── SourceUnreachable  no answer: name, connection, time-out
│   │   └── HostUnknown    there is no host of this name
│   ├── SourceRefused      401, 403, 404, 410: asking again will not help
│   │   ├── RobotsRefused  its robots.txt asks not to read this address
│   │   ├── SourceChallenged  it checks whether a person with a browser asks
│   │   └── TopicUnfit     it cannot be asked for this topic at all
│   ├── SourceBusy         429 or 5xx: later
│   │   └── BudgetSpent    what it may cost today is spent
│   ├── SourceChanged      it answered, but not in the form we know; says what was missing
│   │   ├── RedirectLost   redirects lead nowhere
│   │   │   └── RedirectLoop  redirects lead in circles
│   │   ├── UnaskedPacking its body is packed in a way that was not asked for
│   │   └── NotAFeed       the address leads to something else; says where its feed is, if it does
│   ├── SourceTooLarge     more than the cap
│   ├── SourceTooDear      it takes more time or memory to read than an answer may
│   └── AddressRefused     not http(s), or not a public address
│       └── HostNotListed  not one of the hosts this bot may ask
├── StorageError
│   ├── DatabaseTooNew     written by a newer version
│   ├── MigrationFailed    it was not brought to this version, and is as it was
│   ├── DatabaseDamaged    a part of the file was overwritten or is missing
│   ├── ServerUnusable     a database server that cannot be used as it is; `problem` says why
│   ├── DatabaseBusy       locked, full or read-only just now; the work is done again
│   │   └── DatabaseFull   the disk of its server is full
│   ├── ConstraintViolated a write broke a constraint of the schema
│   ├── TookTooLong        a person's question would have to walk through too much
│   └── StalePlan          rules or claim changed since the state was read: plan again
└── RefusedRequest         a person asked for something that cannot be; `text_id` names the sentence
    ├── AlreadySubscribed  the channel has a subscription to this topic
    ├── FeedElsewhere      the address is a page's; says where the feed that it names is
    ├── PatternsTooDear    its patterns would cost more than a subscription may
    └── PostUnknown        nothing is known by what was named
"""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from bot.core.causes import Cause

from .text import cleaned_line, line

DETAIL_MAX: Final = 500
VALUE_MAX: Final = 1_000
"""UTF-16 units of what an error says, and of what fills a sentence for a person."""


class KawarabanError(Exception):
    """Base of every error we raise on purpose.

    Its message is one line without addresses, whatever a server or a person put into it.
    """

    def __init__(self, message: object = "") -> None:
        super().__init__(cleaned_line(str(message), DETAIL_MAX))


class SourceError(KawarabanError):
    """A source did not answer as it should.

    ``retry_after``: the least time to wait, where the source said so.
    ``permanent``: asking again without a change will not help. ``cause``: what the watch's health says of it.
    """

    cause: Cause = Cause.OTHER

    def __init__(self, detail: str, *, retry_after: timedelta | None = None, permanent: bool = False) -> None:
        super().__init__(detail)
        self.detail = str(self)
        self.retry_after = retry_after
        self.permanent = permanent


class SourceUnreachable(SourceError):
    """No answer: name resolution, connection or time-out."""

    cause = Cause.UNREACHABLE


class HostUnknown(SourceUnreachable):
    """There is no host of this name: it may be mistyped."""

    cause = Cause.HOST_UNKNOWN


class SourceRefused(SourceError):
    """The source refuses: 401, 403, 404, 410."""

    cause = Cause.REFUSED


class RobotsRefused(SourceRefused):
    """The site asks robots not to read this address; only its operator or ours can change that."""

    cause = Cause.ROBOTS


class SourceChallenged(SourceRefused):
    """The site answers with a check whether a person with a browser asks, which no program should pass."""

    cause = Cause.CHALLENGE


class TopicUnfit(SourceRefused):
    """The source cannot be asked for this topic: no tag can be made of it, it has no page there."""

    cause = Cause.TOPIC_UNSUPPORTED

    def __init__(self, detail: str) -> None:
        super().__init__(detail, permanent=True)


class SourceBusy(SourceError):
    """429 or 5xx: not now."""

    cause = Cause.BUSY


class BudgetSpent(SourceBusy):
    """The paid reads of today are used up."""

    cause = Cause.BUDGET


class ShareSpent(BudgetSpent):
    """The rest of today's budget is reserved for servers that had less of it."""

    cause = Cause.BUDGET_SHARE


class SourceChanged(SourceError):
    """The answer does not have the form we know; the detail says what was missing."""

    cause = Cause.CHANGED


class RedirectLost(SourceChanged):
    """A redirect does not say where to."""


class RedirectLoop(RedirectLost):
    """One redirect leads to the next without end, as at sites that want cookies kept between visits."""

    cause = Cause.REDIRECTS


class UnaskedPacking(SourceChanged):
    """The answer is packed in a way that was not asked for; the detail names it."""

    cause = Cause.PACKING


class NotAFeed(SourceChanged):
    """The address leads to no feed; ``feed`` is where the page says its feed is."""

    cause = Cause.NO_FEED

    def __init__(self, detail: str, *, feed: str | None = None) -> None:
        super().__init__(detail)
        self.feed = feed


class SourceTooLarge(SourceError):
    """The body is larger than the cap."""

    cause = Cause.TOO_LARGE


class SourceTooCostly(SourceError):
    """The answer takes more time or memory to read than any may."""

    cause = Cause.TOO_COSTLY


class AddressRefused(SourceError):
    """Not http(s), or not a public address."""

    cause = Cause.ADDRESS


class HostNotListed(AddressRefused):
    """The operator lists the hosts that may be asked, and this is none of them."""

    cause = Cause.NOT_LISTED


class StorageError(KawarabanError):
    """The database cannot be used as asked."""


class DatabaseTooNew(StorageError):
    """The database was written by a newer version of Kawaraban."""


class MigrationFailed(StorageError):
    """The database was not brought to version ``newest`` and is as it was. ``why``: what the database said.

    ``step``: the migration that failed; empty where the copy from before could not be made. ``is_full``: for want
    of space.
    """

    def __init__(self, newest: int, why: str, *, step: str = "", is_full: bool = False) -> None:
        super().__init__(f"migration {step or 'not begun, there is no copy'}: {why}")
        self.newest = newest
        self.step = step
        self.is_full = is_full
        self.why = cleaned_line(why, DETAIL_MAX)


class DatabaseDamaged(StorageError):
    """A database file cannot be read: a part of it was overwritten or is missing. ``why``: what SQLite says."""

    def __init__(self, why: str) -> None:
        super().__init__(f"The database cannot be read: {why}.")
        self.why = cleaned_line(why, DETAIL_MAX)


class ServerProblem(StrEnum):
    """Reason why a database server cannot be used."""

    NO_DRIVER = "no_driver"
    WRONG_URL = "wrong_url"
    UNREACHABLE = "unreachable"
    NOT_READY = "not_ready"
    FULL = "full"
    READ_ONLY = "read_only"
    LEFT_BEHIND = "left_behind"
    LOGIN = "login"
    NOT_ADMITTED = "not_admitted"
    ENCRYPTION = "encryption"
    CERTIFICATE = "certificate"
    OPTION = "option"
    NO_DATABASE = "no_database"
    NO_SCHEMA = "no_schema"
    FORBIDDEN = "forbidden"
    TOO_OLD = "too_old"
    ENCODING = "encoding"
    CLOCK = "clock"
    POOLER = "pooler"
    EMPTY = "empty"
    OLDER = "older"
    NOT_OURS = "not_ours"
    OTHER = "other"


class ServerUnusable(StorageError):
    """A database server cannot be used as it is. ``values`` fill the sentence of the problem."""

    def __init__(self, problem: ServerProblem, **values: str | int) -> None:
        super().__init__(f"the database server cannot be used: {problem}{f', {values}' if values else ''}")
        self.problem = problem
        self.values = {name: cleaned_line(str(value), DETAIL_MAX) for name, value in values.items()}


class DatabaseBusy(StorageError):
    """Locked, full or read-only just now."""


class DatabaseFull(DatabaseBusy):
    """The disk of the database's server is full."""


class TookTooLong(DatabaseBusy):
    """A question was broken off: it would have kept others waiting, or the server did not answer.

    A person hears what else to ask; for the bot's own work it means "not now", as of every busy database.
    """

    text_id = "error-took-too-long"


class ConstraintViolated(StorageError):
    """A write broke a constraint of the schema (unique, foreign key, check, trigger): a mistake of the program."""


class CopyProblem(StrEnum):
    """Reason why a database is not copied. Nothing of it is left in the target."""

    SAME = "same"
    TARGET_FILLED = "target_filled"
    TARGET_EXISTS = "target_exists"
    OTHER_SCHEMA = "other_schema"
    REFUSED_ROWS = "refused_rows"
    DIFFERS = "differs"


class CopyRefused(StorageError):
    """A database cannot be copied as asked. ``values`` fill the sentence of the problem."""

    def __init__(self, problem: CopyProblem, **values: str) -> None:
        super().__init__(f"the database was not copied: {problem}{f', {values}' if values else ''}")
        self.problem = problem
        self.values = {name: cleaned_line(value, DETAIL_MAX) for name, value in values.items()}


class CopyFailed(StorageError):
    """One of the databases of a copy cannot be used: that of ``url``, for ``error``."""

    def __init__(self, url: str, error: StorageError, *, is_target: bool) -> None:
        super().__init__(f"the {'target' if is_target else 'source'} of the copy cannot be used: {error}")
        self.url = url
        self.error = error
        self.is_target = is_target


class BackupProblem(StrEnum):
    """Reason why a file is not made a copy of the database. The file is left as it was."""

    SAME = "same"
    EXISTS = "exists"
    IN_USE = "in_use"
    FOLDER = "folder"
    NO_ROOM = "no_room"
    DAMAGED = "damaged"


class BackupRefused(StorageError):
    """A copy of the database is not made. ``values`` fill the sentence of the problem."""

    def __init__(self, problem: BackupProblem, **values: str) -> None:
        super().__init__(f"no copy of the database was made: {problem}{f', {values}' if values else ''}")
        self.problem = problem
        self.values = {name: cleaned_line(value, DETAIL_MAX) for name, value in values.items()}


class RestoreProblem(StrEnum):
    """Reason why a copy is not put in the place of the database, which is left as it was."""

    MISSING = "missing"
    FOLDER = "folder"
    SAME = "same"
    IN_USE = "in_use"
    NOT_ONE = "not_one"
    NOT_OURS = "not_ours"
    NEWER = "newer"
    NO_ROOM = "no_room"
    DAMAGED = "damaged"


class RestoreRefused(StorageError):
    """A copy is not restored. ``values`` fill the sentence of the problem."""

    def __init__(self, problem: RestoreProblem, **values: str) -> None:
        super().__init__(f"the copy was not restored: {problem}{f', {values}' if values else ''}")
        self.problem = problem
        self.values = {name: cleaned_line(value, DETAIL_MAX) for name, value in values.items()}


class StalePlan(StorageError):
    """Rules or claim changed between reading the state and committing the plan."""


class RefusedRequest(KawarabanError):
    """A person asked for something that cannot be done.

    ``text_id`` names a sentence in the locale files, ``values`` fill it: text among them is one line.
    """

    def __init__(self, text_id: str, **values: str | int) -> None:
        super().__init__(text_id)
        self.text_id = text_id
        self.values = {
            name: line(value, VALUE_MAX) if isinstance(value, str) else value for name, value in values.items()
        }


class AlreadySubscribed(RefusedRequest):
    """The channel has a subscription to this topic."""

    text_id = "subscribe-exists"

    def __init__(self, topic: str) -> None:
        super().__init__(self.text_id, topic=topic)


class FeedElsewhere(RefusedRequest):
    """The address is that of a page, which names its feed.

    ``feed``: the feed's address, or only its host. ``topic``: the key to subscribe with, for whoever may know the
    address.
    """

    text_id = "error-feed-elsewhere"

    def __init__(self, feed: str, topic: str | None = None) -> None:
        super().__init__(self.text_id, feed=feed)
        self.feed = str(self.values["feed"])
        self.topic = topic


class PatternsTooDear(RefusedRequest):
    """The patterns among the words would cost more than a subscription may."""

    text_id = "error-patterns-dear"

    def __init__(self) -> None:
        super().__init__(self.text_id)


class PostUnknown(RefusedRequest):
    """Nothing is known by what was named: a post, or a message that shows some."""

"""Settings of a channel, and of a server."""

from __future__ import annotations

from bot.core.lazy_dataclass import dataclass

from .enums import ChannelId, RoleId


@dataclass(frozen=True, slots=True)
class QuietHours:
    """The hours without alerts of a channel: ``start`` to ``end``, minutes after local midnight in an IANA zone.

    ``end`` at or before ``start`` is on the next day. ``weekdays``: on which days it begins, Monday is 0.
    """

    zone: str
    start: int
    end: int
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)


@dataclass(frozen=True, slots=True)
class GuildSettings:
    """The settings of a server, each None where nobody chose it: then the person's or the operator's counts.

    ``language``: of alerts, digests and notices for which none is chosen. ``zone``: an IANA name, of times for
    which none is chosen, and of the day of a pace. ``quiet``: of channels without quiet hours of their own when
    they get their first subscription or digest. ``pace``: alerts a day of new subscriptions to a topic (0: each
    post that reaches ``min_rp``, None: its source's own minimum). ``surge``: ``off``, or a ``Preset``'s value.
    ``fold``, ``media``: as in ``Rules``. ``digest_top``: posts a topic of new digests. ``alerts_with_digest``
    False: new digests stand in for alerts. ``role_id``: mentioned by new subscriptions and digests of people who
    may mention it. ``status_channel``: gets the notices about sources, instead of each channel.
    """

    language: str | None = None
    zone: str | None = None
    quiet: QuietHours | None = None
    pace: int | None = None
    min_rp: int | None = None
    surge: str | None = None
    fold: bool | None = None
    digest_top: int | None = None
    alerts_with_digest: bool | None = None
    role_id: RoleId | None = None
    status_channel: ChannelId | None = None
    media: bool | None = None

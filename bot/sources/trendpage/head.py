"""The head of a page: how many posts, when that was seen, who talks, and about what."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.models import Audience
from bot.core.text import clean
from bot.sources.parsing.dates import TIME_MAX, read_date
from bot.sources.parsing.numbers import NUMBER, amount_of, nfkc, step_of
from bot.sources.parsing.sanitize import valid_count

JAPAN = ZoneInfo("Asia/Tokyo")
_VOLUMES = (
    re.compile(
        rf"(?<![\d.,:/]){NUMBER}\s*(?:件の\s*)?(?:posts?|tweets?|ポスト|ツイート|投稿)(?![a-z])", re.IGNORECASE
    ),
    re.compile(
        rf"(?:posts?|tweets?|ポスト|ツイート|投稿)(?:件?数)?\s*[:]?\s*{NUMBER}(?![\d./:%年-])", re.IGNORECASE
    ),
    re.compile(rf"(?<![\d.,:/]){NUMBER}\s*件"),
)
OBSERVED = re.compile(
    r"(\d{4})[./年-]\s?(\d{1,2})[./月-]\s?(\d{1,2})日?\s*(?:\(.\)\s*)?[T ]?(\d{1,2})[:時]\s?(\d{2})(?!\d*%)"
)
_IS_OF = re.compile(
    r"(?:の?データ)?(?:時点|現在)(?:の(?:データ|情報))?|(?:に|最終)?更新(?:日時|時刻)?"
    r"|\b(?:last )?updated(?: at)?\b|\bas of\b|[:]\s",
    re.IGNORECASE,
)
"""Words beside the time of a page's counts."""
OBSERVED_WITHIN = timedelta(days=2)
_SHARES = re.compile(
    r"(?P<female>女性?|♀|\b(?:fe|wo)m[ae](?:le|n)\b)|(?P<male>男性?|♂|\bm[ae](?:le|n)\b)|(?P<share>\d{1,3}(?:\.\d+)?)\s*%",
    re.IGNORECASE,
)
_GROUP = re.compile(
    r"\(\s*([^()\n]{0,20}?(?:\d{1,2}\s*代|\d0s)[^()\n]{0,20}?|男性?|女性?)\s*\)"
    r"|((?:\d{1,2}代(?:以上|以下)?)\s*[/・]\s*(?:男性|女性))",
    re.IGNORECASE,
)
_TOPIC = re.compile(
    r"^(?P<topic>\S[^\n]*?)(?:\s+|の)(?:トレンド|trends?)(?=\s|$|[|\-–|])", re.IGNORECASE | re.MULTILINE
)


def read_volume(header: str) -> int | None:
    """The number of posts that the page counts; None if it does not say."""
    found = _volume(header)
    return valid_count(amount_of(found)) if found else None


def read_volume_step(header: str) -> int:
    """The step of the last digit in which the page shows that number: 1,000 for 1.2万."""
    found = _volume(header)
    return step_of(found) if found else 1


def _volume(header: str) -> re.Match[str] | None:
    return next((match for pattern in _VOLUMES if (match := pattern.search(header))), None)


def read_observed_at(header: str) -> datetime | None:
    """The first time in the page's head, Japan's, as UTC."""
    for match in OBSERVED.finditer(header):
        try:
            when = datetime(*(int(part) for part in match.groups()), tzinfo=JAPAN)  # type: ignore[misc,arg-type]
            return when.astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None


def read_update(header: str, now: datetime) -> datetime | None:
    """The time that a line says, in any form, of two days at most: ``11月25日 11:30時点``, ``5分前に更新``."""
    for line in header.splitlines():
        if len(line) > TIME_MAX or _IS_OF.search(line) is None:
            continue
        found = read_date(_IS_OF.sub(" ", line).strip(), now)
        if found is not None and not found.day_only and timedelta(0) <= now - found.at <= OBSERVED_WITHIN:
            return found.at
    return None


def read_audience(header: str) -> Audience:
    """Shares by their label; without labels men stand first. ``0% 0%`` is a page that does not know."""
    shares: dict[str, int] = {}
    label: str | None = None
    bare: list[int] = []
    for match in _SHARES.finditer(header):
        if match["share"] is None:
            label = match.lastgroup
            continue
        share = min(round(float(match["share"])), 100)
        if label:
            shares.setdefault(label, share)
        else:
            bare.append(share)
        label = None
    if not shares and len(bare) >= 2:
        shares = {"male": bare[0], "female": bare[1]}
    group = _GROUP.search(header)
    named = (group[1] or group[2]).strip() if group else None
    if not any(shares.values()):
        return Audience(group=named)
    return Audience(male_pct=shares.get("male"), female_pct=shares.get("female"), group=named)


def read_topic_name(header: str, title: str) -> str | None:
    """The topic as the page names it, in its head or else in its title."""
    found = _TOPIC.findall(header) or _TOPIC.findall(nfkc(clean(title)).strip())
    return clean(found[-1]).strip(" #「」『』") or None if found else None

"""What publishers were seen to do, as public bug reports of feed readers tell it; a publisher combines a few."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, fields
from itertools import count
from typing import Final

PLAIN: Final = "plain"
_TRIES: Final = 50

CHOICES: Final[dict[str, tuple[str, ...]]] = {
    # What is done to the links of articles.
    "link": (
        "token",  # a query made anew at each fetch
        "session",  # ;jsessionid=…
        "minted",  # a redirector's address, another at each fetch
        "marked",  # utm_* and ref=rss at every other fetch
        "click-id",  # fbclid and utm_content made anew
        "www",  # with www. at every other fetch
        "mail",  # another name of the same machine now and then
        "corrected",  # a slug is corrected once, hours later
        "shared",  # several articles lead to one page
        "relative",  # with a base that changes
    ),
    # What is done to their ids. "migrated": all at once are other ones; "two": an article stands there twice.
    "id": ("none", "link", "minted", "migrated", "two", "https"),
    # What stands in the place of their time.
    "time": (
        "none",
        "fetch",
        "placeholder",
        "month",
        "day",
        "appointment",  # of the event, days ahead
        "local",  # Japan's, without saying so: nine hours ahead
        "daylight",  # all shift by an hour with the clocks
        "zone-name",
        "scheduled",  # written hours before it appears
        "updated",  # that of the last edit only
        "ago",  # 3時間前, at each fetch another
        "buddhist",  # Thailand's years
    ),
    "title": ("same",),
    "order": ("oldest first", "random"),
    "window": ("5", "40", "2000", "2000 undated, newest last"),
    "edit": ("title", "summary", "live", "republished", "deleted", "back after 10 days"),
    "server": ("no validators", "304", "constant etag", "future", "two caches", "last-modified"),
    "trouble": ("empty", "page", "500", "503", "429", "broken off", "cut", "slow", "away", "own error"),
    "form": ("atom", "json", "rdf", "changing", "json with commas"),
    "dress": (
        "gzip unsaid",
        "mark",
        "junk",
        "wrong charset",
        "shift_jis",
        "shift_jis unsaid",
        "gzip twice",
        "called gzip",
    ),
    "move": ("https", "www", "host", "host and back"),
    "pace": ("slow", "busy", "burst"),
    "feeds": ("two", "two, one corrected"),
}


@dataclass(frozen=True, slots=True)
class Habits:
    """One of ``CHOICES`` each, or plain."""

    link: str = PLAIN
    id: str = PLAIN
    time: str = PLAIN
    title: str = PLAIN
    order: str = PLAIN
    window: str = PLAIN
    edit: str = PLAIN
    server: str = PLAIN
    trouble: str = PLAIN
    form: str = PLAIN
    dress: str = PLAIN
    move: str = PLAIN
    pace: str = PLAIN
    feeds: str = PLAIN

    def names(self) -> Iterator[str]:
        """Those that are not plain."""
        for each in fields(self):
            value = getattr(self, each.name)
            if value != PLAIN:
                yield f"{each.name}: {value}"

    @property
    def is_dated(self) -> bool:
        """Whether an article's own time stands there, the same at each fetch."""
        return self.time in {PLAIN, "zone-name", "scheduled", "appointment", "buddhist"}

    @property
    def is_numbered(self) -> bool:
        """Whether the numbers in its addresses fall from entry to entry."""
        return self.link in {PLAIN, "marked"} and self.order == PLAIN

    @property
    def is_telling(self) -> bool:
        """Whether a reader could know an article again, and what is new from what is old."""
        steady_id = self.id in {PLAIN, "two", "https"}
        steady_link = self.link not in {"minted", "shared"}
        keeps_title = self.edit not in {"title", "live"} and self.title == PLAIN
        hopeless = (
            self.link == "shared" and not steady_id and not (self.is_dated and self.edit != "title"),
            self.title == "same" and not steady_id and not (self.link == PLAIN and self.id in {"none", "link"}),
            self.id == "migrated" and (self.link not in {PLAIN, "marked", "www"} or self.title != PLAIN),
            self.form == "changing" and (not steady_link or self.title != PLAIN),
            self.window.startswith("2000") and {self.link, self.pace, self.form, self.edit} != {PLAIN},
            # What slides into the page from below would be as new as what comes in at its top.
            self.edit == "deleted" and self.time not in {PLAIN, "zone-name"} and not self.is_numbered,
            self.link == "corrected" and not steady_id and not keeps_title,
            self.feeds == "two, one corrected" and not keeps_title,  # nothing is the same in both then
        )
        return not any(hopeless) and (steady_id or steady_link or (keeps_title and self.id != "migrated"))


def habits_of(number: int, chance: random.Random) -> Habits:
    """Those of the ``number``-th publisher: two that fall to it in turn, and others by chance, few or many."""
    special = [(name, value) for name, values in CHOICES.items() for value in values]
    share = chance.choice((0.0, 0.15, 0.35))
    for tries in count():
        picked = {name: chance.choice(values) for name, values in CHOICES.items() if chance.random() < share}
        for turn in (number, number + 60) if tries < _TRIES else (number,):
            picked |= dict([special[turn % len(special)]])
        if picked.get("window", "").endswith("newest last"):
            picked |= {"time": "none", "order": "oldest first"}
        found = Habits(**picked)
        if found.is_telling:
            return found
    raise AssertionError("unreachable")

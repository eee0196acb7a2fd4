"""A source without a network, and the posts it shows: written by us, as long as people's posts are."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.core.models import FetchRequest, FetchResult, Media, Network, Post, Snapshot, SourceName, Topic, TopicKey

MIN_RP = 100
MARK = re.compile(r"号外第(\d{6})報")
"""What tells the posts apart; it begins the text, so that it is there however much is cut."""
_SENTENCES = (
    "橋のたもとの刷り場で朝の版が上がりました。",
    "読み売りの声が聞こえたら表に出てみてください、絵入りで二色刷りです。",
    "きのうの続きを知りたいという便りが多かったので、今日は川向こうの様子も載せています。",
    "紙が足りず昼の版は少なめ。お早めにどうぞ！",
    "挿し絵は若い彫り師の初仕事、線の細さを見てやってください。 #瓦版 #読み売り",
    "雨で版木が湿り、字がにじんだところがあります。晴れたら刷り直してお届けします。",
)


class StaticSource:
    """Answers at once with what was put up for a topic, and remembers when it did."""

    name = SourceName.TRENDPAGE
    network = Network.X
    can_recheck = False
    costs_money = False
    target_templates = ("",)

    def __init__(self) -> None:
        self._posts: dict[TopicKey, tuple[Post, ...]] = {}
        self.answered_at: dict[TopicKey, float] = {}
        """When the last look at a topic returned, in seconds of CLOCK_MONOTONIC."""

    def put_up(self, topic: Topic, posts: Sequence[Post]) -> None:
        """Show these posts from the next look on."""
        self._posts[topic.key] = tuple(posts)

    def describe_request(self, request: FetchRequest) -> str:
        return request.topic.name

    async def fetch(self, request: FetchRequest, now: datetime) -> FetchResult:
        posts = self._posts.get(request.topic.key, ())
        answer = FetchResult(self.name, posts, Snapshot(observed_at=now, volume=len(posts)))
        self.answered_at[request.topic.key] = time.monotonic()
        return answer


def write_posts(serials: range, now: datetime, pictures: str = "") -> list[Post]:
    """A post for each number, a few minutes old and above the bar; with a picture of the site ``pictures``."""
    posts = [_post(serial, now) for serial in serials]
    if not pictures:
        return posts
    return [
        replace(post, has_media=True, media=(Media(f"{pictures}/{serial}.jpg"),))
        for serial, post in zip(serials, posts, strict=True)
    ]


def _post(serial: int, now: datetime) -> Post:
    handle = f"kawara_{serial % 97}"
    id_ = str(1_990_000_000_000_000_000 + serial)
    return Post(
        network=Network.X,
        canonical_id=id_,
        text=f"号外第{serial:06}報 {''.join(_sentences(serial))}",
        rp=MIN_RP + serial * 37 % 900,
        url=f"https://x.com/{handle}/status/{id_}",
        author_name=f"瓦版屋{serial % 97}",
        author_handle=handle,
        created_at=now - timedelta(minutes=5, seconds=serial % 60),
        language="ja",
    )


def _sentences(serial: int) -> Iterator[str]:
    """Two to four of them, in an order of the post's own."""
    for step in range(2 + serial % 3):
        yield _SENTENCES[(serial * 5 + step * (1 + serial % 2)) % len(_SENTENCES)]

"""The feed behind an address that was typed: its topic by title, and its address."""

from __future__ import annotations

from bot.core.errors import FeedElsewhere, NotAFeed, RefusedRequest
from bot.core.models import ADDRESS_SOURCES, Topic, Viewer
from bot.core.text import address_in
from bot.core.url_display import host_of
from bot.services.subscriptions.requests import SubscribeRequest
from bot.services.trends import TrendService
from bot.views.kit.causes import error_text


async def feed_at(ask: SubscribeRequest, trends: TrendService) -> tuple[Topic, str]:
    """The feed at a typed address, and the address. It is fetched before anything is stored: it may be no feed.

    Raises ``FeedElsewhere`` for a page that names its feed, ``RefusedRequest`` for what cannot be read.
    """
    viewer = ask.viewer or Viewer(ask.guild_id, frozenset({ask.channel_id}))
    answer = await trends.ask(ask.topic, ADDRESS_SOURCES[0], viewer)
    typed, error = address_in(ask.topic), answer.answers[0].error
    if isinstance(error, NotAFeed) and error.feed is not None:
        # To whoever typed the page's address the feed's is none; by a button it may be.
        if typed is None:
            raise FeedElsewhere(host_of(error.feed))
        raise FeedElsewhere(error.feed, trends.keep_address(error.feed, viewer).key)
    if error is not None:
        raise RefusedRequest(error_text(error.cause))
    return answer.topic, typed or await trends.address_of(answer.topic, viewer)

"""Each view as a person reads it, one file for each language: a change of words or layout shows itself in review.

``KAWARABAN_WRITE_GOLDEN=1 pytest tests/views/test_golden.py`` writes the files anew, on purpose.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from discord import ui

from bot.core.about import AboutFacts, RetentionDays, SourceTerms
from bot.core.alerting.rules import Verdict
from bot.core.explain.explanation import Explanation
from bot.core.explain.steps import AlertSent, Decided, Seen, Stopped
from bot.core.guild_settings import SettingKey
from bot.core.health.status import ServerStatus
from bot.core.models import (
    AlertActivity,
    AlertReason,
    Audience,
    ChannelId,
    Deliveries,
    DigestContent,
    DigestId,
    GuildId,
    GuildSettings,
    Health,
    Message,
    MessageId,
    PauseReason,
    PostHash,
    QuietHours,
    RoleId,
    Rules,
    Sample,
    Snapshot,
    SourceName,
    StoredPost,
    Subscription,
    SubscriptionId,
    SurgeContent,
    SurgeFigures,
    TakenDown,
    Volume,
)
from bot.core.surge.settings import Preset
from bot.core.text import make_topic
from bot.views.about import about_view
from bot.views.alerts.menu import Undo, UndoStep, draw_done, draw_held_posts, draw_menu
from bot.views.alerts.message import draw, redraw
from bot.views.alerts.notice import draw_notice
from bot.views.alerts.welcome import draw_welcome
from bot.views.deliveries import draw_deliveries
from bot.views.digests.cards import Done, draw_digest_card, draw_digest_deleted, draw_digest_list
from bot.views.digests.message import draw_digest_page
from bot.views.explain import draw_answer, draw_why
from bot.views.guild_settings import MadeChange, OperatorDefaults, settings_view
from bot.views.help import help_view
from bot.views.kit.layout import finished
from bot.views.kit.text import LANGUAGES, Speaker, Texts
from bot.views.moderation import draw_hidden, draw_hide_dialog, hide_dialog_row
from bot.views.notify import draw_notify
from bot.views.quiet_hours import draw_quiet_list, draw_quiet_off, draw_quiet_set
from bot.views.status import draw_brief, draw_status
from bot.views.subscriptions.cards import draw_detail, draw_removed
from bot.views.subscriptions.changes import draw_changed, draw_exists
from bot.views.subscriptions.list_page import Part, draw_list, draw_several
from config import LOCALES

from . import test_deliveries, test_explain, test_quiet_hours, test_status, test_trend
from .alerts import test_menu, test_message
from .digests import test_cards as digest_cards
from .digests import test_message as digest_message
from .drawn import NOW, picture
from .subscriptions import test_cards as subscription_cards

GOLDEN: Final = Path(__file__).parent / "golden"
TEXTS: Final = Texts(LOCALES)
ROOM: Final = ChannelId(10)
NAMES: Final = {ROOM: "news"}
MESSAGE: Final = MessageId("a" * 24)

View = ui.LayoutView
VIEWS: dict[str, Callable[[Speaker], View]] = {}


def view(draw_one: Callable[[Speaker], View]) -> Callable[[Speaker], View]:
    """Give a view its file, called as the function is."""
    VIEWS[draw_one.__name__] = draw_one
    return draw_one


# -- alerts --------------------------------------------------------------------------------------------


@view
def alert_message(speaker: Speaker) -> View:
    news = test_message.alert(language=speaker.language)
    risen = test_message.alert(
        replace(test_message.POST, canonical_id="2", url="https://x.com/yamada/status/2"),
        language=speaker.language,
        reason=AlertReason.ROSE,
        previous_rp=80,
    )
    held = test_message.summary(language=speaker.language)
    entries = (test_message.entry(news), test_message.entry(risen), test_message.entry(held))
    message = Message(MESSAGE, GuildId(1), ROOM, entries, NOW)
    return draw(message, TEXTS, age_restricted=False).view


@view
def surge_card(speaker: Speaker) -> View:
    message = Message(MESSAGE, GuildId(1), ROOM, (test_message.entry(_surge(speaker)),), NOW)
    return draw(message, TEXTS, age_restricted=False).view


@view
def surge_over(speaker: Speaker) -> View:
    content = _surge(speaker)
    ended = replace(content.figures, at=NOW + timedelta(hours=5), ratio=1.2, peak_ratio=14.2, over=True)
    entry = replace(test_message.entry(content), figures=ended)
    message = Message(MESSAGE, GuildId(1), ROOM, (entry,), NOW)
    return redraw(message, TEXTS, age_restricted=False).view


@view
def surge_grown(speaker: Speaker) -> View:
    content = replace(_surge(speaker), grew=True, by_people=True)
    message = Message(MESSAGE, GuildId(1), ROOM, (test_message.entry(content),), NOW)
    return draw(message, TEXTS, age_restricted=False).view


@view
def surge_menu(speaker: Speaker) -> View:
    subscription = test_menu.a_subscription(SourceName.TRENDPAGE)
    subscription = replace(subscription, settings=replace(subscription.settings, surge=Preset.UNUSUAL))
    surge = _surge(speaker)
    return draw_menu(speaker, subscription, message_id=MESSAGE, index=0, handle=None, now=NOW, surge=surge)


def _surge(speaker: Speaker) -> SurgeContent:
    return SurgeContent(
        topic=make_topic("データセンター"),
        source=SourceName.TRENDPAGE,
        language=speaker.language,
        preset=Preset.UNUSUAL,
        began_at=NOW - timedelta(minutes=40),
        figures=SurgeFigures(NOW, 6.13, 8.8, 1240.0, 202.0),
        as_large_at=NOW - timedelta(days=12),
        carriers=(test_message.POST, test_trend.a_post(2, 20)),
        rising=("造船所", "増設"),
    )


@view
def alert_menu(speaker: Speaker) -> View:
    subscription = test_menu.a_subscription(SourceName.TRENDPAGE, SourceName.MASTODON)
    return draw_menu(speaker, subscription, message_id=MESSAGE, index=0, handle="yamada", now=NOW, may_hide=True)


@view
def alert_menu_done(speaker: Speaker) -> View:
    return draw_done(
        speaker,
        speaker.say("alert-done-muted", topic="データセンター", time="…"),
        UndoStep(SubscriptionId(1), Undo.MUTED),
    )


@view
def held_posts(speaker: Speaker) -> View:
    posts = [test_trend.a_post(number, 10 * number) for number in range(1, 9)]
    stored = [StoredPost(post, SourceName.TRENDPAGE, post.rp, NOW, NOW) for post in posts]
    return draw_held_posts(
        speaker, "データセンター", stored, message_id=MESSAGE, index=0, page=0, age_restricted=False
    )


@view
def outage_notice(speaker: Speaker) -> View:
    notice = draw_notice(speaker, test_status.a_notice(language=speaker.language), "kw:status:brief")
    return ui.LayoutView(timeout=None).add_item(notice)


@view
def hide_question(speaker: Speaker) -> View:
    row = hide_dialog_row(speaker, SubscriptionId(1), MESSAGE, 0)
    return draw_hide_dialog(speaker, test_message.POST, "x:1", row)


@view
def hidden(speaker: Speaker) -> View:
    return draw_hidden(speaker, TakenDown(2, 1), PostHash("b" * 16), "a phone number")


# -- answers -------------------------------------------------------------------------------------------


@view
def trend(speaker: Speaker) -> View:
    posts = [test_trend.a_post(number, 40 - number) for number in range(1, 12)]
    snapshot = Snapshot(NOW, 1234, Audience(60, 40, "30代/男性"))
    return test_trend.draw(test_trend.answer(*posts, snapshot=snapshot), speaker=speaker)


@view
def trend_nothing(speaker: Speaker) -> View:
    return test_trend.draw(test_trend.answer(), speaker=speaker)


@view
def why(speaker: Speaker) -> View:
    return draw_answer(speaker, _explanation(), test_explain.ASKED)


@view
def why_in_full(speaker: Speaker) -> View:
    return draw_why(speaker, _explanation(), test_explain.ASKED)


def _explanation() -> Explanation:
    told = (Seen(NOW, Sample(3, NOW), 87, NOW, 150, NOW), Decided(AlertReason.ROSE, NOW, 150, None))
    sent = test_explain.an_account(*told, AlertSent(NOW, 77, None))
    stopped = test_explain.an_account(
        Seen(NOW, None, 87, NOW, 87, NOW), Stopped(Verdict.BELOW_MIN_RP, 100, 87, ()), topic="停電"
    )
    return test_explain.an_explanation([sent, stopped])


@view
def status_brief(speaker: Speaker) -> View:
    return draw_brief(speaker, _status(), test_status.LATER)


@view
def status_in_full(speaker: Speaker) -> View:
    return draw_status(speaker, _status(), 0.042, test_status.LATER)


def _status() -> ServerStatus:
    bad = test_status.a_watch("停電", Health.DOWN, test_status.BUSY)
    return test_status.a_status(test_status.a_watch(), bad, waiting=2, uncertain=1)


@view
def deliveries(speaker: Speaker) -> View:
    found = Deliveries(uncertain=(test_deliveries.uncertain(),), given_up=(test_deliveries.given_up(number=2),))
    return draw_deliveries(speaker, found, page=0, now=NOW)


@view
def help_page(speaker: Speaker) -> View:
    return help_view(speaker, {"trend": "…", "subscribe": "…", "digest create": "…", "help": "…"}, lambda _: None)


@view
def about_page(speaker: Speaker) -> View:
    retention = RetentionDays(posts=30, messages=90, decisions=365, left_servers=30)
    servers = tuple(f"https://server{number}.example/about" for number in range(7))
    sources = (SourceTerms(SourceName.MASTODON, servers), SourceTerms(SourceName.FEED))
    return about_view(speaker, AboutFacts("0.4.2", sources, retention, contact="ops@bot.example", asks_model=True))


@view
def welcome(speaker: Speaker) -> View:
    return finished(draw_welcome(speaker, "kw:0:0:help"))


@view
def notify_chosen(speaker: Speaker) -> View:
    return draw_notify(speaker, RoleId(7), "AI")


@view
def notify_ended(speaker: Speaker) -> View:
    return draw_notify(speaker, None, "")


@view
def settings_card(speaker: Speaker) -> View:
    settings = GuildSettings(
        "ja", "Asia/Tokyo", QuietHours("Asia/Tokyo", 1320, 420), pace=0, min_rp=50, surge="off"
    )
    change = MadeChange(SettingKey.AMOUNT, "p5", "m50")
    return settings_view(speaker, settings, OperatorDefaults(5, "unusual"), change=change)


# -- subscriptions -------------------------------------------------------------------------------------


@view
def subscribed(speaker: Speaker) -> View:
    top = [
        StoredPost(test_trend.a_post(number, 40 * number), SourceName.TRENDPAGE, 40 * number, NOW, NOW)
        for number in (4, 1)
    ]
    return subscription_cards.subscribed(_subscription(speaker), speaker.language, top=top)


@view
def subscription_detail(speaker: Speaker) -> View:
    stopped = {Verdict.BELOW_MIN_RP: 7, Verdict.EXCLUDED: 2}
    return draw_detail(speaker, _subscription(speaker), known=12, passing=3, stopped=stopped, now=NOW)


@view
def subscription_removed(speaker: Speaker) -> View:
    return draw_removed(speaker, _subscription(speaker))


@view
def subscription_exists(speaker: Speaker) -> View:
    return draw_exists(speaker, _subscription(speaker), _louder(speaker), "token")


@view
def subscription_changed(speaker: Speaker) -> View:
    before, after = _subscription(speaker), _louder(speaker)
    offers = [(50, 8), (500, 2)]
    return draw_changed(speaker, before, after, known=12, passing=5, offers=offers, undo="kw:undo")


@view
def subscription_list(speaker: Speaker) -> View:
    muted = subscription_cards.a_subscription(id=SubscriptionId(5), muted_until=NOW + timedelta(hours=3))
    lost = subscription_cards.a_subscription(id=SubscriptionId(6), paused=PauseReason.NOT_FOUND)
    found = [_subscription(speaker), muted, lost]
    activity = {one.id: AlertActivity(3, NOW) for one in found[:1]}
    return draw_list(speaker, found, page=0, channel_id=None, channel_names=NAMES, now=NOW, activity=activity)


@view
def subscriptions_at_once(speaker: Speaker) -> View:
    one, other = _subscription(speaker), subscription_cards.a_subscription(id=SubscriptionId(5))
    return draw_several(speaker, [one, other], Part(0, None, ""), NAMES, {one.id})


def _subscription(speaker: Speaker) -> Subscription:
    return subscription_cards.a_subscription(
        language=speaker.language, rules=Rules(("増設",), ("広告",)), role_id=RoleId(9)
    )


def _louder(speaker: Speaker) -> Subscription:
    before = _subscription(speaker)
    return replace(before, settings=replace(before.settings, min_rp={SourceName.TRENDPAGE: 50}, role_id=None))


# -- digests and quiet hours ---------------------------------------------------------------------------


@view
def digest_sent(speaker: Speaker) -> View:
    message = Message(MESSAGE, GuildId(1), ROOM, (digest_message.entry(_digest(speaker)),), NOW)
    return draw(message, TEXTS, age_restricted=False).view


@view
def digest_all_posts(speaker: Speaker) -> View:
    return draw_digest_page(speaker, _digest(speaker), 0, message_id=MESSAGE, index=0, age_restricted=False)


def _digest(speaker: Speaker) -> DigestContent:
    rising = digest_message.told()
    volume = Volume(SourceName.TRENDPAGE, 1234, 1100, digest_message.END)
    news = digest_message.news(rising, volume=volume, new_posts=40, held=3, more=39)
    return digest_message.digest(news, digest_message.quiet(), digest_message.broken(), language=speaker.language)


@view
def digest_created(speaker: Speaker) -> View:
    one = digest_cards.a_digest(language=speaker.language)
    topics = [digest_cards.AI, digest_cards.CHIPS]
    return draw_digest_card(speaker, one, digest_cards.UPCOMING, topics, done=Done.CREATED)


@view
def digest_deleted(speaker: Speaker) -> View:
    return draw_digest_deleted(speaker, digest_cards.a_digest())


@view
def digest_list(speaker: Speaker) -> View:
    found = [digest_cards.a_digest(), digest_cards.a_digest(id=DigestId(8), paused=PauseReason.BY_USER)]
    return draw_digest_list(speaker, found, page=0, channel_id=None, channel_names=NAMES)


@view
def quiet_hours_set(speaker: Speaker) -> View:
    return draw_quiet_set(speaker, test_quiet_hours.quiet(), held=0, now=NOW)


@view
def quiet_hours_off(speaker: Speaker) -> View:
    return draw_quiet_off(speaker, ROOM, 2)


@view
def quiet_hours_list(speaker: Speaker) -> View:
    return draw_quiet_list(speaker, [test_quiet_hours.quiet()], NOW)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", VIEWS)
def test_view_reads_as_its_golden_file_has_it(name: str, language: str) -> None:
    """See the module's text for how the file is written anew."""
    path = GOLDEN / language / f"{name}.txt"
    found = picture(VIEWS[name](TEXTS.speaker(language)))
    if os.environ.get("KAWARABAN_WRITE_GOLDEN"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(found, encoding="utf-8", newline="\n")

    assert found == path.read_text(encoding="utf-8")


def test_every_golden_file_belongs_to_a_view() -> None:
    assert {path.stem for path in GOLDEN.glob("*/*.txt")} == set(VIEWS)

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.demo.discord.payloads import lead_back, lead_links, localize, name_commands, stamp_relative_times

COMMAND: dict[str, Any] = {
    "name": "trend",
    "description": "What is said",
    "description_localizations": {"ja": "いまの話題"},
    "options": [
        {
            "name": "sort",
            "description": "Order",
            "description_localizations": {"ja": "順番"},
            "choices": [
                {"name": "new", "value": "new", "name_localizations": {"ja": "新しい順"}},
                {"name": "x", "value": "x"},
            ],
        }
    ],
}


def test_descriptions_and_choices_are_in_the_persons_language_and_names_stay() -> None:
    shown = localize(COMMAND, "ja")
    option = shown["options"][0]
    assert (shown["name"], shown["description"]) == ("trend", "いまの話題")
    assert (option["name"], option["description"]) == ("sort", "順番")
    assert [choice["name"] for choice in option["choices"]] == ["新しい順", "x"]


def test_another_language_sees_what_the_code_says_and_the_original_is_untouched() -> None:
    shown = localize(COMMAND, "fr")
    assert shown["description"] == COMMAND["description"] == "What is said"
    assert shown["options"][0]["choices"][0]["name"] == "new"


def shown_with(unix: int, at: datetime) -> dict[str, Any]:
    message: dict[str, Any] = {"tokens": [{"type": "timestamp", "unix": unix, "style": "R"}]}
    stamp_relative_times({"messages": {"1": message}}, at)
    return message


def test_message_with_a_relative_time_changes_when_that_reads_differently_and_only_then() -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    unix = int(at.timestamp())

    assert shown_with(unix, at + timedelta(seconds=5)) != shown_with(unix, at + timedelta(seconds=6))
    three_minutes = shown_with(unix, at + timedelta(seconds=180))
    assert shown_with(unix, at + timedelta(seconds=200)) == three_minutes
    assert shown_with(unix, at + timedelta(seconds=211)) != three_minutes
    assert shown_with(unix, at + timedelta(hours=3)) != three_minutes
    assert shown_with(unix, at - timedelta(seconds=180)) != three_minutes


def test_message_without_a_relative_time_is_left_as_it_is() -> None:
    still = {"tokens": [{"type": "timestamp", "unix": 1, "style": "f"}]}
    stamp_relative_times({"messages": {"1": still}}, datetime(2026, 11, 23, tzinfo=UTC))
    assert still == {"tokens": [{"type": "timestamp", "unix": 1, "style": "f"}]}


def test_links_lead_to_the_demos_own_pages_and_hosts_have_names() -> None:
    button = {"label": "#猫 @ 127.0.0.1:80", "url": "https://x.com/demo_a/status/1", "custom_id": "127.0.0.1:80"}
    snapshot = {"messages": {"1": {"components": [button, {"href": "https://elsewhere.example/"}]}}}
    lead_links(snapshot, {"https://x.com/": "http://127.0.0.1:81/x/"}, {"127.0.0.1:80": "mastodon.example"})
    assert button == {
        "label": "#猫 @ mastodon.example",
        "url": "http://127.0.0.1:81/x/demo_a/status/1",
        "custom_id": "127.0.0.1:80",
    }
    assert snapshot["messages"]["1"]["components"][1] == {"href": "https://elsewhere.example/"}


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("猫 \\@ 127\\.0.0.1\\:80", "猫 \\@ trend.example"),
        ("127.0.0.1:8080", "127.0.0.1:8080"),
        ("http://127.0.0.1:80/feed.xml", "http://127.0.0.1:80/feed.xml"),
    ],
)
def test_host_is_named_in_what_is_read_and_never_in_an_address_to_be_typed(written: str, read: str) -> None:
    snapshot = {"messages": {"1": {"content": written}}}

    lead_links(snapshot, {}, {"127.0.0.1:80": "trend.example"})

    assert snapshot["messages"]["1"] == {"content": read}


def test_commands_groups_and_options_are_shown_by_their_localised_names() -> None:
    create: dict[str, Any] = {"name": "create", "name_localizations": {"ja": "作成"}, "options": [{"name": "top"}]}
    commands = [{"id": 7, "name": "digest", "name_localizations": {"ja": "ダイジェスト"}, "options": [create]}]
    entry: dict[str, Any] = {
        "commandId": "7",
        "path": ["digest", "create"],
        "invocation": "digest create",
        "options": [{"name": "top"}],
    }
    names = name_commands({"entries": [entry]}, commands, "ja")
    assert names == {"digest": "ダイジェスト", "digest create": "ダイジェスト 作成"}
    assert entry["shown"] == "ダイジェスト 作成"
    assert entry["options"][0]["shown"] == "top"


LOCAL = "http://127.0.0.1:8001/"
LEADS = {
    "https://x.com/": f"{LOCAL}x/",
    "https://twitter.com/": f"{LOCAL}x/",
    "https://mastodon.example/": "http://127.0.0.1:8002/",
    "https://127.0.0.1:8001/": LOCAL,
}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (f"{LOCAL}x/aki/status/12", "https://x.com/aki/status/12"),
        ("http://127.0.0.1:8002/@aki/12", "https://mastodon.example/@aki/12"),
        (f" <{LOCAL}x/aki/status/12>", "https://x.com/aki/status/12"),
        (f"{LOCAL}feed.xml", f"{LOCAL}feed.xml"),
        ("https://x.com/aki/status/12", "https://x.com/aki/status/12"),
        ("台風", "台風"),
    ],
)
def test_address_of_the_demos_page_means_the_one_it_stands_for(typed: str, meant: str) -> None:
    option = {"name": "why", "options": [{"name": "post", "value": typed}, {"name": "min", "value": 3}]}
    field = {"type": 18, "component": {"custom_id": "post", "value": typed}}
    data = {"options": [option], "components": [field]}

    lead_back(data, LEADS)

    assert option["options"] == [{"name": "post", "value": meant}, {"name": "min", "value": 3}]
    assert field["component"] == {"custom_id": "post", "value": meant}

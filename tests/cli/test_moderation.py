"""The operator's take-downs: everywhere or in one server, on record, and taken back."""

from __future__ import annotations

import pytest

from .test_cli import Here, here, said, the_only_line

__all__ = ["here"]

LINK = "https://x.com/someone/status/1234567890"


def test_a_post_is_hidden_everywhere_and_on_record(here: Here) -> None:
    done = here("hide", LINK, "--reason", "spam", "--json")

    assert done.code == 0
    assert {name: done.json[name] for name in ("post", "messages", "waiting", "already")} == {
        "post": "x:1234567890",
        "messages": 0,
        "waiting": 0,
        "already": False,
    }
    [line] = here("hidden", "--json").json
    assert (line["guild_id"], line["action"], line["actor"], line["why"]) == (None, "hide", "operator", "spam")
    assert line["post_hash"] == done.json["hash"]


def test_hidden_twice_says_so(here: Here) -> None:
    here("hide", LINK)

    assert said("cli-hide-again", post="x:1234567890") in here("hide", LINK).out


@pytest.mark.parametrize("named", ["link", "hash", "the beginning of its hash"])
def test_it_is_taken_back_by_any_of_its_names(here: Here, named: str) -> None:
    hashed = here("hide", LINK, "--json").json["hash"]
    name = {"link": LINK, "hash": hashed}.get(named, hashed[:8])

    assert here("unhide", name).code == 0
    assert [line["action"] for line in here("hidden", "--json").json] == ["unhide", "hide"]


def test_hidden_in_one_server_it_is_not_hidden_in_all(here: Here) -> None:
    here("hide", LINK, "--guild", "77")

    refused = here("unhide", LINK)
    assert refused.code == 2
    assert said("cli-unhide-not-everywhere", post=LINK) in f"{the_only_line(refused.err)}\n"
    assert here("unhide", LINK, "--guild", "77").code == 0


def test_a_table_for_people(here: Here) -> None:
    here("migrate")
    assert here("hidden").out == said("cli-hidden-none")
    here("hide", LINK, "--reason", "spam")

    shown = here("hidden").out
    assert "operator" in shown
    assert "spam" in shown
    assert "1234567890" not in shown


@pytest.mark.parametrize("words", [("hide", "何か"), ("hide", ""), ("hide", "https://discord.com/channels/1/2/3")])
def test_what_is_no_post_is_one_line_and_code_2(here: Here, words: tuple[str, ...]) -> None:
    refused = here(*words)

    assert refused.code == 2
    assert said("cli-hide-unknown", post=words[1]) in f"{the_only_line(refused.err)}\n"


@pytest.mark.parametrize("guild", ["0", "-1", "everywhere"])
def test_a_server_that_cannot_be_one_is_refused(here: Here, guild: str) -> None:
    assert here("hide", LINK, "--guild", guild).code == 2

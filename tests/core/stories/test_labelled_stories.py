"""The labelled set, and the decision on its tuning half. The judging half is only looked at by ``tests.bench``."""

from __future__ import annotations

from itertools import chain

from bot.core.stories.scoring import LEARNED
from tests.bench.stories import learn, shares
from tests.bench.story_peers import PEERS
from tests.data.stories import labelled_pairs, labelled_stories

TUNING, JUDGING = labelled_stories("tuning"), labelled_stories("judging")
FRESH, SECOND = labelled_stories("fresh"), labelled_stories("second")


def test_set_has_enough_pairs_and_half_of_them_are_other_news() -> None:
    for half, least in ((TUNING, 300), (JUDGING, 300), (FRESH, 200), (SECOND, 190)):
        pairs = list(labelled_pairs(half))

        assert len(pairs) >= least
        assert 0.4 <= sum(pair.same for pair in pairs) / len(pairs) <= 0.6
        assert 0.4 <= sum(pair.story.language == "ja" for pair in pairs) / len(pairs) <= 0.6


def test_no_topic_and_no_text_is_in_two_sets() -> None:
    topics = [{story.topic for story in half} for half in (TUNING, JUDGING, FRESH, SECOND)]
    assert len(set().union(*topics)) == sum(map(len, topics))
    texts = [story.text for story in chain(TUNING, JUDGING, FRESH, SECOND)]
    texts += [pair.text for pair in labelled_pairs((*TUNING, *JUDGING, *FRESH, *SECOND))]
    assert len(texts) == len(set(texts))


def test_posts_of_the_tuning_half_are_joined_as_they_should_be() -> None:
    found = shares("tuning")
    precision, recall = found["Kawaraban"]

    assert precision >= 0.96
    assert recall >= 0.72
    assert all(recall > found[peer][1] for peer in PEERS)


def test_weights_are_those_that_the_tuning_half_teaches() -> None:
    learned = learn(steps=1)

    assert LEARNED.keys() == learned.keys()
    for name, weight in LEARNED.items():
        assert abs(weight - learned[name]) < 0.1, name

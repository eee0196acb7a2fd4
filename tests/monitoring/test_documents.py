"""The pages, the dashboard and the alert rules name the metrics that exist, with their labels."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.monitoring.metrics import METRICS, PREFIX, PROCESS_METRICS, MetricKind
from config.sentences import Language

from .metrics_ja import MEANINGS_JA
from .metrics_page import page

ROOT = Path(__file__).parents[2]
OPERATIONS = ROOT / "docs" / "operations"
_NAME = re.compile(r"\b(?:kawaraban|process)_[a-z_]+")
_SELECTOR = re.compile(r"\b((?:kawaraban|process)_[a-z_]+)\{([^}]*)\}")
_GROUPED = re.compile(r"\bby \(([^)]*)\)")
_TARGET_LABELS = {"job", "instance"}
"""Labels that Prometheus itself adds."""


def series() -> dict[str, set[str]]:
    """The names in queries with their labels."""
    found = {name: set[str]() for name in PROCESS_METRICS}
    for metric in METRICS:
        if metric.kind is MetricKind.HISTOGRAM:
            found |= {f"{metric.full_name}_{part}": set() for part in ("sum", "count")}
            found[f"{metric.full_name}_bucket"] = {"le"}
        else:
            found[metric.full_name] = set(metric.labels)
    return found


def queries_of_the_dashboard() -> Iterator[str]:
    dashboard = json.loads((OPERATIONS / "dashboard.json").read_text(encoding="utf-8"))
    for panel in dashboard["panels"]:
        yield from (target["expr"] for target in panel.get("targets", ()))
    yield from (one["query"]["query"] for one in dashboard["templating"]["list"] if one["type"] == "query")


def rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((OPERATIONS / "alerts.yaml").read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def queries() -> list[str]:
    return [*queries_of_the_dashboard(), *(rule["expr"] for rule in rules())]


def test_queries_name_metrics_that_exist() -> None:
    named = {name for query in queries() for name in _NAME.findall(query)}

    assert sorted(named - set(series())) == []


def test_queries_use_labels_that_their_metrics_have() -> None:
    known = series()
    wrong = [
        (name, label)
        for query in queries()
        for name, selector in _SELECTOR.findall(query)
        for label in re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"", selector)
        if label not in known[name] | _TARGET_LABELS
    ]
    grouped = [
        (query, label.strip())
        for query in queries()
        for labels in _GROUPED.findall(query)
        for label in labels.split(",")
        if not any(label.strip() in known[name] | _TARGET_LABELS for name in _NAME.findall(query))
    ]

    assert wrong == []
    assert grouped == []


def test_each_metric_of_ours_that_counts_something_is_on_the_dashboard() -> None:
    shown = {name for query in queries() for name in _NAME.findall(query)}
    stems = {name.removesuffix("_bucket") for name in shown}
    hidden = {f"{PREFIX}{name}" for name in _ONLY_FOR_READING}

    assert [metric.full_name for metric in METRICS if metric.full_name not in stems | hidden] == []


_ONLY_FOR_READING = (
    *("ready", "role", "polls_unchanged_total", "channels_in_flight", "discord_reachable", "database_writable"),
    "sample_age_seconds",
)
"""Metrics of which the dashboard shows another form, or none."""


def test_rules_say_how_bad_it_is_and_what_happened() -> None:
    assert rules()
    for rule in rules():
        assert rule["labels"]["severity"] in {"warning", "critical"}
        assert rule["annotations"]["summary"].endswith((".", "?"))
    assert len({rule["alert"] for rule in rules()}) == len(rules())


@pytest.mark.parametrize(
    ("name", "language"), [("docs/operations/metrics.md", "en"), ("docs/operations/metrics.ja.md", "ja")]
)
def test_pages_of_metrics_are_made_from_the_list(name: str, language: Language) -> None:
    """``python -m tests.monitoring.metrics_page --language LANGUAGE > docs/operations/NAME`` makes each."""
    assert (ROOT / name).read_text(encoding="utf-8") == page(language)
    assert {metric.name for metric in METRICS} == MEANINGS_JA.keys()

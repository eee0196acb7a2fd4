"""The pages of all metrics.

python -m tests.monitoring.metrics_page > docs/operations/metrics.md
python -m tests.monitoring.metrics_page --language ja > docs/operations/metrics.ja.md
"""

from __future__ import annotations

import argparse
import sys

from bot.monitoring.metrics import METRICS, PROCESS_METRICS
from config.sentences import LANGUAGES, Language

from .metrics_ja import HEAD_JA, MEANINGS_JA, TAIL_JA

HEAD = """\
# Metrics

日本語：`docs/operations/metrics.ja.md`

`/metrics` shows these to Prometheus if `http_server.enabled` is set (`docs/operations/monitoring.md`). This page
is made from `bot/monitoring/metrics.py` by `python -m tests.monitoring.metrics_page`.

Counters count since the process was started. A process shows the metrics of its roles; where no role is named,
every process shows them. Labels name sources, causes and roles: no topic, server or address is in them.

| metric | kind | labels | role | meaning |
|---|---|---|---|---|
"""
TAIL = """
On Linux also, of the process: {process}.
"""


def page(language: Language = "en") -> str:
    """The whole page. Raises ``KeyError`` for a metric that has no Japanese meaning."""
    is_english = language == "en"
    head, tail, between = (HEAD, TAIL, ", ") if is_english else (HEAD_JA, TAIL_JA, "、")
    rows = [
        f"| `{metric.full_name}` | {metric.kind} | {between.join(f'`{label}`' for label in metric.labels)} "
        f"| {metric.role} | {metric.help if is_english else MEANINGS_JA[metric.name]} |\n"
        for metric in METRICS
    ]
    return head + "".join(rows) + tail.format(process=between.join(f"`{name}`" for name in PROCESS_METRICS))


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--language", choices=LANGUAGES, default="en")
    sys.stdout.write(page(parser.parse_args().language))

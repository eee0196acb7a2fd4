"""The page of all metrics: ``python -m tests.monitoring.metrics_page > docs/operations/metrics.md``."""

from __future__ import annotations

import sys

from bot.monitoring.metrics import METRICS, PROCESS_METRICS

HEAD = """\
# Metrics

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


def page() -> str:
    """The whole page."""
    rows = [
        f"| `{metric.full_name}` | {metric.kind} | {', '.join(f'`{label}`' for label in metric.labels)} "
        f"| {metric.role} | {metric.help} |\n"
        for metric in METRICS
    ]
    return HEAD + "".join(rows) + TAIL.format(process=", ".join(f"`{name}`" for name in PROCESS_METRICS))


if __name__ == "__main__":
    sys.stdout.write(page())

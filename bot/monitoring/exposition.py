"""Prometheus' text format, written by its client library."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from prometheus_client import CollectorRegistry, ProcessCollector
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from prometheus_client.utils import floatToGoString

from .collect import Values
from .metrics import PREFIX, MetricKind

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Exposition(Collector):
    """The text of a scrape. ``values``: collects the values of this moment."""

    def __init__(self, values: Callable[[], Iterable[Values]]) -> None:
        self._values = values
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(self)
        ProcessCollector(registry=self._registry)

    def text(self) -> bytes:
        """The text of a scrape now."""
        return generate_latest(self._registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing: the library asks for names to find two collectors of one metric."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The metrics, as the library writes them."""
        return map(_family, self._values())


def _family(found: Values) -> Metric:
    metric, name = found.metric, f"{PREFIX}{found.metric.name}"
    if found.histogram is not None:
        bounds = (*map(floatToGoString, found.histogram.bounds), "+Inf")
        buckets = list(zip(bounds, map(float, found.histogram.cumulative), strict=True))
        return HistogramMetricFamily(name, metric.help, buckets=buckets, sum_value=found.histogram.total)
    make = CounterMetricFamily if metric.kind is MetricKind.COUNTER else GaugeMetricFamily
    family = make(name, metric.help, labels=metric.labels)
    for labels, value in found.values.items():
        family.add_metric(labels, value)
    return family

"""Every metric by name, kind, labels and what it tells whoever is woken by it; docs and /metrics are made from it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import accumulate
from typing import Literal

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector

Value = float | Mapping[tuple[str, ...], float]


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric.

    Attributes
    ----------
    labels : tuple of str
        Never a customer, event or decision id: their number has no bound.
    """

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    help: str
    labels: tuple[str, ...] = ()


METRICS = (
    Metric("platinum_events_consumed_total", "counter", "Records applied or rejected since this process started.", ("partition",)),
    Metric(
        "platinum_events_total",
        "counter",
        "What became of them; per partition consumed = applied + duplicate + skipped + dlq + marker, always. If not, page a developer.",
        ("partition", "outcome"),
    ),
    Metric("platinum_decisions_total", "counter", "Decisions of the stream. Zero while events flow: see decide_on.", ("partition",)),
    Metric(
        "platinum_contacts_late_total",
        "counter",
        "Contacts not put out because their end had come: the stream was behind. They count until their end, and reach nobody.",
        ("partition",),
    ),
    Metric(
        "platinum_promises_total",
        "counter",
        "Promises that ended: kept, late (or kept after all), broken. What turns out otherwise counts once more. Broken ones rising: tell "
        "those who answer for them.",
        ("partition", "outcome"),
    ),
    Metric(
        "platinum_examples_opened_total",
        "counter",
        "Decisions of which it is to be seen what comes. Zero while decisions are made: nothing is drawn, so nothing is learned.",
        ("partition",),
    ),
    Metric(
        "platinum_examples_closed_total",
        "counter",
        "How that ended: answered and over teach something, the others say why nothing. All but these two rising: see "
        "docs/reference/learning.md.",
        ("partition", "closed"),
    ),
    Metric(
        "platinum_outcomes_late_total",
        "counter",
        "Answers that came when the window of their decision was over: nothing is learned from them. Many of "
        "platinum_examples_closed_total: make `reward.window` of the action longer.",
        ("partition",),
    ),
    Metric("platinum_batches_total", "counter", "Batches applied. Events per batch: consumed / batches.", ("partition",)),
    Metric("platinum_refusals_total", "counter", "Compare-and-sets refused: another owner, or a store gone back.", ("partition",)),
    Metric("platinum_lag_records", "gauge", "Records not yet applied. Rising: the stream is slower than the shop.", ("partition",)),
    Metric("platinum_lag_seconds", "gauge", "Age of the oldest record not yet applied, 0 without one. Workers only.", ("partition",)),
    Metric("platinum_assigned_partitions", "gauge", "Partitions that this process owns."),
    Metric(
        "platinum_stopped_partitions",
        "gauge",
        "Partitions of this worker that are not worked on: fenced (another owner), inconsistent (the log line says what to do), "
        "unavailable (tried again).",
        ("reason",),
    ),
    Metric("platinum_learner_records_total", "counter", "Records that the learner has read since it started, all of the past with them."),
    Metric("platinum_learner_lag_records", "gauge", "What waited for the learner when it last looked.", ("partition",)),
    Metric("platinum_model_timestamp_seconds", "gauge", "When a snapshot was put in force last, in Unix time; 0 = none was yet."),
    Metric("platinum_model_held", "gauge", "1 while `platinum model activate` or `rollback` holds the learner back."),
    Metric(
        "platinum_models_refused_total",
        "counter",
        "Snapshots that were not put in force, by reason: `platinum model list` says why. What was in force stays, and grows old.",
        ("reason",),
    ),
    Metric("platinum_calibration_error", "gauge", "Expected calibration error of the chances that decisions gave; fades with 120 days."),
    Metric("platinum_explored_share", "gauge", "Share of the last examples that were drawn to learn, although something else was best."),
    Metric("platinum_arms_p_value", "gauge", "Chance that always-on arms differ so much from their shares. Below 0.001: people are lost."),
    Metric("platinum_rebalances_total", "counter", "Assignments from the consumer group. Many in minutes: workers come and go."),
    Metric("platinum_tasks", "gauge", "Tasks of the event loop. Rising for hours: a leak."),
    Metric("platinum_http_decisions_total", "counter", "Decisions answered over HTTP."),
    Metric(
        "platinum_degraded_total",
        "counter",
        "Of these, less than they could be: silent without the store, no offer without the log.",
    ),
    Metric("platinum_unlogged_total", "counter", "Records of answered decisions lost to the log: it is too slow or down."),
    Metric("platinum_unappended_records", "gauge", "Records of the API on their way to the log; at 10,000 more are lost or refused."),
    Metric("platinum_unappended_bytes", "gauge", "Their bytes; at 32 MiB more are lost or refused."),
    Metric("platinum_events_accepted_total", "counter", "Events acknowledged over HTTP; each is durable."),
    Metric("platinum_events_rejected_total", "counter", "Events refused over HTTP, by reason.", ("reason",)),
    Metric(
        "platinum_claims_total",
        "counter",
        "Claims answered: send, drop, later. Many `later`: the stream is behind, see platinum_lag_records.",
        ("answer",),
    ),
    Metric(
        "platinum_redemptions_total",
        "counter",
        "Offers that somebody wanted to use: honoured, refused, later. Many `later`: the stream is behind, see platinum_lag_records.",
        ("answer",),
    ),
    Metric("platinum_decision_seconds", "histogram", "From a decision request read to its answer handed to the server."),
    Metric("platinum_ready", "gauge", "1 as long as /readyz answers 200: kernels are compiled, partitions get on, log and store work."),
    Metric("platinum_build_info", "gauge", "Always 1; the labels tell what runs.", ("version", "policy")),
)
BY_NAME = {metric.name: metric for metric in METRICS}
_BOUNDS_S = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0)


class Durations:
    """A histogram of seconds; the client library's takes a lock per bucket and ten times as long."""

    def __init__(self) -> None:
        self._counts = [0] * (len(_BOUNDS_S) + 1)
        self._sum_s = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self._counts[bisect_left(_BOUNDS_S, seconds)] += 1
        self._sum_s += seconds

    def family(self, metric: Metric) -> HistogramMetricFamily:
        """As Prometheus wants it."""
        bounds = [*map(str, _BOUNDS_S), "+Inf"]
        return HistogramMetricFamily(metric.name, metric.help, list(zip(bounds, accumulate(self._counts), strict=True)), self._sum_s)


class Registry(Collector):
    """Reads every value when it is asked for it: the hot path pays nothing for counters it keeps anyway.

    Parameters
    ----------
    read : callable
        Gives value by metric name; a labelled one maps label values to numbers.
    observes : bool
        Whether the histogram is shown: a worker answers nobody.
    """

    def __init__(self, read: Callable[[], Mapping[str, Value]], observes: bool = True) -> None:
        self._read, self._observes = read, observes
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self.decision_seconds = Durations()
        self._registry.register(self)

    def collect(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily]:
        """Families of everything that ``read`` gives, and of what is observed."""
        if self._observes:
            yield self.decision_seconds.family(BY_NAME["platinum_decision_seconds"])
        for name, value in self._read().items():
            metric = BY_NAME[name]
            family = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
            one = family(name.removesuffix("_total"), metric.help, labels=metric.labels)
            for labels, number in (value if isinstance(value, Mapping) else {(): value}).items():
                one.add_metric(labels, number)
            yield one

    def describe(self) -> Iterator[CounterMetricFamily | GaugeMetricFamily | HistogramMetricFamily]:
        """Nothing: names are not read before there is something to read."""
        yield from ()

    def render(self) -> bytes:
        """Prometheus text."""
        return generate_latest(self._registry)


_PROCESS = (
    "Beside these, what Prometheus' own client tells of any process: `process_resident_memory_bytes`, `process_open_fds`,\n"
    "`process_cpu_seconds_total`, `process_start_time_seconds` (Linux)."
)


def metrics_page() -> str:
    """Contents of ``docs/reference/metrics.md``."""
    rows = [f"| `{m.name}` | {m.kind} | {', '.join(f'`{label}`' for label in m.labels)} | {m.help} |" for m in METRICS]
    bounds = ", ".join(f"{bound:g}" for bound in _BOUNDS_S)
    intro = (
        "`GET /metrics` serves these as Prometheus text. Counters start at 0 with the process. No label ever holds a customer, event or\n"
        "decision id: their number has no bound. This page is made from the code; `make docs` rewrites it, `make check` fails when it\n"
        "differs."
    )
    parts = [
        "# Metrics",
        intro,
        "\n".join(["| name | kind | labels | what it tells |", "|---|---|---|---|", *rows]),
        f"Histograms count up to these bounds, in seconds: {bounds}.",
        _PROCESS,
    ]
    return "\n\n".join(parts) + "\n"

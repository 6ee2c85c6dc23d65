"""The peers' job in Quix Streams: one event at a time, state in RocksDB with a changelog topic.

Run by ``python -m load_tests.run quix`` with the Python of ``load_tests/quix/.venv``.
"""

from __future__ import annotations

import argparse
from typing import Any

import numpy as np
from quixstreams import Application, State

from load_tests.job import DECISIONS_TOPIC, EVENTS_TOPIC, NUMBERS, decide, fold, weights
from load_tests.tally import Tally


def main() -> None:
    """Measure, print, end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--brokers", required=True)
    parser.add_argument("--state", required=True, help="folder of the RocksDB state")
    parser.add_argument("--warm-up", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=400_000)
    given = parser.parse_args()
    app = Application(
        broker_address=given.brokers,
        consumer_group="peers-quix",
        auto_offset_reset="earliest",
        state_dir=given.state,
        use_changelog_topics=True,
        producer_extra_config={"acks": "all"},
        loglevel="WARNING",
    )
    table, tally = weights(), Tally(given.warm_up, given.events)

    def one(event: dict[str, Any], state: State) -> dict[str, object]:
        stored = state.get_bytes("profile")
        profile = np.zeros(NUMBERS) if stored is None else np.frombuffer(stored).copy()
        fold(profile, event["kind"], event["amount"])
        state.set_bytes("profile", profile.tobytes())
        if tally.count(1, 1):
            app.stop()
        return decide(event, profile, table)

    events = app.topic(EVENTS_TOPIC, key_deserializer="str", value_deserializer="json")
    decisions = app.topic(DECISIONS_TOPIC, key_serializer="str", value_serializer="json")
    app.dataframe(events).apply(one, stateful=True).to_topic(decisions)
    app.run()


if __name__ == "__main__":
    main()

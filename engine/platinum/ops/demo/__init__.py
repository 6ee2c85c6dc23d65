"""What the demo shows: counts, three people's stories, and a summary a shop owner understands."""

from platinum.ops.demo.stats import DemoStats, Snapshot
from platinum.ops.demo.summary import summary_lines
from platinum.ops.demo.view import run_view

__all__ = ["DemoStats", "Snapshot", "run_view", "summary_lines"]

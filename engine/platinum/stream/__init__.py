"""Driving the pipeline over a log and a store: ownership, batches, timers. Knows ports, not adapters."""

"""Simulated people: a seeded population that browses, buys, answers, and differs in how it likes to be treated."""

from platinum.ops.population.crowd import Crowd
from platinum.ops.population.measured_events import bench_events
from platinum.ops.population.measured_policy import bench_policy
from platinum.ops.population.people import Person, Population
from platinum.ops.population.reactions import react
from platinum.ops.population.shop import GIFT_SHOP, Shop
from platinum.ops.population.simulate import START_MS, simulate, simulate_events

__all__ = [
    "GIFT_SHOP",
    "START_MS",
    "Crowd",
    "Person",
    "Population",
    "Shop",
    "bench_events",
    "bench_policy",
    "react",
    "simulate",
    "simulate_events",
]

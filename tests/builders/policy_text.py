"""Policies as text: one that is right and uses everything, and how an editor's YAML plugin reads a file."""

from __future__ import annotations

import re

from platinum.policy import yaml_tree as y

_NUMBER = re.compile(r"[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?")

TEXT = """\
policy: small-shop
currency: EUR
timezone: UTC
human: {phone: "+49 30 1", hours: "Mon-Fri 09:00-17:30"}
languages: [en, de]
categories: [candles, garden]
traits:
  loyalty_card: yes_no
  region: {kind: one_of, values: [north, south]}
  machines: {kind: number, typical: 10}
channels:
  web: inbound
  email: {kind: outbound, cost: 0.01, quiet: "21:00-08:00", caps: [2 per 7d], basis: consent}
  card: {kind: outbound, expires: 7d}
placements:
  hero: {channel: web, takes: [offer, help]}
caps: [3 contacts per 7d, 1 question per 30d]
tones:
  brief: {detail: -0.8}
  warm: {responsive: 0.8}
default_tone: warm
decide_on: [order_completed, survey_answered]
when_reached: [days_since_last: 20]
events:
  Basket Paid: {as: Order Completed, properties: {total: amount.gross}}
thank: {threshold: 3, for: {order_completed: 1}}
exploration: {max_scored: 10}
weights: {effort: 0.2}
half_lives: {affinity: 60d}
actions:
  thanks:
    type: thank_you
    channels: [card, email]
    words:
      warm: "Dear {first_name}, thank you for your {last_category} order."
      de: {warm: "Danke, {first_name}, für Ihre Bestellung vom {last_order_date}."}
  planner:
    type: help
    channels: [web, email]
    placements: [hero]
    effort: -1
    content:
      - words: Hello.
      - link: {url: "https://example.org/p", text: Open, commerce: no}
  free-delivery:
    type: offer
    category: candles
    channels: [web, email]
    value: 4.20
    p_accept: 0.03
    when:
      all:
        - orders: {at_least: 2}
        - days_since_last: {between: [20, 120]}
        - any: [{affinity.candles: {at_least: 0.2}}, {region: north}]
    not_when: {country: GB}
    words: "Free delivery with {code} until {ends}."
    offer: {code: FREE}
    terms: {total_cost: "nothing", ends: 14d, cancel: "nothing to cancel", data_use: none}
    reward: {accepted: 1.0, window: 7d}
"""


def a_policy_text(*changes: tuple[str, str]) -> str:
    """A right policy that uses nearly every key; each change replaces a text that occurs exactly once."""
    text = TEXT
    for old, new in changes:
        assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
        text = text.replace(old, new)
    return text


def as_editor(source: bytes) -> object:
    """The file as a YAML 1.2 reader gives it to a JSON Schema: only true, false and numbers are no text."""
    root, problems = y.read_yaml(source, "policy.yaml")
    assert problems == []
    return _plain(root)


def _plain(node: y.Node) -> object:
    if isinstance(node, y.Mapping):
        return {name: _plain(value) for name, value in node.entries.items()}
    if isinstance(node, y.Sequence):
        return [_plain(item) for item in node.items]
    assert isinstance(node, y.Scalar)
    if not node.typed:
        return node.text
    if _NUMBER.fullmatch(node.text):
        return float(node.text) if re.search(r"[.eE]", node.text) else int(node.text)
    return {"true": True, "false": False}.get(node.text)

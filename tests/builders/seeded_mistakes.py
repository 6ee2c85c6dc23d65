"""Mistakes that people make in policies, each as one change of a right one."""

from __future__ import annotations

from typing import NamedTuple


class Seeded(NamedTuple):
    """One mistake.

    Attributes
    ----------
    old, new : str
        The change; ``old`` occurs once in ``policy_text.TEXT``.
    at : str
        Text on the line that must be named.
    path : str
        Dotted path that must be named.
    suggestion : str
        Nearest valid name; ``""`` where there is none to name.
    """

    old: str
    new: str
    at: str
    path: str
    suggestion: str


SEEDED = (
    Seeded("policy: small-shop", "policy: small shop", "policy: small", "policy", "small-shop"),
    Seeded("currency: EUR", "currency: euro", "currency:", "currency", "EUR"),
    Seeded("timezone: UTC", "timezone: Europe/Berln", "timezone:", "timezone", "Europe/Berlin"),
    Seeded("timezone: UTC", "timezone: UTC\ntime-zome: UTC", "time-zome", "time-zome", "timezone"),
    Seeded('phone: "+49 30 1"', "telefone: 1", "telefone", "human.telefone", "phone"),
    Seeded("Mon-Fri 09:00-17:30", "Mon-Fri 9-17", "human:", "human.hours", ""),
    Seeded("languages: [en, de]", "languages: [en, de, French]", "languages:", "languages[2]", "fr"),
    Seeded("kind: one_of", "kind: oneof", "kind: oneof", "traits.region.kind", "one_of"),
    Seeded("loyalty_card: yes_no", "loyalty_card: boolean", "loyalty_card:", "traits.loyalty_card", "yes_no"),
    Seeded("email: {kind: outbound", "email: {kind: outbond", "email: {", "channels.email.kind", "outbound"),
    Seeded("cost: 0.01", 'cost: "0.01"', "email: {", "channels.email.cost", "0.01"),
    Seeded("cost: 0.01", "price: 0.01", "email: {", "channels.email.price", "cost"),
    Seeded('quiet: "21:00-08:00"', 'quiet: "9pm-8am"', "email: {", "channels.email.quiet", ""),
    Seeded("basis: consent", "basis: soft_opt_in", "email: {", "channels.email.basis", "existing_customer"),
    Seeded("expires: 7d", "expires: 7dys", "card: {", "channels.card.expires", ""),
    Seeded("expires: 7d", "expires: 90", "card: {", "channels.card.expires", "90d"),
    Seeded("channel: web", "channel: wbe", "hero:", "placements.hero.channel", "web"),
    Seeded("takes: [offer, help]", "takes: [offers, help]", "hero:", "placements.hero.takes[0]", "offer"),
    Seeded("3 contacts per 7d", "3 a week", "caps: [3 a", "caps[0]", "3 contacts per 7d"),
    Seeded("1 question per 30d", "1 apology per 30d", "1 apology", "caps[1]", "1 contacts per 30d"),
    Seeded("brief: {detail: -0.8}", "brief: {detial: -0.8}", "brief: {", "tones.brief.detial", "detail"),
    Seeded("default_tone: warm", "default_tone: warmth", "default_tone:", "default_tone", "warm"),
    Seeded("decide_on: [order_completed", "decide_on: [Order Completed", "decide_on:", "decide_on[0]", "order_completed"),
    Seeded("[days_since_last: 20]", "[days_since_order: 20]", "when_reached:", "when_reached[0].days_since_order", "days_since_last"),
    Seeded("as: Order Completed", "as: Order Complete", "Basket Paid:", "events.Basket Paid.as", "Order Completed"),
    Seeded("{total: amount.gross}", "{totl: amount.gross}", "Basket Paid:", "events.Basket Paid.properties.totl", "total"),
    Seeded("threshold: 3", "treshold: 3", "thank:", "thank.treshold", "threshold"),
    Seeded("for: {order_completed: 1}", "for: {order_complet: 1}", "thank:", "thank.for.order_complet", "order_completed"),
    Seeded("free-delivery:", "free delivery:", "  free delivery:", "actions.free delivery", "free-delivery"),
    Seeded("type: offer", "type: discount", "type: discount", "actions.free-delivery.type", "offer"),
    Seeded("value: 4.20", "valeu: 4.20", "valeu", "actions.free-delivery.valeu", "value"),
    Seeded("value: 4.20", "value: 4,20", "value: 4,20", "actions.free-delivery.value", "4.20"),
    Seeded("p_accept: 0.03", "p_accept: 3%", "p_accept", "actions.free-delivery.p_accept", "0.03"),
    Seeded("channels: [card, email]", "channels: [card, emial]", "emial", "actions.thanks.channels[1]", "email"),
    Seeded("category: candles", "category: candle", "category: candle", "actions.free-delivery.category", "candles"),
    Seeded("- orders: {at_least: 2}", "- order: {at_least: 2}", "- order:", "actions.free-delivery.when.all[0].order", "orders"),
    Seeded("{at_least: 2}", "{min: 2}", "{min: 2}", "actions.free-delivery.when.all[0].orders.min", "at_least"),
    Seeded(
        "between: [20, 120]", "between: [120, 20]", "[120, 20]", "actions.free-delivery.when.all[1].days_since_last.between", "[20, 120]"
    ),
    Seeded(
        "affinity.candles", "affinity.candels", "candels", "actions.free-delivery.when.all[2].any[0].affinity.candels", "affinity.candles"
    ),
    Seeded("{region: north}", "{region: nort}", "nort}", "actions.free-delivery.when.all[2].any[1].region", "north"),
    Seeded("not_when: {country: GB}", "not_when: {country: UK.}", "UK.", "actions.free-delivery.not_when.country", ""),
    Seeded('      warm: "Dear', '      wram: "Dear', "wram", "actions.thanks.words.wram", "warm"),
    Seeded("your {last_category} order", "your {last_categry} order", "last_categry", "actions.thanks.words.warm", "{last_category}"),
    Seeded("- words: Hello.", "- text: Hello.", "- text: Hello.", "actions.planner.content[0].text", "words"),
    Seeded("commerce: no", "commerce: nope", "commerce: nope", "actions.planner.content[1].link.commerce", "no"),
    Seeded("placements: [hero]", "placements: [heroe]", "[heroe]", "actions.planner.placements[0]", "hero"),
    Seeded("ends: 14d", "ends: 2 weeks", "ends: 2 weeks", "actions.free-delivery.terms.ends", "2w"),
    Seeded("data_use: none", "data-uses: none", "data-uses", "actions.free-delivery.terms.data-uses", "data_use"),
    Seeded("reward: {accepted", "reward: {acepted", "acepted", "actions.free-delivery.reward.acepted", "accepted"),
    Seeded("ends: 14d", "ends: 2026-02-30", "ends: 2026-02-30", "actions.free-delivery.terms.ends", "2026-02-28"),
    Seeded("ends: 14d", "ends: 31.12.2026", "ends: 31.12.2026", "actions.free-delivery.terms.ends", "2026-12-31"),
    Seeded("half_lives: {affinity: 60d}", "half_lives: {affinity: 0d}", "half_lives:", "half_lives.affinity", ""),
    Seeded(
        'url: "https://example.org/p"', "url: example.org/p", "url: example", "actions.planner.content[1].link.url", "https://example.org/p"
    ),
)

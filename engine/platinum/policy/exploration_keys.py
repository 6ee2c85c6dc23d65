"""How much is tried out, and on whom: the keys of ``exploration`` (treatment-formulas 5.2, 5.4)."""

from __future__ import annotations

from platinum.policy.containers import Key, Record
from platinum.policy.durations import duration
from platinum.policy.reward_keys import SILENCE_REWARD
from platinum.policy.shapes import Choice, Number
from platinum.policy.synonyms import meant

EXPLORATION = Record(
    "exploration",
    {
        "method": Key(
            Choice(("square_cb", "epsilon_greedy"), "one of", meant(epsilon_greedy="epsilon egreedy", square_cb="squarecb")),
            "How: `square_cb` tries out the less the worse something is expected to be; `epsilon_greedy` all others alike.",
            default="square_cb",
        ),
        "epsilon": Key(Number(above=0, highest=1), "Share of decisions that `epsilon_greedy` spreads over all alike.", default="0.05"),
        "gamma0": Key(Number(above=0, highest=1e4), "How soon knowledge replaces trying out; larger tries out less.", default="10"),
        "prior_n": Key(Number(above=0, highest=1e6), "How many answers the priors are worth.", default="50"),
        "interval": Key(duration("7d"), "At most one contact per person is tried out in this time.", default="7d"),
        "random": Key(
            Number(lowest=0, highest=0.3),
            "Share of people, others each month, who get any of what passed its gates, as likely: by them any other policy can be judged.",
            default="0.02",
        ),
        "silence": Key(
            Number(lowest=0, highest=0.3),
            "Share of people, others each month, who get no contact in the lanes that sell: by them is known what contacts do.",
            default="0.02",
        ),
        "same_for_all": Key(
            Number(lowest=0, highest=0.3),
            "Share of people, others each month, for whom what is expected is as the policy says, not as was learned: what learning does.",
            default="0.01",
        ),
        "tone": Key(
            Number(lowest=0, highest=0.3),
            "Share of decisions about people of whom nobody knows how they like to be spoken to in which the tone is drawn, all as likely:"
            " by them it is learned which tone is taken. 0.05 is usual.",
            default="0",
        ),
        "hour": Key(
            Number(lowest=0, highest=0.3),
            "Share of contacts on channels with `best_hour: yes` whose hour is drawn, all that may be as likely.",
            default="0.05",
        ),
        "mature_at": Key(
            Number(lowest=0, highest=1e6),
            "An action of the scored lanes that was taken less often of late is sent to as small a share of people, 2 % at least; always"
            " the same ones, and more as it is taken. 200 is usual, 0 sends it to all from the start.",
            default="0",
        ),
        "alone": Key(SILENCE_REWARD, "What counts, in money, of people who are left in peace: a contact must bring more than that."),
        "max_scored": Key(Number(lowest=2, highest=20, whole=True), "The best so many are drawn from.", default="20"),
    },
    synonyms=meant(gamma0="gamma", prior_n="n", interval="every"),
)

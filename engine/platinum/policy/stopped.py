"""The emergency stop: a policy under which everything is folded as before and nothing, or less, is decided.

It is a policy of its own, with a version of its own, so that markers, checkpoints, replays, the API and ``explain`` need to know
nothing new. Its source is the other one's behind one line that says what is stopped. A comment, because it must fit in front of
every file that was ever accepted: a key would not go before ``---``, nor into ``{...}``.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

import msgspec

#: First line of a stopped policy's source; where only something is stopped, JSON that says what stands before its end.
STOPPED = b"# platinum: stopped\n"
_PARTLY = STOPPED[:-1] + b" {"


@dataclass(frozen=True, slots=True)
class Stops:
    """What is stopped: nothing of it is decided any more, and what was planned of it before is taken back.

    Attributes
    ----------
    deciding : bool
        Everything; the other members are then empty.
    sending : bool
        Every contact through an outbound channel; who comes to us is answered as before.
    actions, channels : tuple of str
        Sorted, each once.
    """

    deciding: bool = False
    sending: bool = False
    actions: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != Stops()

    def __or__(self, other: Stops) -> Stops:
        """Both."""
        if self.deciding or other.deciding:
            return Stops(deciding=True)
        actions, channels = {*self.actions, *other.actions}, {*self.channels, *other.channels}
        return Stops(False, self.sending or other.sending, tuple(sorted(actions)), tuple(sorted(channels)))

    def __sub__(self, other: Stops) -> Stops:
        """Without what the other one names."""
        actions = tuple(name for name in self.actions if name not in other.actions)
        channels = tuple(name for name in self.channels if name not in other.channels)
        return Stops(self.deciding and not other.deciding, self.sending and not other.sending, actions, channels)

    def forbids(self, action: str, channel: str, outbound: bool) -> bool:
        """Whether an action must not be chosen for a channel."""
        return self.deciding or (self.sending and outbound) or action in self.actions or channel in self.channels

    def named(self) -> list[str]:
        """Each as the command line names it."""
        whole = [name for name, on in (("deciding", self.deciding), ("all sending", self.sending)) if on]
        return [*whole, *(f"action {name}" for name in self.actions), *(f"channel {name}" for name in self.channels)]


def stops_of(source: bytes) -> Stops:
    """What the source of a policy says is stopped; nothing, as a rule."""
    if source.startswith(STOPPED):
        return Stops(deciding=True)
    line, newline, _ = source.partition(b"\n") if source.startswith(_PARTLY) else (b"", b"", b"")
    if not newline:
        return Stops()
    try:
        stops = msgspec.json.decode(line[len(STOPPED) :], type=Stops)
    except msgspec.MsgspecError:
        return Stops()  # somebody's own comment
    return stops if _line(stops) == line + newline else Stops()


def is_stopped(source: bytes) -> bool:
    """Whether a policy's source is that of one that decides nothing."""
    return stops_of(source).deciding


def stopped_source(source: bytes, stops: Stops = Stops(deciding=True)) -> bytes:
    """Source of the policy that folds like ``source`` and decides nothing that is stopped, whatever was stopped before."""
    running = running_source(source)
    return _line(stops) + running.removeprefix(codecs.BOM_UTF8) if stops else running


def running_source(source: bytes) -> bytes:
    """Source without the line that stops it."""
    stops = stops_of(source)
    return source[len(_line(stops)) :] if stops else source


def _line(stops: Stops) -> bytes:
    return STOPPED if stops.deciding else STOPPED[:-1] + b" " + msgspec.json.encode(stops) + b"\n"

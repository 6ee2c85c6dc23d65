"""Break every rule once and see its stories fail: ``python -m tests.stories.breaks [FILE ...]``.

Prints, per way of breaking, which stories of the rule failed. Exit code 1 when a break fails none, when a rule has no break, or
when a story fails under no break of its rule: then it would not notice if the rule went.
"""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Sequence

import numba

from tests.stories import playing
from tests.stories.breaking import Break
from tests.stories.playing import play
from tests.stories.story import Story, stories
from tests.stories.wrong import StoryFailed


def failing(broken: Break, some: Sequence[Story]) -> dict[str, str]:
    """Titles of the rule's stories that fail while it is broken, and what they say.

    A break that makes a kernel raise breaks no rule: that ends as ``StoryWrong``, because an event is refused then.
    """
    failed = {}
    with broken.done():
        for story in some:
            if story.file != broken.rule or story.pending:
                continue
            try:
                play(story)
            except StoryFailed as failure:
                failed[story.title] = str(failure)
    return failed


def main(files: Sequence[str]) -> int:
    """Break the rules of these files, or all."""
    from tests.stories.broken_rules import BREAKS

    told = [story for story in stories() if not story.pending and (not files or story.file in files)]
    unbroken = {story.title: story.file for story in told}
    whole = [failing(Break(file, "nothing"), told) for file in sorted({story.file for story in told})]
    wrong = [f"fails while nothing is broken: {title}" for failed in whole for title in failed]
    wrong += [f"{file}: there is no break for it" for file in sorted({story.file for story in told} - {one.rule for one in BREAKS})]
    for one in BREAKS:
        if files and one.rule not in files:
            continue
        failed = failing(one, told)
        print(f"{one.rule}: {one.what}", *(f"  failed: {title}" for title in failed), sep="\n", flush=True)
        wrong += [] if failed else [f"{one.rule}: {one.what}: no story failed"]
        unbroken = {title: file for title, file in unbroken.items() if title not in failed}
    wrong += [f"{file}: no break fails {title!r}" for title, file in unbroken.items()]
    print("", *wrong or ["every story fails when its rule is broken"], sep="\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    if not numba.config.DISABLE_JIT:
        # Replacing a kernel that is compiled into others changes nothing: begin again with plain functions.
        os.execve(sys.executable, [sys.executable, "-m", "tests.stories.breaks", *sys.argv[1:]], os.environ | {"NUMBA_DISABLE_JIT": "1"})
    warnings.simplefilter("ignore", RuntimeWarning)  # uint64 wraps around on purpose
    playing.MOST_PROBES = 6  # plain functions are slow, and what is broken shows early
    sys.exit(main(sys.argv[1:]))

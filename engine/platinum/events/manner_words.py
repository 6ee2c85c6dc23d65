"""Words that show how somebody likes to be spoken to: formally or familiarly, at once or in time, with feeling or without.

Single words in lower case, of English and German. What they are evidence for stands in ``profile.manner``; the lists are a start and
rest on nobody's measurements, which is why they weigh no more than the other counters do.
"""

from __future__ import annotations

from collections.abc import Mapping

#: Order of the ``*_marks`` of ``events.style.COUNTERS``.
MARKS = ("formal", "familiar", "urgent", "calm", "feeling")

_ENGLISH = {
    "formal": "dear sir madam mr mrs ms sincerely faithfully regards kindly herewith hereby furthermore moreover regarding therefore "
    "would could appreciate grateful request enquire inquire",
    "familiar": "hi hey hiya heya yo thx ta cheers lol haha gonna wanna gotta kinda yeah yep yup nope nah guys mate folks ok okay btw pls "
    "plz cool awesome stuff",
    "urgent": "asap urgent urgently immediately instantly now quickly quick fast hurry today straight deadline soon",
    "calm": "whenever eventually someday sometime leisure convenience unhurried patiently gradually meanwhile later",
    "feeling": "love loved loving lovely happy happily glad sorry sad excited wonderful thrilled delighted worried angry upset "
    "disappointed hope hoping feel feeling feels heart enjoy enjoyed beautiful kind thank thanks thankful",
}
_GERMAN = {
    "formal": "geehrte geehrter geehrtes herr frau hochachtungsvoll freundlichen grüßen hiermit bezüglich diesbezüglich ferner "
    "gestatten bitten ersuche verbindlichsten würde könnten sie ihnen",
    "familiar": "hi hey moin servus tach tschüss tschau ciao lg vg thx jo jep nee nö klar cool mega krass super leute okay ok naja du "
    "dir dich euch",
    "urgent": "dringend eilig eilt sofort umgehend schnell schnellstens schnellstmöglich heute jetzt gleich baldigst frist",
    "calm": "irgendwann gelegentlich gelegenheit ruhe gemütlich später demnächst geduldig",
    "feeling": "liebe lieben geliebt schön schönen wunderbar froh glücklich traurig leid begeistert freue freuen freude sorge sorgen "
    "ärgerlich wütend enttäuscht hoffe hoffen fühle gefühl herz herzlich danke dank dankbar",
}


def _marks_of(words: Mapping[str, str]) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for i, mark in enumerate(MARKS):
        for word in words[mark].split():
            found[word] = (*found.get(word, ()), i)
    return found


#: Language → word → indices into ``MARKS``.
MARKED: Mapping[str, Mapping[str, tuple[int, ...]]] = {"en": _marks_of(_ENGLISH), "de": _marks_of(_GERMAN)}

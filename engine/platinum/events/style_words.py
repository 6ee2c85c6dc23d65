"""Words by which a text's style is counted: the nine function-word categories of language style matching, and openers.

Categories follow Ireland & Pennebaker 2010 (treatment-formulas 3.2). A word may belong to several. Everything is in lower case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Order of the ``*_words`` members of ``columns.STYLE``.
CATEGORIES = (
    "personal_pronoun",
    "impersonal_pronoun",
    "article",
    "preposition",
    "auxiliary",
    "adverb",
    "conjunction",
    "negation",
    "quantifier",
)

_ENGLISH = {
    "personal_pronoun": "i me my mine myself we us our ours ourselves you your yours yourself yourselves he him his himself she her hers "
    "herself they them their theirs themselves",
    "impersonal_pronoun": "it its itself this that these those something anything everything nothing someone anyone everyone nobody "
    "somebody anybody everybody who whom whose which what whatever other others thing things",
    "article": "a an the",
    "preposition": "about above across after against along among around as at before behind below beneath beside between beyond by "
    "despite down during except for from in inside into like near of off on onto out outside over past per since through throughout "
    "till to toward towards under until up upon via with within without",
    "auxiliary": "am is are was were be been being have has had having do does did doing will would shall should can could may might "
    "must cannot ain",
    "adverb": "again almost already also always anyway apparently back basically completely currently definitely even ever finally "
    "generally here hopefully how however immediately instead just lately maybe mostly now nowhere often only perhaps probably quickly "
    "rather really recently so sometimes somehow soon still then there therefore today together tomorrow too totally usually very "
    "well when where why yesterday yet",
    "conjunction": "although and as because but either for if nor or otherwise plus since so than though unless until when whenever "
    "where whereas whether while",
    "negation": "no not never none nobody nothing nowhere neither nor cannot without",
    "quantifier": "all another any both bunch couple each either enough every few fewer half less least lot lots many more most much "
    "none part plenty several single some ton tons whole various",
}
_GERMAN = {
    "personal_pronoun": "ich mich mir mein meine meinen meinem meiner meines wir uns unser unsere unseren unserem unserer du dich dir "
    "dein deine deinen deinem deiner ihr euch euer eure euren eurem sie ihnen ihre ihren ihrem ihrer er ihn ihm sein seine seinen "
    "seinem seiner",
    "impersonal_pronoun": "es das dies diese dieser dieses diesen diesem jene jener jenes etwas jemand jeder jede jedes man wer wen wem "
    "wessen welche welcher welches was alles andere anderen anderes irgendwas nichts niemand sache",
    "article": "der die das den dem des ein eine einen einem einer eines",
    "preposition": "ab am an auf aus außer bei beim bis durch für gegen gegenüber hinter im in ins innerhalb mit nach neben ohne seit "
    "statt trotz über um unter vom von vor während wegen zu zum zur zwischen",
    "auxiliary": "bin bist ist sind seid war warst waren wart gewesen wäre wären habe hast hat haben habt hatte hatten hätte hätten "
    "gehabt werde wirst wird werden werdet wurde wurden worden würde würden kann kannst können könnt konnte konnten könnte könnten "
    "muss musst müssen musste mussten müsste soll sollen sollte sollten will wollen wollte wollten möchte möchten darf dürfen durfte "
    "dürfte mag mögen",
    "adverb": "auch bald bereits bisher dann da dabei dafür daher damit danach dort eben eigentlich einfach endlich erst ganz gar genau "
    "gerade gern gerne gestern gleich heute hier hoffentlich immer inzwischen ja jetzt leider mal manchmal meistens morgen nochmal noch "
    "nun nur oft schon sehr sofort so sogar sonst trotzdem überhaupt vielleicht wann warum wie wieder wieso wo wohl ziemlich zudem "
    "zurück",
    "conjunction": "aber als bevor da damit dass denn doch entweder falls indem nachdem ob obwohl oder seit sobald sodass sofern "
    "solange sondern sowie sowohl und während weder weil wenn wie",
    "negation": "kein keine keinen keinem keiner keines nein nicht nichts nie niemals niemand nirgends weder ohne",
    "quantifier": "alle allem allen aller alles beide beiden einige einigen einzige etliche ganze ganzen genug halbe jede jeden jeder "
    "jedes kaum manche manchen mehr mehrere mehreren meiste meisten paar sämtliche viel viele vielen weniger wenig wenige wenigen",
}

_ENGLISH_VERBS = (
    "add answer ask book bring call cancel change check clarify come confirm contact correct deliver email explain find fix forward get "
    "give go help inform keep leave let listen look mail make note offer order organise organize pay please provide put read refund "
    "remove repair replace reply resend reserve respond return see send show sort speak stop take tell try update wait write"
)
_GERMAN_VERBS = (
    "antworten antworte beachten beantworten bestätigen bestätige bitte bringen bring buchen buche erklären erklär erstatten erstatte "
    "geben gib hilf helfen holen informieren klären klär kommen komm korrigieren kündigen kümmern lassen lass leiten liefern liefere "
    "löschen lösch machen mach melden melde merken nehmen nimm nennen nenn prüfen prüf reparieren rufen ruf sagen sag schauen schau "
    "schicken schick schreiben schreib senden sende stellen stornieren storniere suchen tauschen teilen unterlassen überprüfen "
    "überweisen versuchen warten zahlen zeigen zeig"
)


@dataclass(frozen=True, slots=True)
class Lexicon:
    """What is counted in one language.

    Attributes
    ----------
    categories : mapping
        Word → indices into ``CATEGORIES``.
    imperatives : frozenset of str
        Words that, opening a sentence that is no question, ask for something to be done.
    greetings : mapping
        First word of a text → words of which one must follow (empty = none has to).
    """

    categories: Mapping[str, tuple[int, ...]]
    imperatives: frozenset[str]
    greetings: Mapping[str, frozenset[str]]


def _lexicon(words: Mapping[str, str], verbs: str, greetings: Mapping[str, str]) -> Lexicon:
    by_word: dict[str, tuple[int, ...]] = {}
    for index, category in enumerate(CATEGORIES):
        for word in words[category].split():
            by_word[word] = (*by_word.get(word, ()), index)
    return Lexicon(by_word, frozenset(verbs.split()), {first: frozenset(then.split()) for first, then in greetings.items()})


_ENGLISH_GREETINGS = {"hi": "", "hello": "", "hey": "", "dear": "", "greetings": "", "good": "morning afternoon evening day"}
_GERMAN_GREETINGS = {
    **dict.fromkeys(("hallo", "hi", "hey", "liebe", "lieber", "liebes", "moin", "servus", "grüezi"), ""),
    "sehr": "geehrte geehrter geehrtes",
    "guten": "tag morgen abend",
    "schönen": "tag abend",
    "grüß": "gott dich sie",
}

#: Primary language subtag → lexicon.
LEXICONS: Mapping[str, Lexicon] = {
    "en": _lexicon(_ENGLISH, _ENGLISH_VERBS, _ENGLISH_GREETINGS),
    "de": _lexicon(_GERMAN, _GERMAN_VERBS, _GERMAN_GREETINGS),
}

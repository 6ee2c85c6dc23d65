"""What people write is put together from these, by their style."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Phrases(NamedTuple):
    """Building blocks of one language; a pair is (short and quick, long and unhurried)."""

    greetings: tuple[str, str, str]  # casual, neutral, formal
    closings: tuple[str, str, str]
    trouble: tuple[tuple[str, str], ...]
    calm: tuple[tuple[str, str], ...]
    tells: tuple[tuple[str, str], ...]
    asks: tuple[tuple[str, str], ...]
    feels: tuple[str, ...]
    hurry: tuple[str, str]


PHRASES: Mapping[str, Phrases] = {
    "en": Phrases(
        ("Hey", "Hello,", "Dear Sir or Madam,"),
        ("Cheers", "Thanks", "Yours faithfully"),
        (
            (
                "Still no news.",
                "There has been no news since the confirmation, although the page says that it left the depot some days ago.",
            ),
            ("Not right at all.", "What was in the box is not what was ordered, because two of the articles differ from the description."),
            ("Same as last time.", "Something very similar happened with the order before, and it was settled only after several letters."),
            (
                "Number is on the slip.",
                "The number is printed on the slip which was inside, together with the address and the date of purchase.",
            ),
            ("At home all week.", "Somebody is at home during the whole week, either in the morning or after six o'clock in the evening."),
        ),
        (
            ("All fine.", "Everything that was ordered came on the day it was announced, and each of the articles was packed with care."),
            ("Used it today.", "We have used it for the first time today, and it does what was written about it in the description."),
            ("Need two more.", "For the other room we are thinking about two more of the same size, if they are still in the catalogue."),
            (
                "Same address.",
                "The address is the one that you already have, while the name on the bell is different from the one on the order.",
            ),
        ),
        (
            ("Send me the details.", "Send me all of the details which you have about this matter."),
            ("Check it.", "Check the order and the delivery against what is written on the slip."),
            ("Tell me the date.", "Tell me on which date and between which hours it will be here."),
        ),
        (
            ("Can you check?", "Would it be possible for somebody to check what has happened there?"),
            ("When is it?", "Could you perhaps say on which date it is going to be here?"),
            ("Any idea why?", "Do you happen to know why it was not the way it should have been?"),
        ),
        (
            "I was so looking forward to it!",
            "This really means a lot to me!",
            "I am quite upset about this!",
            "What a day! :)",
            "Lovely 😊",
        ),
        ("I need it today.", "There is no hurry at all, so whenever you find the time is early enough."),
    ),
    "de": Phrases(
        ("Hi", "Guten Tag,", "Sehr geehrte Damen und Herren,"),
        ("Grüße", "Danke", "Mit freundlichen Grüßen"),
        (
            (
                "Noch nichts da.",
                "Seit der Bestätigung habe ich nichts mehr gehört, obwohl die Sendung laut Seite schon vor Tagen unterwegs war.",
            ),
            ("Stimmt nicht.", "Was im Paket lag, ist nicht das, was ich bestellt habe, weil zwei Artikel von der Beschreibung abweichen."),
            ("Wie letztes Mal.", "Bei der Bestellung davor war es ganz ähnlich, und erst nach mehreren Briefen wurde die Sache erledigt."),
            ("Nummer liegt bei.", "Die Nummer steht auf dem Zettel, der im Paket lag, zusammen mit der Anschrift und dem Datum des Kaufs."),
        ),
        (
            ("Alles gut.", "Alles, was ich bestellt habe, kam am angekündigten Tag, und jeder Artikel war mit Sorgfalt verpackt."),
            ("Heute benutzt.", "Heute haben wir es zum ersten Mal benutzt, und es tut genau das, was in der Beschreibung stand."),
            ("Zwei fehlen noch.", "Für das andere Zimmer denken wir über zwei weitere nach, wenn es sie im Katalog noch gibt."),
        ),
        (
            ("Schicken Sie mir alles.", "Schicken Sie mir bitte alle Einzelheiten, die Sie zu dieser Sache haben."),
            ("Prüfen Sie das.", "Prüfen Sie die Bestellung und die Lieferung anhand des beigelegten Zettels."),
            ("Nennen Sie mir den Tag.", "Nennen Sie mir den Tag und die Stunden, in denen es hier sein wird."),
        ),
        (
            ("Können Sie nachsehen?", "Wäre es möglich, dass jemand nachsieht, was da geschehen ist?"),
            ("Wann kommt es?", "Könnten Sie vielleicht sagen, an welchem Tag es hier sein wird?"),
            ("Woran liegt das?", "Wissen Sie zufällig, warum es nicht so war, wie es hätte sein sollen?"),
        ),
        ("Ich habe mich so gefreut!", "Das bedeutet mir wirklich viel!", "Ich bin ganz enttäuscht!", "Was für ein Tag! :)", "Wunderbar 😊"),
        ("Ich brauche es heute.", "Es eilt überhaupt nicht, es reicht also völlig, wenn Sie irgendwann Zeit dafür finden."),
    ),
}

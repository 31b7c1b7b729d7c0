"""Advice on the form of a question: one question, about what is good, that says who does what.

It reads words and understands nothing, so it only ever suggests.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MOST = 3
LONG = 40  # words
READ = 2_000  # characters: a question that is longer has been told so


@dataclass(frozen=True)
class Words:
    """What tells the parts of a question in one language, as regular expressions."""

    asks: str  # with what a question begins, also where the mark is forgotten
    second: str  # a second question behind the first, in the same sentence
    facts: str  # with what a question about facts or ways begins
    good: str  # what makes it a question about what is good to do
    steers: str  # what steers towards an answer
    who: str  # somebody who does something, or whom it is done to
    technology: str


DUTCH = Words(
    asks=r"is|zijn|mag|mogen|moet|moeten|kan|kunnen|willen|wil|hoort|horen|hoe|wat|welke?|wie"
    r"|waarom|wanneer|waar|vinden|vind|zullen|zal|gaan|laten|gebruiken|doen|hebben|heeft|wordt",
    second=r"[,;]?\s(?:en|of)\s(?:zo\sja|zo\snee|hoe|wat|welke|wie|waarom|wanneer"
    r"|(?:is|mag|mogen|moet|moeten|kan|kunnen)\s(?:het|dat|dit|de|een|we|wij|zij|ze|ik|je|er))\b",
    facts=r"hoe|hoeveel|hoezo|wat\s(?!vinden|is\s(?:hier\s)?(?:goed|juist|eerlijk))|welke?|wie"
    r"|waarom|wanneer|waar|sinds|klopt|werkt|heeft|hebben|wordt|worden",
    good=r"goed|juist|oké|ok|eerlijk|rechtvaardig|verantwoord|wenselijk|terecht|gepast|fair"
    r"|netjes|acceptabel|aanvaardbaar|ethisch|toelaatbaar|maken\swe\shet|mag|mogen|moeten?|hoort"
    r"|horen|behoort|behoren|willen|zouden|beter|slecht|fout|verkeerd",
    steers=r"natuurlijk|uiteraard|toch|eindelijk|gewoon|belachelijk|schandalig|onzinnig|onzin",
    who=r"we|wij|ons|onze|ik|mijn|men|iedereen|niemand|mensen|\w*scho(?:ol|len)|\w*ouders?"
    r"|\w*lera(?:ar|ren|res)|\w*leerkracht(?:en)?|\w*docent(?:en|e)?|\w*juf(?:fen)?|meesters?"
    r"|\w*lee?rlingen?|\w*student(?:en)?|\w*kind(?:eren)?|\w*kleuters?|pubers?|jongeren|meisjes"
    r"|jongens|\w*klas(?:sen)?|\w*groep(?:en)?|\w*team|\w*mentor(?:en|s)?|\w*begeleiders?"
    r"|\w*besturen|\w*bestuur|\w*directie|\w*directeur|\w*leiding|\w*coördinator(?:en)?"
    r"|\w*opleiding(?:en)?|\w*instelling(?:en)?|\w*collega['’]?s?|\w*medewerkers?|personeel"
    r"|universiteit(?:en)?|college|conciërge|assistent(?:en)?|\w*commissie|\w*sectie"
    r"|leverancier|bedrijf|bedrijven|gemeente|zorgteam|pabo|vso|mbo|hbo",
    technology=r"\w*apps?|\w*app\w*|\w*camera['’]?s?|\w*software|\w*telefoons?|\w*mobiel\w*"
    r"|\w*phones?|\w*tablets?|\w*ipads?|\w*laptops?|\w*chromebooks?|\w*computers?|\w*scherm(?:en)?"
    r"|\w*digibord(?:en)?|digita\w*|online|internet|\w*websites?|\w*site|webcams?|\w*web\w*"
    r"|\w*robots?|\w*algoritm\w*|\w*model(?:len)?|\w*systeem|\w*systemen|\w*programma['’]?s?"
    r"|\w*platforms?|\w*data\w*|\w*gegevens|\w*techn\w*|ai|a\.i\.|ai-\w+|ict\w*|kunstmatige"
    r"|\w*chatbots?|\w*bots?|\w*horloges?|\w*watch(?:es)?|\w*foto['’]?s?|\w*film\w*|\w*video\w*"
    r"|\w*gezicht\w*|\w*herkenning|\w*sensor(?:en)?|\w*chips?|\w*gps|\w*tracker\w*|vr\S*|\w*bril"
    r"|\w*game\w*|\w*social\s?media|sociale\smedia|\w*mail\w*|\w*dashboards?|\w*volgsysteem"
    r"|\w*toezicht\w*|\w*hulpmiddel\w*|\w*tool\w*|\w*wifi|cloud|\w*account\w*|\w*drones?",
)

ENGLISH = Words(
    asks=r"is|are|may|should|must|can|could|do|does|did|will|would|shall|how|what|which|who|why"
    r"|when|where|ought|has|have",
    second=r"[,;]?\s(?:and|or)\s(?:if\s(?:so|not)|how|what|which|who|why|when"
    r"|(?:is|may|should|must|can|could|do|does)\s(?:it|this|that|the|a|we|they|i|you|there))\b",
    facts=r"how|what\s(?!is\s(?:right|good|fair))|which|who|why|when|where|does|do|did|has|have",
    good=r"right|good|fair|just|acceptable|responsible|ethical|justified|proper|appropriate"
    r"|okay|ok|wrong|bad|better|may|should|must|ought|allowed",
    steers=r"of\scourse|obviously|finally|simply|surely|ridiculous|nonsense|naturally",
    who=r"we|us|our|i|my|one|everybody|everyone|nobody|people|\w*schools?|parents?|teachers?"
    r"|pupils?|students?|child(?:ren)?|kids|infants?|class(?:es)?|groups?|teams?|mentors?|tutors?"
    r"|staff|board|head|principal|director|management|course|institutions?|colleagues?|lecturers?"
    r"|college|universit(?:y|ies)|caretaker|assistants?|committee|department|supplier|company"
    r"|companies|council|coaches|coach",
    technology=r"\w*apps?|\w*cameras?|\w*software|\w*phones?|mobiles?|tablets?|ipads?|laptops?"
    r"|chromebooks?|computers?|\w*screens?|\w*boards?|digital\w*|online|internet|web\w*|robots?"
    r"|algorithm\w*|models?|systems?|programs?|programmes?|platforms?|\w*data\w*|technolog\w*|ai"
    r"|ai-\w+|ict|artificial|\w*chatbots?|bots?|\w*watch(?:es)?|photos?|films?|filming|videos?"
    r"|faces?|facial|recognition|sensors?|chips?|gps|track\w*|vr|headsets?|games?|social\smedia"
    r"|e?-?mails?|dashboards?|proctor\w*|tools?|wifi|cloud|accounts?|drones?",
)

WORDS = {"nl": DUTCH, "en": ENGLISH}


def question_advice(text: str, language: str) -> list[str | Promise]:
    """At most three hints on the form of a question, the weightiest first; often none.

    The words are looked at as Dutch or English; of any other language only what signs tell.
    """
    text = " ".join(text[:READ].split())
    if not text:
        return []
    words = WORDS.get(language)
    return list(_hints(text, words))[:MOST]


def _hints(text: str, words: Words | None):
    marks = len(re.findall(r"\?+", text))
    if marks > 1 or (words and _has(words.second, text, whole=False)):
        yield _("There is more than one question in it. Choose one.")
    if marks == 0 and not (words and _begins(words.asks, text)):
        yield _("Make it one question, that one can answer with yes or no.")
    elif words and _is_about_facts(text, words):
        yield _("This asks for facts or for a way. Ask whether something is good to do.")
    elif words and not _has(words.good, text):
        yield _("Ask whether it is good to do: “Is it right that …?”")
    if words and not _has(words.who, text):
        yield _("Say who does it, or to whom it is done: the teacher, the school, the pupil.")
    if words and not (_has(words.technology, text) or _has_name(text)):
        yield _("Name the technology that it is about.")
    if words and _has(words.steers, text):
        yield _("One word steers towards an answer. Without it the question stays open.")
    if len(text.split()) > LONG:
        yield _("This is long. Keep the core here; the rest can go to the context.")


def _is_about_facts(text: str, words: Words) -> bool:
    return _begins(words.facts, text) and not _has(words.good, text)


def _has(pattern: str, text: str, *, whole: bool = True) -> bool:
    return bool(re.search(rf"(?<!\w)(?:{pattern})(?!\w)" if whole else pattern, text, re.I))


def _begins(pattern: str, text: str) -> bool:
    return bool(re.match(rf"(?:{pattern})(?!\w)", text, re.I))


def _has_name(text: str) -> bool:
    """Whether a word inside the sentence has a capital: mostly the name of a product."""
    return bool(re.search(r"(?<![.?!:])\s[\"“‘']?\w*[A-Z]\w*", text))

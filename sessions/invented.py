"""Talks, schools and people that nobody had and that do not exist: to fill an installation with.

Each is made of a `random.Random`, so that the same seed gives the same again.
"""

from __future__ import annotations

import datetime
from random import Random
from typing import Any

from . import catalogues
from .document.format import FORMAT, TOP, VERSION

MARK = "(verzonnen)"  # in every name of a school or a person
SLUG = "verzonnen"  # how the short name of every organisation begins


def _split(names: str) -> list[str]:
    return names.split(",")


_BOARDS = _split(
    "De Driesprong,Het Noorderlicht,De Waterkant,Samen Wijs,De Brede Linde,Ster en Anker,"
    "De Oeverlanden,Kompasgroep,De Zandloper,Het Kwadrant,De Morgenster,Blauwgras"
)
_SCHOOLS = _split(
    "De Regenboog,Het Palet,De Klimop,De Vlieger,Het Baken,De Kastanje,De Vuurtoren,"
    "De Springplank,Het Kompas,De Notenboom,De Horizon,De Lantaarn,Het Mozaïek,De Zwaluw,"
    "De Brug,Het Anker"
)
_FIRST = [
    "Anke",
    "Bram",
    "Cem",
    "Daan",
    "Esra",
    "Fenna",
    "Gijs",
    "Hanna",
    "Ilse",
    "Joris",
    "Karim",
    "Lotte",
    "Mees",
    "Nora",
    "Olav",
    "Pien",
]
_LAST = _split(
    "Aalbers,Boterbloem,Citroen,Dennenbos,Eikenhout,Fluitekruid,Grasland,Heideveld,IJsvogel,"
    "Jasmijn,Kamille,Lavendel,Meerkoet,Nachtegaal,Ooievaar,Papaver"
)
_GROUPS = _split(
    "groep 3,groep 5,groep 7,groep 8,de brugklas,klas 2,klas 3,de bovenbouw,de onderbouw,"
    "de eerstejaars,de praktijkklas,de eindexamenklas"
)
# What a school would do, and what it is called further on.
_DOINGS = (
    ("de telefoons van {group} de hele dag inneemt", "het innemen van telefoons"),
    ("met camera’s op het plein kijkt wat {group} doet", "het cameratoezicht"),
    ("een chatbot vragen van {group} laat beantwoorden", "de chatbot"),
    ("software laat bepalen op welk niveau {group} werkt", "de rekensoftware"),
    ("ouders van {group} elke dag cijfers laat zien", "het ouderportaal"),
    ("AI laat helpen bij de rapporten van {group}", "de schrijfhulp"),
    ("met een app bijhoudt waar {group} op excursie is", "de volgapp"),
    ("toetsen van {group} door een computer laat nakijken", "het automatisch nakijken"),
    ("foto’s van {group} op sociale media zet", "het delen van foto’s"),
    ("schermen van {group} meekijkt tijdens de les", "het meekijken"),
    ("{group} laat werken in een gratis programma van een groot bedrijf", "het gratis programma"),
    ("met een vragenlijst elke week meet hoe {group} zich voelt", "de welbevindenmeter"),
    ("voorspelt wie in {group} dreigt uit te vallen", "de voorspelling"),
    ("lessen van {group} filmt om van te leren", "het filmen van lessen"),
    ("{group} met een pas laat in- en uitchecken", "de toegangspas"),
    ("punten voor gedrag van {group} in een app bijhoudt", "de puntenapp"),
    ("{group} leert programmeren met een robot die luistert", "de luisterende robot"),
    ("oude laptops van {group} vervangt door tablets", "de tablets"),
)
_FOR = (
    "Door {what} zien leraren eerder wie hulp nodig heeft.",
    "Leerlingen oefenen met {what} in hun eigen tempo.",
    "Het scheelt leraren avonden werk.",
    "Ouders weten beter hoe het gaat.",
    "Andere scholen hebben goede ervaringen met {what}.",
    "Leerlingen die weinig durven zeggen, worden zo ook gehoord.",
    "Er wordt minder gepest sinds het begin van de proef.",
    "Zonder {what} blijft het verschil tussen klassen groot.",
    "Leerlingen vroegen er zelf om.",
    "In het werk van later is dit gewoon.",
    "Het geeft rust in de gangen.",
    "Iedereen krijgt hetzelfde, ook wie thuis weinig heeft.",
)
_AGAINST = (
    "Door {what} voelen leerlingen zich bekeken.",
    "Gegevens blijven jaren bij de leverancier.",
    "Wie niet mee wil doen, valt op.",
    "Leerlingen leren minder om zelf te kiezen.",
    "Ouders die weinig Nederlands lezen, haken af.",
    "{what} maakt fouten die niemand ziet.",
    "Het gesprek tussen leraar en leerling wordt korter.",
    "Voor leerlingen met een beperking werkt {what} slecht.",
    "Niemand weet wie beslist als het misgaat.",
    "Thuis heeft niet elk kind een rustige plek.",
    "Wat nu een proef is, gaat nooit meer weg.",
    "Leraren krijgen er een taak bij.",
)
_FACTS = (
    ("fact", "Vorig jaar begon de school met {what}."),
    ("fact", "In {group} zitten 27 leerlingen."),
    ("fact", "De leverancier bewaart gegevens in Europa."),
    ("assumption", "Ouders vinden {what} belangrijk."),
    ("assumption", "Leraren hebben er genoeg tijd voor."),
    ("assumption", "Na een maand is iedereen eraan gewend."),
    ("unknown", "Wat kost {what} over drie jaar?"),
    ("unknown", "Wat vindt de medezeggenschapsraad?"),
    ("unknown", "Kan een leerling zijn gegevens laten wissen?"),
)
_INTERESTS = (
    "Serieus genomen worden",
    "Weten waar zij aan toe zijn",
    "Rust en overzicht",
    "Zelf kunnen kiezen",
    "Gelijke kansen",
    "Goed werk kunnen doen",
)
_CONDITIONS = (
    "Ouders krijgen vooraf een brief in gewone taal",
    "Leerlingen mogen zonder reden nee zeggen",
    "De gegevens worden na een jaar gewist",
    "Er is een vast iemand bij wie je terechtkunt",
    "Een andere weg blijft altijd open",
    "De leverancier tekent een verwerkersovereenkomst",
)
_ACTIONS = (
    "De brief aan ouders schrijven",
    "Met de leverancier bellen",
    "De leerlingenraad vragen wat zij merken",
    "De proef op de agenda van het team zetten",
    "De afspraken op de website zetten",
    "Na de herfstvakantie een les meekijken",
)
_VIEWS = (
    ("Wij zouden hier niet aan beginnen.", "Als leerlingen zelf kunnen stoppen."),
    ("Het gaat te snel.", "Als er eerst een jaar proef is."),
    ("Juist de stille leerling verliest hier iets.", "Als iemand dat elke maand navraagt."),
)
_ANSWERS = {
    "yes": "Ja, we gaan door met {what}.",
    "yes_if": "We doen het met {group}, als de voorwaarden kloppen.",
    "not_yet": "Nog niet: eerst zoeken we uit wat {what} met leerlingen doet.",
    "no": "Nee, {what} past niet bij onze school.",
    "insight": "We weten nu beter wat {what} voor leerlingen betekent.",
}
_OWNERS = ("Directeur", "Ict-coördinator", "Mentor", "Intern begeleider", "Conciërge", "Teamleider")
_TEAMS = ("Leraren en ouders", "Het team van {group}", "Leraren, leerlingen en de directeur")
_LEARNED = (
    "Eerst alleen nadenken hielp: iedereen kwam aan het woord.",
    "De leerlingen aan tafel veranderden het gesprek.",
    "We hadden de ouders eerder moeten vragen.",
    "Vooral de feiten kostten meer tijd dan we dachten.",
)
_TAGS = _split(
    "privacy,telefoons,ai,toetsen,ouders,camera,welbevinden,gelijke kansen,leerlingenraad,mr,"
    "proef,leverancier,studiedag,mediawijsheid"
)
REASONS = (
    "Er kwam een brief van ouders",
    "De leverancier veranderde de voorwaarden",
    "De proef is voorbij",
)


def board_name(random: Random, number: int) -> str:
    return f"Stichting {random.choice(_BOARDS)} {number} {MARK}"


def school_name(number: int) -> str:
    return f"{_SCHOOLS[number % len(_SCHOOLS)]} {MARK}"


def person(random: Random) -> str:
    return f"{random.choice(_FIRST)} {random.choice(_LAST)} {MARK}"


def tags(random: Random) -> list[str]:
    return random.sample(_TAGS, random.choice((0, 0, 0, 1, 1, 2)))


def talk(
    random: Random, method: str, version: int, status: str, held_on: datetime.date
) -> dict[str, Any]:
    """The document of a talk on that day, in normal form: answered, unless it is a draft."""
    group = random.choice(_GROUPS)
    doing, what = random.choice(_DOINGS)
    question, context = f"Is het goed dat onze school {doing.format(group=group)}?", ""
    known = [one.name for one in catalogues.stakeholders("nl")]
    if random.random() < 0.3:
        taken = random.choice(catalogues.questions("nl"))
        question, context, known = taken.question, taken.context, list(taken.stakeholders)
        what = "dit plan"

    def say(words: str) -> str:
        told = words.format(what=what, group=group)
        return told[0].upper() + told[1:]

    whole: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "method": method,
        "method_version": version,
        "language": "nl",
        "status": status,
        "question": question,
        "context": context or say("We beginnen na de vakantie met {what}. Niet iedereen wil dat."),
        "held_on": held_on.isoformat(),
        "team": say(random.choice(_TEAMS)),
    }
    if not context and random.random() < 0.4:
        whole["title"] = say("Een gesprek over {what}")
    if status == "draft":
        return _arranged(whole)
    if status == "running":
        whole["step"] = "weighing"
    long = method == "ethiekkompas"
    stakeholders = random.sample(known, min(len(known), 4))
    whole["stakeholders"] = [
        {"name": name, "interest": random.choice(_INTERESTS), "at_table": random.random() < 0.4}
        for name in stakeholders
    ]
    values = random.sample(catalogues.values("nl"), 3) if long else []
    if long:
        whole["facts"] = [
            _with_day(random, {"text": say(text), "kind": kind}, held_on, kind == "unknown")
            for kind, text in random.sample(_FACTS, 3)
        ]
        whole["values"] = [
            {"name": one.name, "core": one.core, "meaning": one.means} for one in values
        ]
    people = random.randint(3, 7)
    said = [("for", text) for text in random.sample(_FOR, 3)]
    said += [("against", text) for text in random.sample(_AGAINST, 2)]
    whole["arguments"] = [
        {
            "side": side,
            "text": say(text),
            "stakeholder": random.choice(stakeholders),
            **({"value": random.choice(values).name} if values else {}),
            "kind": random.choice(("fact", "assumption", "judgement")),
            **({"decisive": True} if random.random() < 0.2 else {}),
            "weights": sorted(random.choices((1, 2, 3, 4, 5), (1, 2, 4, 4, 2), k=people)),
        }
        for side, text in said
    ]
    if status == "closed":
        whole["outcome"], whole["actions"] = _outcome(random, say, held_on)
        whole["review_on"] = _after(random, held_on, 90, 700)
        whole["texts"] = [{"step": "outcome", "prompt": "learned", "text": random.choice(_LEARNED)}]
    return _arranged(whole)


def _outcome(random: Random, say: Any, day: datetime.date) -> tuple[dict, list]:
    verdict = random.choices(("yes", "yes_if", "not_yet", "no", "insight"), (2, 5, 2, 2, 1))[0]
    outcome: dict[str, Any] = {
        "verdict": verdict,
        "answer": say(_ANSWERS[verdict]),
        "reasons": say(random.choice(_FOR if verdict.startswith("yes") else _AGAINST)),
    }
    if verdict == "yes_if":
        outcome["conditions"] = [
            _with_day(random, {"text": text}, day, True) for text in random.sample(_CONDITIONS, 2)
        ]
    if random.random() < 0.4:
        text, change = random.choice(_VIEWS)
        outcome["minority_views"] = [{"text": text, "would_change_if": change}]
    count = random.choice((0, 1, 1, 2))
    return outcome, [
        {
            "what": what,
            "who": random.choice(_OWNERS),
            **({"due": _after(random, day, 7, 120)} if random.random() < 0.8 else {}),
        }
        for what in random.sample(_ACTIONS, count)
    ]


def answered_otherwise(random: Random, whole: dict[str, Any]) -> dict[str, Any]:
    """The same talk with another answer: as it was closed before."""
    verdict = "not_yet" if whole["outcome"]["verdict"] != "not_yet" else "no"
    answer = "Voor de vakantie waren we er nog niet uit."
    reasons = random.choice(_LEARNED)
    outcome = {**whole["outcome"], "verdict": verdict, "answer": answer, "reasons": reasons}
    return {**whole, "outcome": outcome}


def opened(whole: dict[str, Any], step: str) -> dict[str, Any]:
    """A closed talk as it stands once it is open again, with the room in a step."""
    return _arranged({**whole, "status": "running", "step": step})


def _with_day(random: Random, item: dict, day: datetime.date, promised: bool) -> dict:
    if promised and random.random() < 0.8:
        item |= {"owner": random.choice(_OWNERS), "due": _after(random, day, 7, 120)}
    return item


def _after(random: Random, day: datetime.date, least: int, most: int) -> str:
    return (day + datetime.timedelta(random.randint(least, most))).isoformat()


def _arranged(whole: dict[str, Any]) -> dict[str, Any]:
    return {key: whole[key] for key in TOP if whole.get(key)}

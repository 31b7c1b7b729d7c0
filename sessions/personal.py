"""What in a text seems to point to a person. It informs, refuses nothing, and keeps nothing.

A guess, made to be seldom wrong rather than to find all: a note beside every second text would be
read by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

MAIL, PHONE, NAME = "email", "phone", "name"

_ADDRESS = re.compile(r"[^\s@<>()\[\]{},;:\"]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
# Ten digits or more after a zero or a country, apart or not.
TELEPHONE = re.compile(r"(?<![\d+])(?:\+\d|0)(?:[ ()./-]{0,3}\d){9,13}(?!\d)")
_TITLE = (
    r"(?i:juffrouw|juf|meester|meneer|mijnheer|mevrouw|mevr\.?|mw\.?|dhr\.?|drs\.?|dr\.?"
    r"|miss|mister|mrs\.?|mr\.?|ms\.?)"
)
_WITHIN = r"(?:van|de|den|der|het|ter|ten|te|el|al|bin|ben|von|'t|’t|in)"
_CAPITAL = r"[^\W\d_a-zß-öø-ÿ][\w'’-]*"
_SURNAME = rf"(?:{_WITHIN}\s+)*{_CAPITAL}"
_TITLED = re.compile(rf"\b{_TITLE}\s+(?:{_WITHIN}\s+)*{_CAPITAL}(?:\s+{_SURNAME})*")
# J.P. Jansen, J. de Vries; not the B. of a list, nor N.B.
_INITIALS = re.compile(
    rf"(?<![\w.])(?!(?:N\.B|P\.S|B\.V|N\.V|V\.S|U\.S|E\.U|A\.I)\.)"
    rf"(?:(?:[A-Z]\.\s?){{2,4}}{_SURNAME}|[A-Z]\.\s?(?:{_WITHIN}\s+)+{_CAPITAL}[a-zß-öø-ÿ])"
    rf"[\w'’-]*"
)
# Names that are given often, and that are no word, value or place as well.
_GIVEN = """
    Aaliyah Abdel Abdullah Adam Adriaan Agnes Ahmed Aisha Alex Ali Alice Amina Amir Amira Anders
    Andrea Angela Anita Anja Anke Anna Anne Annelies Annemarie Annemiek Annet Anouk Anton Arend
    Arie Arjan Astrid Ayoub Ayse Aziz Barbara Bart Bastiaan Bauke Benjamin Bernard Bert Bianca
    Bilal Bram Brenda Brigitte Carla Carlijn Carmen Caroline Cas Casper Chantal Charlotte Chris
    Christiaan Claire Claudia Conny Cor Corrie Daan Daniel Danielle Danny David Debbie Dennis
    Derk Diana Dick Diederik Dilan Dirk Dirkje Eefje Egbert Ellen Elif Elin Elisabeth Elise Els
    Emine Emma Emre Erik Ernst Esmee Esther Eva Evelien Fadi Faisal Farah Fatima Femke Feyza
    Floris Frans Frederik Frits Geert Gerard Gerda Gerrit Gijs Greetje Gerben Hamza Hannah
    Hanneke Hans Harm Harrie Hasan Hassan Heleen Helena Hendrik Henk Henny Herman Hilde Ibrahim
    Ilse Imane Ineke Inge Ingrid Irene Isa Isabel Isabelle Ismail Jaap Jacqueline Jamal Jan
    Janneke Jasmijn Jasper Jayden Jelle Jeroen Jesse Jessica Joanna Jochem Joep Johan Johannes
    John Jolanda Joost Joris Jorrit Jos Joyce Judith Julia Julian Jurgen Jurre Karel Karim Karin
    Katja Kees Kevin Khalid Kim Klaas Koen Krzysztof Lars Laura Lauren Leila Leo Leonie Levi
    Lieke Lies Liesbeth Lilian Linda Lisa Lisanne Loes Lotte Louise Lucas Luuk Maaike Maarten
    Machteld Manon Marcel Marco Margriet Maria Marieke Marije Marijke Marina Marit Marjan
    Marjolein Marleen Marlies Martijn Martin Martine Maud Maurice Mehmet Melissa Menno Merve
    Michel Michiel Mieke Mirjam Mohamed Mohammed Monique Mustafa Nadia Naomi Natasja Nicole
    Niels Nienke Nina Noah Noor Noortje Omar Oscar Pascal Patricia Paul Paula Peter Petra Pieter
    Piotr Priya Quinten Ramon Rachid Renate Rene Renske Ricardo Richard Robbert Robert Robin
    Roderik Roel Roeland Rogier Ronald Rosalie Ruben Ruud Saar Sabine Salma Samira Sandra Sanne
    Sara Sarah Saskia Sebastiaan Selma Shanti Sharon Sietske Sigrid Silvia Simone Sjoerd Sofie
    Sophie Stan Stefan Stephanie Suzanne Sven Sylvia Tamara Teun Thea Thijs Thijmen Thomas Tim
    Tineke Tjeerd Tobias Tom Tomasz Truus Umut Ursula Vera Victor Vincent Wesley Wiebe Wilfred
    Willeke Willem Willemijn Wim Wouter Yara Yasmin Yasmina Youssef Yusuf Yvonne Zeynep Zoë
"""
_NAMED = re.compile(
    rf"(?<![\w'’.@/-])(?:{'|'.join(_GIVEN.split())})(?![\w'’-])(?:\s+{_SURNAME}(?!\w))?"
)
# What is called after somebody: a school, a law, a street, a prize.
_AFTER = re.compile(
    r"(?:\s+[\w'’-]+){0,2}?\s*[\w'’-]*"
    r"(?i:school|scholen|college|lyceum|gymnasium|mavo|instituut|stichting|fonds|methode|akkoord"
    r"|wet|prijs|straat|plein|laan|weg|huis|groep)\b"
)
_BEFORE = re.compile(
    r"(?:\b(?i:school|basisschool|college|lyceum|stichting|sint|st\.?|koning|koningin|prins|prinses"
    r"|wet|methode|robot|app|heet|heten)|\b(?:de|De|het|Het|een|Een|The|the))\s+\Z"
)

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
# After these a capital says that a sentence begins, not that this is a name.
_ENDS = ".!?…:;\n–—-"
_OPENS = " \t(\"“”‘'«["


def holds_contact(text: str) -> list[tuple[int, int, str]]:
    """Where an e-mail address, a telephone number or a person's name seems to stand.

    Each as start, end and "email", "phone" or "name", in the order of the text, none over another.
    """
    found = [
        (match.start(), match.end(), kind)
        for kind, pattern in (
            (MAIL, _ADDRESS),
            (PHONE, TELEPHONE),
            (NAME, _TITLED),
            (NAME, _INITIALS),
        )
        for match in pattern.finditer(text)
    ]
    found += [
        (match.start(), match.end(), NAME)
        for match in _NAMED.finditer(text)
        if not _AFTER.match(text, match.end())
        and not _AFTER.search(match[0])
        and not _BEFORE.search(text, max(0, match.start() - 20), match.start())
    ]
    told: list[tuple[int, int, str]] = []
    for one in sorted(found):
        if not told or one[0] >= told[-1][1]:
            told.append(one)
    return told


def kinds(texts: Iterable[str], *, known: bool = False) -> list[str]:
    """Which of "name", "email" and "phone" seem to stand in `texts`, in that order.

    With `known` a name is meant to be there, and is not told.
    """
    found = {kind for text in texts if text for _start, _end, kind in holds_contact(text)}
    return [kind for kind in (NAME, MAIL, PHONE) if kind in found and not (known and kind == NAME)]


def capitalised(text: str) -> list[tuple[int, int]]:
    """Words with a capital within a sentence: start and end of each.

    Names of people have one; so have those of schools and of what one buys. An abbreviation, all
    in capitals, is none.
    """
    return [
        (word.start(), word.end())
        for word in _WORD.finditer(text)
        if word[0][0].isupper()
        and any(map(str.islower, word[0]))
        and not _begins(text, word.start())
    ]


def _begins(text: str, place: int) -> bool:
    """Whether a sentence begins there."""
    before = text[max(0, place - 40) : place].rstrip(_OPENS)
    return not before or before[-1] in _ENDS

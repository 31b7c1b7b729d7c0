"""The verdict is said once, also where the answer begins with it."""

import pytest
from django.utils import translation

from sessions.essence import essence
from sessions.said import apart, together


@pytest.mark.parametrize(
    ("verdict", "answer", "both", "alone"),
    [
        ("not_yet", "Nog niet. Eerst een proef.", "Nog niet. Eerst een proef.", "Eerst een proef."),
        ("not_yet", "nog niet: eerst een proef", "nog niet: eerst een proef", "Eerst een proef"),
        (
            "yes_if",
            "Ja, mits er een bord hangt.",
            "Ja, mits er een bord hangt.",
            "er een bord hangt.",
        ),
        ("no", "Nee, tenzij het moet.", "Nee, tenzij het moet.", "tenzij het moet."),
        ("no", "Neem een hond.", "Nee. Neem een hond.", "Neem een hond."),
        ("yes", "Ja", "Ja", ""),
        ("yes", "", "Ja.", ""),
        ("", "Misschien.", "Misschien.", "Misschien."),
        ("", "", "", ""),
    ],
)
def test_verdict_is_said_once(verdict, answer, both, alone):
    with translation.override("nl"):
        assert together(verdict, answer) == both
        assert apart(verdict, answer)[1] == alone


def test_essence_says_it_once():
    outcome = {"verdict": "not_yet", "answer": "Nog niet. Eerst een proef."}
    with translation.override("nl"):
        assert "Ons antwoord: nog niet. Eerst een proef." in essence({"outcome": outcome})

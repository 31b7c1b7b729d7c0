"""What a talk may have overlooked, and the picture of whom which value counts for."""

from typing import Any

import pytest
from django.utils import translation

from sessions.blind_spots import blind_spots
from sessions.picture import Cell, Column, picture
from tests.documents import talk


def keys(**document: Any) -> list[str]:
    return [finding.key for finding in blind_spots(talk(**document))]


def argument(side: str = "for", text: str = "Het helpt", **more: Any) -> dict[str, Any]:
    return {"side": side, "text": text, **more}


WELL = {
    "facts": [{"text": "Wie leest mee?", "kind": "unknown", "owner": "Directeur"}],
    "invited": [
        {"function": "Leerling", "group": "pupil"},
        {"function": "Ouder", "group": "parent"},
    ],
    "stakeholders": [{"name": "Leerlingen", "at_table": True, "origin": "heard"}],
    "values": [{"name": "Privacy", "chosen": True}, {"name": "Rust"}],
    "options": [{"title": "Later"}],
    "arguments": [
        argument(stakeholder="Leerlingen", value="Privacy", kind="fact", origin="imagined"),
        argument("for", "Minder haast", option="Later"),
        argument("against", "Het blijft liggen", option="Later"),
    ],
    "outcome": {
        "verdict": "yes_if",
        "conditions": [{"text": "Met uitleg"}],
        "minority_views": [{"text": "Toch niet"}],
    },
}


def without(name: str, **more: Any) -> dict[str, Any]:
    """The talk that looked at all, but for one thing."""
    return {key: value for key, value in WELL.items() if key != name} | more


def test_talk_that_looked_at_all_overlooked_nothing():
    assert keys(**WELL) == []


def test_talk_in_which_nothing_was_done_yet_overlooked_nothing():
    assert keys() == []


@pytest.mark.parametrize(
    ("document", "found"),
    [
        (without("facts", facts=[{"text": "Wie leest mee?", "kind": "unknown"}]), "unowned"),
        (
            without(
                "stakeholders",
                stakeholders=[{"name": "Leerlingen", "at_table": False, "origin": "heard"}],
            ),
            "away",
        ),
        (without("invited", invited=[{"function": "Leraar", "group": "staff"}]), "uninvited"),
        (
            without(
                "invited",
                invited=[
                    {"function": "Leerling", "group": "pupil", "present": False},
                    {"function": "Ouder", "group": "parent"},
                ],
            ),
            "uninvited",
        ),
        (without("values", values=[{"name": "Rust"}, {"name": "Privacy"}]), "unused"),
        (
            without(
                "stakeholders",
                stakeholders=[*WELL["stakeholders"], {"name": "Ouders", "origin": "heard"}],
            ),
            "voiceless",
        ),
        (without("options"), "no_option"),
        (without("options", options=[{"title": "Later"}, {"title": "Minder"}]), "half_option"),
        (
            without(
                "arguments",
                arguments=[
                    *WELL["arguments"][1:],
                    argument(stakeholder="Leerlingen", value="Privacy", kind="judgement"),
                ],
            ),
            "no_fact",
        ),
        (
            without("stakeholders", stakeholders=[{"name": "Leerlingen", "origin": "imagined"}]),
            "imagined",
        ),
        (
            without(
                "outcome", outcome={"verdict": "yes_if", "minority_views": [{"text": "Toch niet"}]}
            ),
            "no_condition",
        ),
        (without("outcome", outcome={"verdict": "no"}), "no_minority"),
    ],
)
def test_each_blind_spot_is_found_alone(document, found):
    assert keys(**document) == [found]


@pytest.mark.parametrize(("side", "lacks"), [("for", "none_against"), ("against", "none_for")])
def test_arguments_of_one_side_only_are_told_with_the_side_that_lacks(side, lacks):
    assert lacks in keys(arguments=[argument(side)])


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        (["staff"], "No pupil or student takes part, and no parent."),
        (["parent"], "No pupil or student takes part."),
        (["pupil"], "No parent takes part."),
    ],
)
def test_missing_voice_says_who_is_not_invited(groups, words):
    invited = [{"function": group, "group": group} for group in groups]
    with translation.override("en"):
        assert [one.sentence for one in blind_spots(talk(invited=invited))] == [words]


def test_names_of_a_finding_stand_once_each():
    same = [{"name": "Ouders"}, {"name": "Ouders"}]
    found = blind_spots(talk(stakeholders=same, arguments=[argument()]))
    assert [one.names for one in found if one.key == "voiceless"] == [("Ouders",)]


# The picture


def test_talk_whose_arguments_name_nothing_has_no_picture():
    assert picture(talk()) is None
    assert picture(talk(arguments=[argument()], stakeholders=[{"name": "Ouders"}])) is None


def test_picture_counts_each_side_and_leaves_gaps_empty():
    shown = picture(
        talk(
            stakeholders=[{"name": "Leerlingen"}, {"name": "Ouders"}],
            values=[
                {"name": "Privacy", "core": "autonomie"},
                {"name": "Rust", "chosen": True},
                {"name": "Nergens genoemd"},
            ],
            arguments=[
                argument("for", "een", stakeholder="Leerlingen", value="Privacy"),
                argument("for", "twee", stakeholder="Leerlingen", value="Privacy"),
                argument("against", "drie", stakeholder="Leerlingen", value="Privacy"),
                argument("for", "nergens bij"),
            ],
        )
    )
    assert shown is not None
    assert shown.columns == (Column("Privacy", "autonomie"), Column("Rust", ""))
    assert {row.name: row.cells for row in shown.rows} == {
        "Leerlingen": (Cell(2, 1), Cell(0, 0)),
        "Ouders": (Cell(0, 0), Cell(0, 0)),
    }
    assert [row.is_empty for row in shown.rows] == [False, True]
    assert shown.apart == 1


def test_argument_that_names_one_of_the_two_has_a_place_of_its_own():
    shown = picture(
        talk(
            stakeholders=[{"name": "Ouders"}],
            values=[{"name": "Rust"}],
            arguments=[
                argument("for", "een", stakeholder="Ouders"),
                argument("against", "twee", value="Rust"),
            ],
        )
    )
    assert shown is not None
    assert [column.name for column in shown.columns] == ["Rust", ""]
    assert {row.name: row.cells for row in shown.rows} == {
        "Ouders": (Cell(0, 0), Cell(1, 0)),
        "": (Cell(0, 1), Cell(0, 0)),
    }

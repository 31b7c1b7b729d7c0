"""Who weighed and who was there: as much as is known, and no more."""

import pytest

from reports.at_table import at_the_table, enumeration, number, weighed, weighers

from .documents import talk


def there(*groups: str | None) -> list[dict]:
    return [
        {"function": f"Functie {place}", "present": True, **({"group": group} if group else {})}
        for place, group in enumerate(groups, 1)
    ]


@pytest.mark.parametrize(
    ("invited", "words"),
    [
        (
            [
                *there(*["staff"] * 5, "parent"),
                {"function": "Leerling", "group": "pupil", "present": False},
            ],
            "Aan tafel: vijf medewerkers en één ouder; geen leerling.",
        ),
        (there("staff"), "Aan tafel: één medewerker; geen leerling en geen ouder."),
        (there("pupil", "parent"), "Aan tafel: één ouder en één leerling."),
        # Who speaks for nobody in particular may be a pupil or a parent.
        (there("staff", None), "Aan tafel: één medewerker en Functie 2."),
        (
            [{"function": "Klas 3b", "group": "pupil", "number": 13, "present": True}],
            "Aan tafel: 13 leerlingen; geen ouder.",
        ),
        ([{"function": "Ouder", "present": False}], "Van de genodigden was niemand er."),
        # Invited, and not said whether they came.
        ([{"function": "Ouder", "group": "parent"}], ""),
    ],
)
def test_table_of_who_was_invited(invited, words):
    assert at_the_table(talk(invited=invited)) == words


def test_table_of_stakeholders_where_nobody_was_invited():
    data = talk(
        stakeholders=[
            {"name": "Leraren", "at_table": True},
            {"name": "Leerlingen", "at_table": False},
            {"name": "Buren"},
        ]
    )
    assert at_the_table(data) == "Aan tafel: Leraren. Niet aan tafel: Leerlingen."


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({}, ""),
        ({"arguments": [{"side": "for", "text": "a"}]}, "De argumenten zijn nog niet gewogen."),
        (
            {"arguments": [{"side": "for", "text": "a"}], "status": "closed"},
            "De argumenten zijn niet gewogen.",
        ),
        ({"arguments": [{"side": "for", "text": "a", "weights": [1]}]}, "Eén persoon woog."),
        ({"arguments": [{"side": "for", "text": "a", "weights": [1] * 6}]}, "Zes mensen wogen."),
        (
            {
                "arguments": [{"side": "for", "text": "a", "weights": [1, 2]}],
                "rounds": [{"number": 1, "ballots": 4}],
            },
            "Vier mensen wogen.",
        ),
    ],
)
def test_who_weighed(keys, words):
    assert weighed(talk(**keys)) == words


def test_who_weighed_once_more_is_told_beside_all_who_weighed():
    first = {"weights": [{"argument": 0, "weights": [1, 2, 3, 4, 5, 5]}]}
    argument = {"side": "for", "text": "Rust", "weights": [3, 4, 4], "round": 2}
    twice = talk(arguments=[argument], rounds=[first, {}])
    assert weighed(twice) == "Zes mensen wogen, drie van hen nog een keer."
    assert weighers(twice) == 6


def test_numbers_and_lists_as_one_writes_them():
    assert [number(count) for count in (0, 1, 12, 13)] == ["nul", "één", "twaalf", "13"]
    assert [enumeration(words) for words in ([], ["a"], ["a", "b", "c"])] == ["", "a", "a, b en c"]

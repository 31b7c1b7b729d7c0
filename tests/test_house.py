"""Rules of the house, that no other tool knows."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PYTHON = sorted(
    path
    for house in ("kompas", "sessions", "reports")
    for path in (ROOT / house).rglob("*.py")
    if "migrations" not in path.parts
)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
COMMENT = re.compile(r"{#.*?#}|{% comment.*?{% endcomment %}|<!--.*?-->", re.DOTALL)


def places(pattern: str, paths, flags=0) -> list[str]:
    """Where a pattern stands in these files, as file:line."""
    found = []
    for path in paths:
        text = path.read_text()
        if path.suffix == ".html":
            text = COMMENT.sub(lambda gone: "\n" * gone[0].count("\n"), text)
        for match in re.finditer(pattern, text, flags):
            line = text.count("\n", 0, match.start()) + 1
            found.append(f"{path.relative_to(ROOT)}:{line}")
    return found


def files(found: list[str]) -> set[str]:
    return {place.rpartition(":")[0] for place in found}


def test_views_get_at_rows_through_the_door_only():
    views = [path for path in PYTHON if "views" in path.parts or path.name == "views.py"]
    assert len(views) > 5
    assert places(r"\.(?:objects|everything|_base_manager|_default_manager)\b", views) == []


def test_unseen_rows_are_asked_for_where_rounds_are_handled_only():
    assert files(places(r"[.\"]everything\b", PYTHON)) == {
        "sessions/document/to_rows.py",  # stores rows, reads none
        "sessions/models/contribution.py",
        "sessions/models/rounds.py",
        "sessions/room.py",
        "sessions/screen/step.py",  # what this phone gave, and how many there are
    }


def test_what_ends_is_ended_where_it_goes_to_the_ledger_only():
    assert files(places(r"revoked_at\b[^=\n]*\)? = |revoked_at=timezone", PYTHON)) == {
        "kompas/accounts/endings.py",
        "kompas/accounts/models/organisations.py",
        "sessions/copies.py",  # an edited copy, whose id goes there
        "sessions/endings.py",
        "sessions/models/links.py",
        "sessions/models/shares.py",
        "sessions/ownership.py",  # taken in: a backup from before needs these links
    }


# What a process remembers: nothing that a talk can change.
REMEMBERED = {
    "reports/characters.py": "the characters of a font",
    "reports/pack.py": "the print pack of a method, which never changes",
    "reports/pdf.py": "the fonts",
    "reports/binding.py": "the shapes of ten digits",
    "sessions/catalogues.py": "files of the release",
    "sessions/stems.py": "the stem of a word, whoever wrote it",
    "sessions/steps/__init__.py": "the query of a method, which never changes",
    "sessions/templatetags/qr.py": "the drawing of an address",
}


# What is of a log-in, and of no talk.
LOG_IN = {
    "kompas/accounts/logins.py": "whether this log-in was written down today",
    "kompas/accounts/views/logins.py": "which log-in this one is",
    "kompas/accounts/views/openid.py": "which service waits to be connected",
}


def test_nothing_of_a_talk_is_in_the_browsers_session_or_a_cache():
    assert files(places(r"request\.session\b|django\.core\.cache", PYTHON)) == set(LOG_IN)
    assert files(places(r"^@(?:functools\.)?(?:lru_)?cache\b", PYTHON, re.MULTILINE)) == set(
        REMEMBERED
    )


# What is not escaped, and why it need not be.
UNESCAPED = {
    "kompas/qr.py": "drawn by segno, of numbers",
    "reports/report.py": "a page of our own templates, its headings one level lower",
}


def test_all_that_people_type_is_escaped():
    found = places(r"mark_safe\(|SafeString\(|SafeText|__html__", PYTHON)
    assert files(found) == set(UNESCAPED)
    assert places(r"\|\s*safe\b|autoescape off|\|\s*safeseq\b", TEMPLATES) == []


def test_templates_have_no_inline_style_or_script():
    assert places(r"\sstyle\s*=", TEMPLATES) == []
    assert places(r"<script(?![^>]*\ssrc=)", TEMPLATES) == []
    assert places(r"<[^>]*\son[a-z]+\s*=", TEMPLATES) == []
    assert places(r"javascript:|hx-on|hx-vars", TEMPLATES) == []
    inline_style = places(r"<style", TEMPLATES)
    assert [place for place in inline_style if "reports/" not in place] == []


def test_pages_ask_nothing_of_another_host():
    pattern = r"""(?:src|href|action|srcset|poster|hx-get|hx-post)\s*=\s*["'](?:https?:)?//"""
    assert places(pattern, TEMPLATES) == []
    sheets = [*(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]
    assert places(r"url\(\s*[\"']?(?:https?:)?//|fetch\(\s*[\"'`]https?:", sheets) == []


def test_every_form_that_writes_carries_its_token():
    bare = []
    for path in TEMPLATES:
        for form in re.findall(r"<form\b.*?</form>", path.read_text(), re.DOTALL | re.IGNORECASE):
            if re.search(r'method="post"', form) and "{% csrf_token %}" not in form:
                bare.append(f"{path.relative_to(ROOT)}: {form[:60]}")
    assert bare == []


def test_every_static_file_that_a_page_names_is_there():
    named = {
        name
        for path in TEMPLATES
        for name in re.findall(r"""{%\s*static\s+["']([^"'{]+)["']""", path.read_text())
    }
    assert [name for name in sorted(named) if finders.find(name) is None] == []

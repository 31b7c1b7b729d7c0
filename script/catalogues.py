"""Collects, compiles and checks the texts to translate, without gettext's own programs.

script/catalogues.py update | compile | check
"""

import ast
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kompas", "sessions", "reports")
SINGLE = {"_", "_lazy", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""(?:u?'(?:[^'\\]|\\.)*'|u?"(?:[^"\\]|\\.)*")"""
IN_TEMPLATE = re.compile(rf"\bn?gettext\(({STRING})(?:, ({STRING}))?|\b_\(({STRING})\)", re.DOTALL)

Texts = dict[tuple[str, str], list[str]]  # singular and plural -> where they stand


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))


def in_python(source: str) -> Iterator[tuple[str, str]]:
    """Singular and plural of each text that is marked in a module."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [
            argument.value
            for argument in node.args[:2]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if name in SINGLE and words:
            yield words[0], ""
        elif name in PLURAL and len(words) == 2:
            yield words[0], words[1]


def in_template(source: str) -> Iterator[tuple[str, str]]:
    """Singular and plural of each text that is marked in a template."""
    from django.utils.translation.template import templatize

    for match in IN_TEMPLATE.finditer(templatize(source)):
        single, plural, constant = match.groups()
        yield ast.literal_eval(single or constant), ast.literal_eval(plural) if plural else ""


def marked() -> Texts:
    """Every text of the project that is to be translated, with the files that hold it."""
    found: Texts = {}
    files = [(path, in_python) for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))]
    templates = sorted((ROOT / "templates").rglob("*.*"))
    files += [(path, in_template) for path in templates if path.suffix in (".html", ".txt")]
    for path, read in files:
        for text in read(path.read_text(encoding="utf-8")):
            if text[0]:
                found.setdefault(text, []).append(str(path.relative_to(ROOT)))
    return found


def update() -> None:
    """Add what is missing to each catalogue, take out what is no longer used, sort the rest."""
    texts = marked()
    for path in catalogues():
        catalogue = polib.pofile(str(path), wrapwidth=99)
        known = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
        del catalogue[:]
        for (single, plural), places in sorted(texts.items()):
            entry = known.get((single, plural)) or polib.POEntry(msgid=single, msgid_plural=plural)
            if plural and not entry.msgstr_plural:
                entry.msgstr_plural = {0: "", 1: ""}
            entry.occurrences = [(place, "") for place in sorted(set(places))]
            entry.comment = entry.tcomment = ""
            entry.flags = ["python-format"] if re.search(r"%\(\w+\)s", single) else []
            catalogue.append(entry)
        catalogue.save(str(path))


def compile_all() -> None:
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def faults() -> list[str]:
    """What is missing, fuzzy or out of use, a line each."""
    found = []
    texts = marked()
    for path in catalogues():
        catalogue = polib.pofile(str(path))
        entries = {(entry.msgid, entry.msgid_plural): entry for entry in catalogue}
        where = path.relative_to(ROOT)
        found += [f"{where}: missing: {text}" for text, _plural in texts.keys() - entries.keys()]
        for text, entry in entries.items():
            holes = re.compile(r"%\(\w+\)s")
            forms = list(entry.msgstr_plural.values()) or [entry.msgstr]
            if entry.obsolete or text not in texts:
                why = "out of use"
            elif entry.fuzzy:
                why = "fuzzy"
            elif not all(forms):
                why = "not translated"
            elif any(
                set(holes.findall(form)) != set(holes.findall(entry.msgid)) for form in forms[-1:]
            ):
                why = "other variables"
            else:
                continue
            found.append(f"{where}:{entry.linenum}: {why}: {entry.msgid}")
    return found


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kompas.settings")
    match sys.argv[1:]:
        case ["update"]:
            import django

            django.setup()
            update()
        case ["compile"]:
            compile_all()
        case ["check"]:
            import django

            django.setup()
            print("\n".join(lines := faults()))
            sys.exit(bool(lines))
        case _:
            sys.exit(__doc__)

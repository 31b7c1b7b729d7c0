"""Compiles the catalogues where gettext is missing, or checks that they are whole.

script/catalogues.py compile | check
"""

import sys
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parent.parent


def catalogues() -> list[Path]:
    return sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))


def compile_all() -> None:
    for path in catalogues():
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def faults() -> list[str]:
    """What is missing, fuzzy or out of use, a line each."""
    found = []
    for path in catalogues():
        for entry in polib.pofile(str(path)):
            if entry.obsolete:
                why = "out of use"
            elif entry.fuzzy:
                why = "fuzzy"
            elif not entry.translated():
                why = "missing"
            else:
                continue
            found.append(f"{path.relative_to(ROOT)}:{entry.linenum}: {why}: {entry.msgid}")
    return found


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["compile"]:
            compile_all()
        case ["check"]:
            print("\n".join(lines := faults()))
            sys.exit(bool(lines))
        case _:
            sys.exit(__doc__)

"""What a bundle of many reports takes: its time beside that of each alone, and its memory.

python -m bench.bundle bundle|alone NUMBER    in a fresh process: its seconds and peak megabytes
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import uuid

from .figures import BUNDLE

EMAIL = "bundel@verzonnen.example"


def measure(report, quick: bool) -> None:
    few, many = BUNDLE
    _fill(many)
    took: dict[tuple[str, int], list[tuple[float, float]]] = {}
    # In turns, so that whatever else the machine does touches both.
    for _time in range(1 if quick else 3):
        for asked in (("alone", many), ("bundle", many), ("bundle", few)):
            took.setdefault(asked, []).append(_apart(*asked))
    alone, seconds = (min(one for one, _mb in took[what, many]) for what in ("alone", "bundle"))
    peak, small = (min(mb for _s, mb in took["bundle", number]) for number in (many, few))
    report("time", seconds / alone)
    report("seconds", seconds)
    report("memory", peak / small)
    report("peak", peak)


def _apart(what: str, number: int) -> tuple[float, float]:
    command = [sys.executable, "-m", "bench.bundle", what, str(number)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def _fill(number: int) -> None:
    """Talks of one school, and somebody who may read them all."""
    from kompas.accounts.models import Membership, Organisation, Role, User
    from sessions import lifecycle
    from sessions.models import Session

    from . import talk

    if User.objects.filter(email=EMAIL).exists():
        return
    school = Organisation.objects.create(name="Verzonnen school", slug="verzonnen-bundel")
    user = User.objects.create_user(EMAIL)
    Membership.objects.create(user=user, organisation=school, role=Role.SCHOOL_LEADER)
    for _number in range(number):
        shown = talk.weighed()
        Session.objects.filter(pk=shown.access.session.pk).update(organisation=school)
        lifecycle.close(shown.access, "")


def _chosen(number: int):
    from kompas.accounts.models import Organisation, User
    from sessions.models import Version

    user = User.objects.get(email=EMAIL)
    school = Organisation.objects.get(slug="verzonnen-bundel")
    versions = Version.objects.filter(session__organisation=school).order_by("pk")[:number]
    return user, school, list(versions.select_related("session__method"))


def bundle(number: int) -> None:
    from reports import bundles
    from reports.models import Bundle, Rendering
    from sessions.access import Actor

    user, school, versions = _chosen(number)
    Rendering.objects.all().delete()  # none of them was made yet
    sessions = [one.session_id for one in versions]
    asked = bundles.ask(Actor(user, {}), uuid.uuid4(), "pdf", sessions, school)
    bundles.make(asked.pk)
    assert Bundle.objects.get(pk=asked.pk).is_ready


def alone(number: int) -> None:
    from reports.kept import make, report_of

    for version in _chosen(number)[2]:
        make(report_of(version.session, version))


def main() -> None:
    import django

    django.setup()
    from reports import pdf

    pdf.look()  # style sheets and fonts are read once per process
    what, number = sys.argv[1], int(sys.argv[2])
    started = time.perf_counter()
    {"bundle": bundle, "alone": alone}[what](number)
    seconds = time.perf_counter() - started
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds, peak]))


if __name__ == "__main__":
    main()

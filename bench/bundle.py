"""What a bundle of many reports takes: its time beside that of each alone, and its memory.

python -m bench.bundle bundle|alone NUMBER
    in a fresh process: seconds, seconds of the processor, and peak megabytes
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
import uuid

from .figures import BUNDLE

ARGUMENTS = 12  # what one evening gives
EMAIL = "bundel@verzonnen.example"


def measure(report, quick: bool) -> None:
    few, many = BUNDLE
    _fill(many)
    alone = _apart("alone", many)
    bundle, small = _apart("bundle", many), _apart("bundle", few)
    # Of the processor: all of it is reckoning, and it is as much while others reckon too.
    report("time", bundle["processor"] / alone["processor"])
    report("seconds", bundle["seconds"])
    report("memory", bundle["peak"] / small["peak"])
    report("peak", bundle["peak"])


def _apart(what: str, number: int) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.bundle", what, str(number)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def _fill(number: int) -> None:
    """Talks of one school, and somebody who may read them all."""
    from kompas.accounts.models import Membership, Organisation, Role, User
    from sessions.document import load

    from . import talk

    if User.objects.filter(email=EMAIL).exists():
        return
    school = Organisation.objects.create(name="Verzonnen school", slug="verzonnen-bundel")
    user = User.objects.create_user(EMAIL)
    Membership.objects.create(user=user, organisation=school, role=Role.SCHOOL_LEADER)
    told = {**talk.document(arguments=ARGUMENTS), "status": "closed"}
    for _number in range(number):
        load(told, organisation=school)


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
    started, reckoned = time.perf_counter(), time.process_time()
    {"bundle": bundle, "alone": alone}[what](number)
    found = {
        "seconds": time.perf_counter() - started,
        "processor": time.process_time() - reckoned,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(found))


if __name__ == "__main__":
    main()

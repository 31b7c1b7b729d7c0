"""Bundles: many reports at once, by whoever may read them, and nothing lost when one fails."""

import datetime
import io
import os
import re
import signal
import subprocess
import sys
import time
import uuid
import zipfile

import pikepdf
import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_tasks_db.management.commands import db_worker
from django_tasks_db.models import DBTaskResult
from pypdf import PdfReader

from kompas.accounts.models import Event, Membership, Role
from reports import bundles, kept
from reports.models import Bundle, BundlePart, Rendering
from sessions.models import Share, Version
from tests import cast
from tests.looking_back import actor, board, client, decided_by, share, somebody, talk
from tests.pdfua import violations

pytestmark = pytest.mark.django_db

SMALL = b"%PDF-small"


@pytest.fixture
def there():
    return board()


@pytest.fixture
def quick(monkeypatch):
    """Papers that take no time: what is made of them is not looked at. Gives what was made."""
    made = []

    def make(paper, format="pdf"):
        made.append(paper)
        return SMALL

    assert get_resolver().url_patterns  # a view that is read later would keep this one for good
    monkeypatch.setattr(kept, "make", make)
    monkeypatch.setattr(bundles.files, "count_pages", lambda _content: 1)
    monkeypatch.setattr(bundles.files, "bind", lambda front, papers: front + b"%d" % len(papers))
    return made


def ask(user, *sessions, kind="pdf", organisation=None):
    return bundles.ask(actor(user), uuid.uuid4(), kind, [one.pk for one in sessions], organisation)


def asked(*sessions, **more):
    return {
        "id": str(uuid.uuid4()),
        "kind": "pdf",
        "gesprek": [str(one.pk) for one in sessions],
        **more,
    }


def url(name, *parts):
    return reverse(f"reports:{name}", args=parts)


def work(monkeypatch):
    """Do what waits in the queue, as the worker does; the test's connection stays open."""
    monkeypatch.setattr(db_worker, "close_old_connections", lambda: None)
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


def fresh(bundle):
    return Bundle.objects.get(pk=bundle.pk)


def made(user, *sessions, **options):
    bundle = ask(user, *sessions, **options)
    bundles.make(bundle.pk)
    return fresh(bundle)


# Ask


def test_bundle_is_asked_for_made_by_the_worker_and_taken(there, quick, monkeypatch):
    sessions = [talk(there.school, shared=there.board) for _ in range(3)]
    browser = client(there.reader)
    response = browser.post(url("bundles"), asked(*sessions, organisation="verzonnen"))
    bundle = Bundle.objects.get()
    assert (response.status_code, response["Location"]) == (303, url("bundle", bundle.pk))
    assert "0 van de 3 verslagen" in browser.get(response["Location"]).content.decode()
    taken = browser.get(url("bundle_file", bundle.pk))
    assert (taken.status_code, taken["Location"]) == (303, url("bundle", bundle.pk))
    work(monkeypatch)
    assert "Klaar, met 3 verslagen" in browser.get(url("bundle", bundle.pk)).content.decode()
    taken = browser.get(url("bundle_file", bundle.pk))
    assert (taken.status_code, taken.content) == (200, SMALL + b"3")
    assert "no-store" in taken["Cache-Control"]
    assert re.fullmatch(
        r'attachment; filename="verslagen-van-gesprekken-verzonnen-\d{4}-\d\d-\d\d.pdf"',
        taken["Content-Disposition"],
    )
    actions = Event.objects.filter(thing="bundle").order_by("pk").values_list("action", "details")
    assert list(actions) == [(one, {"kind": "pdf", "papers": 3}) for one in ("ask", "download")]


def test_second_click_is_the_same_bundle(there, quick):
    data = asked(talk(there.school, shared=there.board))
    browser = client(there.reader)
    first, second = (browser.post(url("bundles"), data)["Location"] for _ in range(2))
    assert first == second
    assert (Bundle.objects.count(), BundlePart.objects.count()) == (1, 1)
    assert DBTaskResult.objects.count() == 1


def test_somebody_elses_id_gives_a_bundle_of_ones_own(there, quick):
    one = talk(there.school, shared=there.board)
    data = asked(one)
    client(there.leader).post(url("bundles"), data)
    response = client(there.reader).post(url("bundles"), data)
    assert response.status_code == 303
    assert client(there.reader).get(response["Location"]).status_code == 200
    assert Bundle.objects.count() == 2


def test_what_may_not_be_read_is_left_out_when_one_asks_and_that_is_said(there, quick):
    mine = talk(there.school, shared=there.board)
    others = [talk(there.school), talk(there.elsewhere, shared=there.elsewhere)]
    running = talk(there.school, status="running")
    bundle = ask(there.reader, mine, *others, running)
    assert (bundle.parts.count(), bundle.left_out) == (1, 3)


def test_nothing_chosen_is_said_and_nothing_is_made(there):
    response = client(there.reader).post(url("bundles"), asked())
    assert response.status_code == 422
    assert "Kies eerst een of meer verslagen." in response.content.decode()
    assert not Bundle.objects.exists()


def test_talks_ticked_elsewhere_are_chosen_from_as_far_as_they_are_read(there):
    mine, others = talk(there.school, shared=there.board), talk(there.school)
    ticked = {"gesprek": [mine.pk, others.pk, "onzin"]}
    page = client(there.reader).get(url("bundle_choice"), ticked).content.decode()
    assert (page.count('name="gesprek"'), f'value="{mine.pk}" checked' in page) == (1, True)
    assert "1 gesprek is weggelaten" in page


def test_too_many_are_refused_and_stay_ticked(there, monkeypatch):
    monkeypatch.setattr(bundles, "MOST", 2)
    sessions = [talk(there.school, f"Vraag {n}?", shared=there.board) for n in range(3)]
    response = client(there.reader).post(url("bundles"), asked(*sessions))
    text = response.content.decode()
    assert (response.status_code, text.count('name="gesprek"')) == (422, 3)
    assert "hoogstens 2 verslagen" in text


def test_all_talks_behind_a_number_are_bundled(there, quick):
    for verdict in ["yes"] * 3 + ["no"] * 4:
        talk(there.school, shared=there.board, outcome={"verdict": verdict})
    data = asked(organisation="verzonnen", every="1", asked="uitkomst=no")
    client(there.reader).post(url("bundles"), data)
    assert BundlePart.objects.count() == 4


def test_who_asks_very_often_waits(there, quick, monkeypatch):
    from reports import bundle_views

    monkeypatch.setattr(bundle_views, "MOST", 1)
    one = talk(there.school, shared=there.board)
    browser = client(there.reader)
    assert browser.post(url("bundles"), asked(one)).status_code == 303
    response = browser.post(url("bundles"), asked(one))
    assert (response.status_code, response["Retry-After"]) == (429, "3600")


# Who


def test_nobody_but_who_asked_sees_a_bundle(there, quick):
    one = talk(there.school, "Geheim?", shared=there.board)
    bundle = made(there.reader, one, organisation=there.board)
    colleague = somebody("tweede-lezer", there.board, Role.BOARD_READER)
    for name in ("bundle", "bundle_file"):
        for user in (colleague, there.leader, there.administrator, there.stranger):
            assert client(user).get(url(name, bundle.pk)).status_code == 404
        assert Client().get(url(name, bundle.pk)).status_code == 302
    assert client(colleague).post(url("bundle_retry", bundle.pk)).status_code == 404


def test_who_lost_the_role_takes_nothing(there, quick):
    bundle = made(there.reader, talk(there.school, shared=there.board), organisation=there.board)
    Membership.objects.filter(user=there.reader).delete()
    assert client(there.reader).get(url("bundle_file", bundle.pk)).status_code == 404


def test_who_lost_the_role_while_it_was_made_gets_nothing(there, quick):
    bundle = ask(there.reader, talk(there.school, shared=there.board))
    Membership.objects.filter(user=there.reader).delete()
    bundles.make(bundle.pk)
    bundle = fresh(bundle)
    assert (bundle.state, bundle.content, bundle.left_out) == ("failed", None, 1)
    assert quick == []


def test_share_that_is_taken_back_goes_out_of_a_bundle_that_was_made(there, quick):
    sessions = [talk(there.school, f"Vraag {n}?", shared=there.board) for n in range(3)]
    bundle = made(there.reader, *sessions)
    Share.objects.filter(version__session=sessions[0]).delete()
    browser = client(there.reader)
    assert "Vraag 0?" not in browser.get(url("bundle", bundle.pk)).content.decode()
    assert browser.get(url("bundle_file", bundle.pk)).status_code == 303
    assert fresh(bundle).content is None
    bundles.make(bundle.pk)
    assert browser.get(url("bundle_file", bundle.pk)).content == SMALL + b"2"
    text = browser.get(url("bundle", bundle.pk)).content.decode()
    assert "1 verslag is weggelaten" in text


def test_share_that_is_taken_back_while_it_is_made_is_not_in_it(there, quick, monkeypatch):
    sessions = [talk(there.school, shared=there.board) for _ in range(2)]
    bundle = ask(there.reader, *sessions)
    bind = bundles.files.made_of

    def taken_back(*args):
        content = bind(*args)
        Share.objects.filter(version__session=sessions[0]).delete()
        bundles.drop_unread(fresh(bundle))  # as a second look at the page would
        return content

    monkeypatch.setattr(bundles.files, "made_of", taken_back)
    bundles.make(bundle.pk)
    assert (bytes(fresh(bundle).content), fresh(bundle).left_out) == (SMALL + b"1", 1)


def test_erased_talk_is_in_no_bundle(there, quick):
    sessions = [talk(there.school, shared=there.board) for _ in range(2)]
    bundle = made(there.reader, *sessions)
    sessions[0].erase()
    bundle = fresh(bundle)
    assert (bundle.state, bundle.content, bundle.left_out) == ("waiting", None, 1)


def test_bundle_is_made_anew_when_something_in_a_version_was_erased(there, quick):
    one = talk(there.school, shared=there.board)
    bundle = made(there.reader, one)
    version = Version.objects.get(session=one)
    Rendering.objects.filter(version=version).delete()
    bundles.make_anew([version.pk])
    assert (fresh(bundle).state, fresh(bundle).content) == ("waiting", None)
    bundles.make(bundle.pk)
    assert fresh(bundle).is_ready


def test_bundle_of_the_board_holds_the_version_that_was_shared(there, quick):
    one = talk(there.school, shared=there.board)
    shared = Version.objects.get(session=one)
    later = Version.objects.create(session=one, number=2, document=shared.document)
    assert ask(there.reader, one).parts.get().version_id == shared.pk
    assert ask(there.leader, one).parts.get().version_id == later.pk


# What fails, and who is killed


def test_report_that_cannot_be_made_keeps_the_rest(there, quick, monkeypatch):
    sessions = [talk(there.school, f"Vraag {n}?", shared=there.board) for n in range(3)]
    whole = kept.make

    def make(paper, format="pdf"):
        if getattr(paper, "title", "") == "Vraag 1?":
            raise kept.Failed
        return whole(paper, format)

    monkeypatch.setattr(kept, "make", make)
    bundle = made(there.reader, *sessions)
    assert (bundle.state, bytes(bundle.content)) == ("ready", SMALL + b"2")
    front = quick[-1]
    assert [one.title for one in front.failed] == ["Vraag 1?"]
    assert "Vraag 1?" in front.html()
    text = client(there.reader).get(url("bundle", bundle.pk)).content.decode()
    assert "Vraag 1?" in text
    assert "Vraag 0?" not in text

    # What failed is tried again, and only that.
    monkeypatch.setattr(kept, "make", whole)
    quick.clear()
    for _ in range(2):
        client(there.reader).post(url("bundle_retry", bundle.pk))
    assert DBTaskResult.objects.filter(status="READY").count() == 3  # asked, looks again, retry
    bundles.make(bundle.pk)
    assert [one.title for one in quick] == ["Vraag 1?", "Verslagen van gesprekken"]
    assert bytes(fresh(bundle).content) == SMALL + b"3"


def test_bundle_of_which_nothing_could_be_made_says_so(there, quick, monkeypatch):
    def make(paper, format="pdf"):
        raise kept.Failed

    monkeypatch.setattr(kept, "make", make)
    bundle = made(there.reader, talk(there.school, shared=there.board))
    text = client(there.reader).get(url("bundle", bundle.pk)).content.decode()
    assert bundle.state == "failed"
    assert "kon niet worden gemaakt" in text
    assert 'action="' + url("bundle_retry", bundle.pk) in text


def test_bundle_that_cannot_be_bound_fails_and_can_be_tried_again(
    there, quick, monkeypatch, caplog
):
    def bind(front, papers):
        raise ValueError("Geheim?")

    monkeypatch.setattr(bundles.files, "bind", bind)
    bundle = made(there.reader, talk(there.school, "Geheim?", shared=there.board))
    assert bundle.state == "failed"
    assert "Geheim?" not in caplog.text
    monkeypatch.setattr(bundles.files, "bind", lambda front, papers: front)
    bundles.retry(bundle)
    bundles.make(bundle.pk)
    assert fresh(bundle).is_ready


def test_two_workers_make_nothing_twice(there, quick):
    bundle = ask(there.reader, talk(there.school, shared=there.board))
    assert bundles._begin(bundle.pk, uuid.uuid4())
    before = DBTaskResult.objects.count()
    bundles.make(bundle.pk)
    assert quick == []
    later = DBTaskResult.objects.latest("enqueued_at")
    assert DBTaskResult.objects.count() == before + 1
    assert later.run_after == fresh(bundle).lease_until


def test_worker_that_lost_its_lease_stops(there, quick):
    bundle = ask(there.reader, talk(there.school, shared=there.board))
    lost = uuid.uuid4()
    assert bundles._begin(bundle.pk, lost)
    Bundle.objects.update(lease_until=timezone.now())
    assert bundles._begin(bundle.pk, uuid.uuid4())
    with pytest.raises(bundles.Lost):
        bundles._held(bundle.pk, lost)
    assert not bundles._end(bundle.pk, lost, "ready", b"")


def test_ready_bundle_is_not_made_again(there, quick):
    bundle = made(there.reader, talk(there.school, shared=there.board))
    quick.clear()
    bundles.make(bundle.pk)
    assert quick == []


def test_tick_goes_on_with_what_was_left_behind_and_only_once(there, quick):
    left, fresh_one = (ask(there.reader, talk(there.school, shared=there.board)) for _ in range(2))
    DBTaskResult.objects.all().delete()
    Bundle.objects.filter(pk=left.pk).update(asked_at=timezone.now() - bundles.LEFT_BEHIND)
    for _ in range(2):
        call_command("tick")
    assert [one.args_kwargs["args"] for one in DBTaskResult.objects.all()] == [[str(left.pk)]]
    assert fresh(fresh_one).state == "waiting"


def test_old_bundles_are_erased(there, quick):
    old = made(there.reader, talk(there.school, shared=there.board))
    new = made(there.reader, talk(there.school, shared=there.board))
    before = timezone.now() - datetime.timedelta(days=7, minutes=1)
    Bundle.objects.filter(pk=old.pk).update(asked_at=before)
    DBTaskResult.objects.update(enqueued_at=before, status="SUCCESSFUL")
    bundles.forget()
    assert [one.pk for one in Bundle.objects.all()] == [new.pk]
    assert not DBTaskResult.objects.exists()


# The files


def test_zip_has_every_report_under_a_name_of_its_own_and_a_list(there, quick):
    sessions = [talk(there.school, "Mag het: één?", shared=there.board) for _ in range(2)]
    bundle = made(there.reader, *sessions, kind="zip")
    with zipfile.ZipFile(io.BytesIO(bytes(bundle.content))) as archive:
        names = archive.namelist()
        told = archive.read(names[0]).decode("utf-8-sig")
    assert names == [
        "000-inhoud.txt",
        "001-mag-het-een-2025-10-01.pdf",
        "002-mag-het-een-2025-10-01.pdf",
    ]
    assert told.count("Mag het: één?") == 2
    assert all(name in told for name in names[1:])


def test_number_of_queries_of_the_page_does_not_grow(there, quick):
    counts = []
    for more in (2, 6):
        sessions = [talk(there.school, shared=there.board) for _ in range(more)]
        bundle = made(there.reader, *sessions, organisation=there.board)
        browser = client(there.reader)
        with CaptureQueriesContext(connection) as caught:
            browser.get(url("bundle", bundle.pk))
        with CaptureQueriesContext(connection) as listed:
            browser.get(url("bundles"))
        counts.append((len(caught), len(listed)))
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 10


def test_year_report_is_of_one_organisation_and_year(there, quick):
    for day in ["2024-10-01"] * 3 + ["2025-10-01"] * 2:
        talk(there.school, shared=there.board, held_on=day)
    talk(there.elsewhere, shared=there.elsewhere, held_on="2024-10-01")
    browser = client(there.reader)
    data = {"id": str(uuid.uuid4()), "organisation": "verzonnen", "year": "2024"}
    response = browser.post(url("year_report"), data)
    bundle = Bundle.objects.get()
    assert response["Location"] == url("bundle", bundle.pk)
    bundles.make(bundle.pk)
    assert bytes(fresh(bundle).content) == SMALL + b"3"
    assert "Jaarverslag 2024–2025" in browser.get(response["Location"]).content.decode()
    for user, status in ((there.leader, 404), (there.administrator, 403), (there.stranger, 404)):
        data["id"] = str(uuid.uuid4())
        assert client(user).post(url("year_report"), data).status_code == status


def astray(content: bytes) -> list[tuple[int, int]]:
    """Page and number of each stretch of marked content that its parent knows nothing of."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        nums = list(pdf.Root.StructTreeRoot.ParentTree.Nums)
        assert [int(key) for key in nums[::2]] == list(range(len(nums) // 2))
        parents = dict(zip(map(int, nums[::2]), nums[1::2], strict=True))
        found = []
        for number, page in enumerate(pdf.pages):
            marked = parents[int(page.obj.StructParents)]
            for place, element in enumerate(marked):
                kids = element.K if isinstance(element.K, pikepdf.Array) else [element.K]
                words = [int(one) for one in kids if isinstance(one, int)]
                if place not in words or element.Pg.objgen != page.obj.objgen:
                    found.append((number, place))
        return found


@pytest.mark.once
def test_bundle_is_accessible_with_bookmarks_labels_and_links(there):
    first = cast.whole()
    first.close()
    sessions = [first.session]
    sessions[0].organisation = there.school
    sessions[0].save()
    share(sessions[0], there.board)
    sessions += [
        talk(there.other_school, f"Mag {n} <b>ook</b> & wanneer?", shared=there.board)
        for n in range(2)
    ]
    content = bytes(made(there.reader, *sessions, organisation=there.board).content)
    assert violations(content) == []
    read = PdfReader(io.BytesIO(content))
    assert read.page_labels[:3] == ["i", "ii", "1"]
    titles = [one.title for one in read.outline if not isinstance(one, list)]
    assert titles[0] == "Verslagen van gesprekken"
    assert {"De camera", "Mag 0 <b>ook</b> & wanneer?"} <= set(titles)
    contents = read.pages[1]
    assert "Mag 0 <b>ook</b> & wanneer?" in contents.extract_text().replace("\n", " ")
    assert astray(content) == []
    goals = [
        read.get_page_number(one.get_object()["/Dest"][0].get_object())
        for one in contents["/Annots"]
    ]
    begins = [
        number
        for number, page in enumerate(read.pages)
        if "Verslag van een gesprek" in page.extract_text()
    ]
    assert goals == begins
    assert read.metadata.title == "Verslagen van gesprekken: Stichting Verzonnen"


@pytest.mark.once
def test_year_report_is_accessible_and_says_what_talks_came_to(there):
    for number in range(3):
        talk(
            there.school,
            f"Mag het {number}?",
            shared=there.board,
            **decided_by("autonomie", "Vrijheid"),
            outcome={
                "verdict": "yes_if",
                "reasons": "Omdat het kan.",
                "conditions": [{"text": "Met een bord", "owner": "Conciërge"}],
            },
            actions=[{"what": "Bord kopen", "due": "2025-12-01"}],
            stakeholders=[{"name": "Ouders", "at_table": False}],
        )
    bundle = bundles.ask_year(actor(there.reader), uuid.uuid4(), "verzonnen", 2025)
    bundles.make(bundle.pk)
    content = bytes(fresh(bundle).content)
    assert violations(content) == []
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    for words in (
        "Jaarverslag 2025–2026",
        "Ouders",
        "te weinig gesprekken",
        "Met een bord",
        "Bord kopen",
    ):
        assert words in text
    assert "Omdat het kan." in text


def test_page_for_the_year_report_and_the_board_says_the_same(there, quick):
    for verdict in ["yes"] * 4 + ["no"] * 3:
        talk(there.school, shared=there.board, outcome={"verdict": verdict})
    bundle = bundles.ask_year(actor(there.reader), uuid.uuid4(), "verzonnen", 2025)
    bundles.make(bundle.pk)
    front = quick[-1]
    assert [(one.label, one.talks) for one in front.numbers.verdicts if one.shown] == [
        ("Ja", 4),
        ("Nee", 3),
    ]


# A worker that is really killed


WORKER = """
import os, sys, time
import django
from django.conf import settings
django.setup()
from django.db import connections
settings.DATABASES["default"]["NAME"] = connections["default"].settings_dict["NAME"] = sys.argv[1]
from django.core.management import call_command
from reports import bundles, kept
made = open(sys.argv[2], "a", buffering=1)
whole = kept.make
def make(paper, format="pdf"):
    made.write(f"{paper.title}\\n")
    time.sleep(float(sys.argv[3]))
    return whole(paper, format)
kept.make = make
bundles.LEASE = __import__("datetime").timedelta(seconds=3)
call_command("db_worker", interval=0.2, startup_delay=False, verbosity=0)
"""


@pytest.mark.once
@pytest.mark.django_db(transaction=True)
def test_another_worker_goes_on_where_one_was_killed(there, tmp_path):
    sessions = [talk(there.school, f"Vraag {n}?", shared=there.board) for n in range(4)]
    bundle = ask(there.reader, *sessions)
    log = tmp_path / "made"
    log.touch()

    def begin(seconds):
        name = str(connection.settings_dict["NAME"])
        command = [sys.executable, "-c", WORKER, name, str(log), str(seconds)]
        return subprocess.Popen(
            command, env={**os.environ, "DJANGO_SETTINGS_MODULE": "kompas.settings"}
        )

    def wait(until):
        for _ in range(600):
            if until():
                return
            time.sleep(0.1)
        pytest.fail("That did not happen.")

    first = begin(1.0)
    try:
        wait(lambda: BundlePart.objects.filter(state="made").count() >= 2)
    finally:
        first.kill()
        first.wait()
    assert fresh(bundle).state == "making"
    ready = set(BundlePart.objects.filter(state="made").values_list("version_id", flat=True))
    second = begin(0)
    try:
        wait(lambda: fresh(bundle).is_ready)
    finally:
        second.send_signal(signal.SIGTERM)
        second.wait(20)
    titles = log.read_text().split("\n")
    assert BundlePart.objects.filter(state="made").count() == 4
    for version in Version.objects.filter(pk__in=ready):
        assert titles.count(version.document["question"]) == 1
    assert len(PdfReader(io.BytesIO(bytes(fresh(bundle).content))).pages) >= 6

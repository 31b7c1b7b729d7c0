"""Whose a talk is, who may what in it by an account, and what each finds."""

import re
import uuid
from functools import partial
from pathlib import Path

import pytest
from django.core.management import call_command
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from kompas.accounts.models import Event, Membership, Organisation, Role, User
from sessions import access, lifecycle, ownership
from sessions import tables as acts
from sessions.access import Actor
from sessions.access.rights import ACTIONS, RIGHTS, State, refusal
from sessions.document import document
from sessions.models import Change, Link, Refused, Session, Share, Version
from sessions.ownership import Owner
from tests import cast
from tests.test_rounds import at_once

pytestmark = pytest.mark.django_db


# The table


def test_page_about_access_is_what_the_command_prints(capsys):
    call_command("access")
    page = Path(__file__).resolve().parent.parent / "docs" / "access.md"
    assert capsys.readouterr().out == page.read_text()


def test_every_right_is_one_of_the_actions_and_every_refusal_has_a_reason():
    assert {action for rights in RIGHTS.values() for action in rights} == set(ACTIONS)
    mute = [
        (role, action)
        for role in RIGHTS
        for action in ACTIONS
        if action not in RIGHTS[role] and not refusal(role, action, State.CLOSED)
    ]
    assert mute == []


def test_who_reads_what_was_closed_never_reads_a_talk_as_it_stands():
    for role in ("colleague", "school_leader", "board_reader", "administrator", "installation"):
        assert {"read", "board", "lead", "write"} & RIGHTS[role] == set()
        for state in (State.OPEN, State.AGAIN):
            assert refusal(role, "export", state)
            assert refusal(role, "copy", state)


# A school, the board above it, and who is there


class School:
    def __init__(self, name="School"):
        slug = name.lower()
        self.board = Organisation.objects.create(name=f"Bestuur {name}", slug=f"b-{slug}")
        self.here = Organisation.objects.create(name=name, slug=slug, parent=self.board)
        self.owner = self.user("Ada", Role.FACILITATOR)
        self.colleague = self.user("Bram", Role.FACILITATOR)
        self.leader = self.user("Cas", Role.SCHOOL_LEADER)
        self.administrator = self.user("Dewi", Role.ADMINISTRATOR, self.board)
        self.reader = self.user("Els", Role.BOARD_READER, self.board)

    def user(self, name, role, organisation=None):
        slug = (organisation or self.here).slug
        user = User.objects.create_user(f"{name.lower()}@{slug}.example", name=name)
        Membership.objects.create(user=user, organisation=organisation or self.here, role=role)
        return user

    def talk(self, closed=False):
        """A talk of the owner, begun with an account."""
        talk = cast.whole()
        ownership.take_in(
            access.Access(talk.session, access.FACILITATOR, self.owner),
            Owner(self.owner, self.here),
        )
        talk.leader = Lead(talk.id, self.owner)
        if closed:
            talk.close("discard")
        return talk


class Lead:
    """Who leads by account, as a `cast.Person`."""

    def __init__(self, session_id, user):
        self.session_id, self.user = session_id, user

    @property
    def access(self):
        return access.led_session(Actor(self.user, {}), self.session_id)

    def client(self):
        return browser(self.user)


def browser(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def url(name, talk, **more):
    return reverse(f"sessions:{name}", kwargs={"session_id": talk.id, **more})


@pytest.fixture
def school():
    return School()


def roles(user, talk, *actions):
    """By which role the user may do each of these, or what stands in the way."""
    found = []
    for action in actions:
        try:
            found.append(access.find(Actor(user, {}), talk.id, action).role)
        except Refused:
            found.append("refused")
        except Http404:
            found.append("404")
    return found


def test_role_is_asked_anew_by_each_request(school):
    talk = school.talk()
    client = browser(school.owner)
    page = reverse("sessions:step", args=[talk.id, "facts"])
    assert client.get(page).status_code == 200
    Membership.objects.get(user=school.owner).delete()
    assert client.get(page).status_code == 404


def test_talk_is_with_its_facilitator_until_it_is_closed(school):
    talk = school.talk()
    everybody = (school.owner, school.colleague, school.leader, school.reader, school.administrator)
    assert [roles(user, talk, "read", "manage") for user in everybody] == [
        ["owner", "owner"],
        ["404", "404"],
        ["refused", "refused"],
        ["404", "404"],
        ["refused", "administrator"],
    ]
    talk.close("discard")
    assert [roles(user, talk, "result")[0] for user in everybody[1:]] == [
        "colleague",
        "school_leader",
        "404",
        "refused",
    ]


def test_each_role_finds_its_own_talks(school):
    mine, closed, other = school.talk(), school.talk(closed=True), School("Ander").talk(closed=True)
    guest = cast.Talk()
    removed = school.talk(closed=True)
    Session.objects.filter(pk=removed.id).update(removed_on=timezone.localdate())
    installation = User.objects.create_superuser("alles@installatie.example")
    names = {mine.id: "mine", closed.id: "closed", other.id: "other", guest.id: "guest"}

    def found(user):
        return sorted(names[one.pk] for one in access.known_sessions(Actor(user, {})))

    assert {user.name: found(user) for user in User.objects.filter(email__contains="school")} == {
        "Ada": ["closed", "mine"],
        "Bram": ["closed"],
        "Cas": ["closed", "mine"],
        "Dewi": ["closed", "mine"],
        "Els": [],
    }
    assert found(installation) == ["closed", "mine", "other"]
    version = Version.objects.get(session=closed.id)
    Share.objects.create(version=version, organisation=school.board)
    assert found(school.reader) == ["closed"]
    assert list(access.known_sessions(Actor(None, {}))) == []


def test_share_counts_only_where_the_school_is_now(school):
    talk = school.talk(closed=True)
    ownership.share(talk.lead, school.board.pk, 1)
    assert roles(school.reader, talk, "result") == ["board_reader"]
    school.here.parent = Organisation.objects.create(name="Nieuw bestuur", slug="nieuw")
    school.here.save()
    assert roles(school.reader, talk, "result") == ["404"]
    assert list(access.known_sessions(Actor(school.reader, {}))) == []


# A reader for the board


@pytest.fixture
def papers(monkeypatch):
    """Papers as the HTML of which they are made."""
    monkeypatch.setattr("reports.views.make", lambda paper, *_: paper.html().encode())
    monkeypatch.setattr("reports.kept.make", lambda paper, *_: paper.html().encode())


@pytest.mark.parametrize("state", ["closed", "again"])
def test_reader_for_the_board_reads_the_version_that_was_shared_and_no_other(school, papers, state):
    talk = school.talk(closed=True)
    ownership.share(talk.lead, school.board.pk, 1)
    talk.reopen("Geheime reden")
    talk.text("outcome", "answer", "Iets heel anders")
    if state == "closed":
        talk.close("discard")
    reader, pages = browser(school.reader), []
    for name in ("report", "report_pdf", "report_docx", "explanation_pdf", "explanation_docx"):
        pages.append(reader.get(reverse(f"reports:{name}", args=[talk.id])))
    pages.append(reader.get(reverse("reports:version_pdf", args=[talk.id, 1])))
    assert [page.status_code for page in pages] == [200] * 6
    whole = "".join(page.content.decode() for page in pages)
    assert "Alleen in de gang." in whole
    assert "Iets heel anders" not in whole
    assert "Geheime reden" not in whole
    for number, status in ((1, 200), (2, 404)):
        page = reader.get(reverse("reports:version_pdf", args=[talk.id, number]))
        assert page.status_code == status
    for name in ("export", "copy", "promises", "ownership", "links"):
        assert reader.get(url(name, talk)).status_code == 403


def test_page_that_is_not_there_tells_alike_for_every_id_what_one_is_now(school):
    there, told = browser(school.reader), []
    for id in (school.talk(closed=True).id, uuid.uuid4()):
        response = there.get(f"/gesprekken/{id}/verslag/")
        page = response.content.decode().replace(str(id), "")
        told.append((response.status_code, re.sub(r'(csrfmiddlewaretoken" value)="\w+"', "", page)))
    assert told[0] == told[1]
    assert (told[0][0], "Bestuur School</span>: lezer voor het bestuur" in told[0][1]) == (
        404,
        True,
    )


def test_version_that_comes_later_is_shared_anew(school):
    talk = school.talk(closed=True)
    page = browser(school.owner).get(url("ownership", talk)).content.decode()
    assert "Versie 1 is nog niet gedeeld." in page
    ownership.share(talk.lead, school.board.pk, 1)
    talk.reopen()
    talk.close("discard")
    [board] = ownership.shares(Session.objects.get(pk=talk.id))  # nobody reads at the school
    assert (board.number, board.last, board.is_last) == (1, 2, False)
    ownership.share(talk.lead, school.board.pk, 2)
    ownership.share(talk.lead, school.board.pk, 2)  # pressed twice
    assert Share.objects.count() == 2
    ownership.take_back(talk.lead, school.board.pk)
    ownership.take_back(talk.lead, school.board.pk)
    assert roles(school.reader, talk, "result") == ["404"]
    told = Event.objects.filter(action__in=["share", "take_back"]).values_list("action", flat=True)
    assert sorted(told) == ["share", "share", "take_back"]


def test_nothing_is_shared_with_another_board(school):
    talk, other = school.talk(closed=True), School("Ander")
    with pytest.raises(Refused):
        ownership.share(talk.lead, other.board.pk, 1)
    with pytest.raises(Refused):
        ownership.share(talk.lead, school.board.pk, 2)
    assert Share.objects.count() == 0


# Taken in


def test_guests_talk_is_taken_in_and_its_links_end(school):
    talk, client = cast.whole(), browser(school.owner)
    phone, board = talk.phone(), talk.board()
    client.cookies[talk.leader.cookie] = talk.leader.secret
    page = client.get(url("ownership", talk)).content.decode()
    assert "Neem dit gesprek op" in page
    assert school.here.name in page
    for _ in range(2):  # pressed twice
        answer = client.post(url("taking_in", talk), {"organisation": school.here.pk})
        assert answer.status_code == 303
    session = Session.objects.get(pk=talk.id)
    assert (session.owner, session.organisation) == (school.owner, school.here)
    assert session.erase_on is None
    assert client.get(reverse("sessions:step", args=[talk.id, "facts"])).status_code == 200
    assert talk.leader.client().get(url("links", talk)).status_code == 403
    # Who takes part and the big screen notice nothing.
    assert phone.client().get(url("phone", talk)).status_code == 200
    assert board.client().get(url("board", talk)).status_code == 200
    assert Event.objects.filter(action="take_in", thing_id=str(talk.id)).count() == 1
    assert Change.objects.filter(session=talk.id, action="take_in").count() == 1


def test_only_a_facilitator_takes_a_talk_in(school):
    talk = cast.whole()
    assert talk.leader.client().post(url("taking_in", talk), {}).status_code == 403  # no account
    client = browser(school.leader)
    client.cookies[talk.leader.cookie] = talk.leader.secret
    answer = client.post(url("taking_in", talk), {"organisation": school.here.pk})
    assert answer.status_code == 422
    assert Session.objects.get(pk=talk.id).organisation is None
    assert browser(school.owner).get(url("ownership", talk)).status_code == 404  # without its link


def test_talk_is_taken_in_once_only(school):
    talk, other = school.talk(), School("Ander")
    late = access.Access(talk.session, access.FACILITATOR, other.owner)
    with pytest.raises(Refused):
        ownership.take_in(late, Owner(other.owner, other.here))
    assert Session.objects.get(pk=talk.id).organisation == school.here


@pytest.mark.django_db(transaction=True)
def test_of_two_schools_that_take_a_talk_in_at_once_one_has_it():
    talk, schools = cast.Talk(), [School(), School("Ander")]

    def take_in(school):
        leads = access.Access(talk.session, access.FACILITATOR, school.owner)
        return ownership.take_in(leads, Owner(school.owner, school.here))

    answers = at_once(*(partial(take_in, school) for school in schools))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Refused"]
    assert Event.objects.filter(action="take_in").count() == 1


@pytest.mark.parametrize("kind", ["practice", "example"])
def test_what_is_no_talk_is_not_taken_in(kind, school):
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(kind=kind)
    with pytest.raises(Refused):
        ownership.take_in(
            access.Access(talk.session, access.FACILITATOR, school.owner),
            Owner(school.owner, school.here),
        )


def test_tables_go_where_their_plenary_goes(school):
    talk = cast.Talk()
    acts.make(talk.lead, 2)
    first, second = Session.objects.filter(plenary=talk.id).order_by("table")
    with pytest.raises(Refused):
        ownership.take_in(
            access.Access(first, access.FACILITATOR, school.owner),
            Owner(school.owner, school.here),
        )
    ownership.take_in(
        access.Access(talk.session, access.FACILITATOR, school.owner),
        Owner(school.owner, school.here),
    )
    talk.leader = Lead(talk.id, school.owner)
    acts.make(talk.lead, 3)

    def of_tables(*columns):
        return set(Session.objects.filter(plenary=talk.id).values_list(*columns))

    assert of_tables("owner", "organisation") == {(school.owner.pk, school.here.pk)}
    page = browser(school.owner).get(reverse("sessions:ownership", args=[second.pk]))
    assert url("ownership", talk) in page.content.decode()
    assert (
        browser(school.owner)
        .post(reverse("sessions:talk_removal", args=[second.pk]), {"reason": "Dubbel"})
        .status_code
        == 403
    )
    manage = access.managed_session(Actor(school.owner, {}), talk.id)
    ownership.hand_over(manage, school.colleague)
    assert of_tables("owner") == {(school.colleague.pk,)}
    ownership.remove(manage, "Dubbel")
    assert of_tables("removed_on") == {(timezone.localdate(),)}
    ownership.restore(manage)
    assert of_tables("removed_on") == {(None,)}


def test_colleague_reads_no_table_before_its_plenary_is_closed(school):
    talk = cast.Talk()
    acts.make(talk.lead, 2)
    ownership.take_in(
        access.Access(talk.session, access.FACILITATOR, school.owner),
        Owner(school.owner, school.here),
    )
    table = Session.objects.filter(plenary=talk.id).first()
    lifecycle.close(access.led_session(Actor(school.owner, {}), table.pk), "discard")
    with pytest.raises(Http404):
        access.readable_session(Actor(school.colleague, {}), table.pk)


# Handed over, and who left


def test_talk_is_handed_over_to_a_facilitator_of_the_school(school):
    talk = school.talk()
    link = talk.with_link(access.FACILITATOR)
    assert link.access.role == access.FACILITATOR
    client = browser(school.owner)
    stranger = School("Ander").owner
    wrong = client.post(url("owner", talk), {"user": stranger.pk})
    assert wrong.status_code == 422
    assert client.post(url("owner", talk), {"user": school.colleague.pk}).status_code == 303
    assert roles(school.colleague, talk, "lead") == ["owner"]
    assert client.get(url("links", talk)).status_code == 404
    with pytest.raises(access.NoGrant):
        assert link.access
    event = Event.objects.get(action="hand_over")
    assert (event.actor, event.details) == (
        school.owner.trail_id,
        {"to": str(school.colleague.trail_id)},
    )


def test_who_leaves_leaves_no_way_in(school):
    talk = school.talk()
    link, board = talk.with_link(access.FACILITATOR), talk.board()
    Membership.objects.get(user=school.owner).delete()
    assert Session.objects.get(pk=talk.id).owner is None
    assert roles(school.owner, talk, "read", "manage") == ["404", "404"]
    for person in (link, board):
        with pytest.raises(access.NoGrant):
            assert person.access
    # The administrator finds it, and hands it over without reading it.
    administrator = browser(school.administrator)
    assert url("ownership", talk) in administrator.get(reverse("sessions:mine")).content.decode()
    page = administrator.get(url("ownership", talk)).content.decode()
    assert cast.QUESTION not in page
    assert "De camera" not in page
    answer = administrator.post(url("owner", talk), {"user": school.colleague.pk})
    assert answer.status_code == 303
    assert roles(school.colleague, talk, "lead") == ["owner"]


def test_who_may_not_log_in_any_more_is_out_at_once(school):
    talk = school.talk()
    link = talk.with_link(access.FACILITATOR)
    client = browser(school.owner)
    school.owner.is_active = False
    school.owner.save()
    assert client.get(url("links", talk)).status_code == 403
    with pytest.raises(access.NoGrant):
        assert link.access
    assert Session.objects.get(pk=talk.id).owner is None


def test_account_that_goes_leaves_its_talks_to_the_school(school):
    talk = school.talk(closed=True)
    school.owner.delete()
    session = Session.objects.get(pk=talk.id)
    assert (session.owner, session.organisation) == (None, school.here)
    assert roles(school.colleague, talk, "result") == ["colleague"]


# Archived, removed, restored


def test_talk_is_archived_and_comes_back(school):
    talk, client = school.talk(closed=True), browser(school.owner)
    for act, stands in (("away", timezone.localdate()), ("back", None)):
        for _ in range(2):
            assert client.post(url("archive", talk), {"act": act}).status_code == 303
        assert Session.objects.get(pk=talk.id).archived_on == stands
    assert Event.objects.filter(action__in=["archive", "unarchive"]).count() == 2


def test_removed_talk_is_gone_for_all_and_comes_back_as_it_was(school):
    talk = school.talk()
    phone, board, code = talk.phone(), talk.board(), talk.session.code
    client = browser(school.owner)
    assert client.post(url("talk_removal", talk), {"reason": ""}).status_code == 422
    for _ in range(2):
        answer = client.post(url("talk_removal", talk), {"reason": "Dubbel"})
        assert answer.status_code == 303
    for person in (phone, board):
        with pytest.raises(access.NoGrant):
            assert person.access
    assert access.joinable_session(code) is None
    assert access.seated_sessions(phone.actor) == []
    assert talk.id not in {one.pk for one in access.known_sessions(Actor(school.owner, {}))}
    with pytest.raises(Refused):  # who came through the door a moment before
        talk.session.writing(access.Access(talk.session, access.OWNER, school.owner)).__enter__()
    mine = client.get(reverse("sessions:mine")).content.decode()
    assert url("ownership", talk) in mine
    assert cast.QUESTION not in mine
    assert client.post(url("talk_restoration", talk)).status_code == 303
    assert (phone.access.role, board.access.role) == (access.SEAT, access.BOARD)
    assert Event.objects.filter(action__in=["remove", "restore"]).count() == 2
    assert "Dubbel" not in str(list(Event.objects.values_list("details", flat=True)))


# Begun with an account, and one's own


def test_facilitator_begins_a_talk_for_her_school(school):
    client = browser(school.owner)
    page = client.get(reverse("sessions:start", args=[cast.method().slug]))
    form = page.context["form"]
    data = {"id": form["id"].value(), "secret": form["secret"].value(), "question": "Mag dat?"}
    data |= {"language": "nl", "organisation": form["organisation"].value()}
    assert data["organisation"] == str(school.here.pk)  # the only one
    for _ in range(2):
        answer = client.post(reverse("sessions:start", args=["alles"]), data)
        assert answer.status_code == 303
    session = Session.objects.get()
    assert (session.owner, session.organisation) == (school.owner, school.here)
    assert not Link.objects.exists()
    assert client.get(answer["Location"]).status_code == 200
    home = client.get(reverse("sessions:home")).content.decode()
    assert reverse("sessions:session", args=[session.pk]) in home


def test_who_is_a_facilitator_twice_chooses_for_which_school(school):
    other = Organisation.objects.create(name="Tweede", slug="tweede")
    Membership.objects.create(user=school.owner, organisation=other, role=Role.FACILITATOR)
    client, cast_method = browser(school.owner), cast.method()
    address = reverse("sessions:start", args=[cast_method.slug])
    form = client.get(address).context["form"]
    assert not form["organisation"].value()
    data = {"id": form["id"].value(), "secret": form["secret"].value(), "question": "Mag dat?"}
    assert client.post(address, data | {"language": "nl"}).status_code == 422
    data |= {"language": "nl", "organisation": "guest"}
    assert client.post(address, data).status_code == 303
    assert Session.objects.get().organisation is None


def test_copy_of_a_colleague_is_ones_own(school):
    talk, client = school.talk(closed=True), browser(school.colleague)
    form = client.get(url("copy", talk)).context["form"]
    data = {name: form[name].value() for name in ("id", "secret", "organisation")}
    assert client.post(url("copy", talk), data).status_code == 303
    copied = Session.objects.exclude(pk=talk.id).get()
    assert (copied.owner, copied.organisation) == (school.colleague, school.here)


def test_tables_from_a_file_go_with_their_plenary(school):
    talk = cast.Talk()
    acts.make(talk.lead, 2)
    whole, secret = document(talk.session), "s" * 43
    new = lifecycle.bring_in(whole, uuid.uuid4(), secret, Owner(school.owner, school.here))
    assert lifecycle.bring_in(whole, new.pk, secret, Owner(school.owner, school.here)) == new
    tables = Session.objects.filter(plenary=new).values_list("owner", "organisation")
    assert list(tables) == [(school.owner.pk, school.here.pk)] * 2


def test_list_of_ones_own_goes_on_page_by_page(school, django_assert_max_num_queries, monkeypatch):
    monkeypatch.setattr(ownership, "PAGE", 2)
    for number in range(5):
        begun = cast.Talk(f"Vraag {number}?")
        Session.objects.filter(pk=begun.id).update(
            owner=school.owner, organisation=school.here, status="closed", code=None
        )
    client, address, found = browser(school.owner), reverse("sessions:mine"), []
    for _ in range(3):
        with django_assert_max_num_queries(12):
            page = client.get(address).content.decode()
        found.append(re.findall(r"Vraag (\d)\?", page))
        more = re.search(r'href="(\?na=[^"]+)"', page)
        address = reverse("sessions:mine") + (more[1] if more else "")
    assert [len(one) for one in found] == [2, 2, 1]
    assert sorted(number for one in found for number in one) == list("01234")
    assert browser(school.colleague).get(reverse("sessions:mine")).status_code == 200
    assert Client().get(reverse("sessions:mine")).status_code == 303

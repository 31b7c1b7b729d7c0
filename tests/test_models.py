"""What the database keeps by itself, and what a contribution and a text do."""

import datetime
import uuid
from functools import partial

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from kompas.accounts.models import Attempt, Home, Invitation, Membership, Organisation, User
from reports.models import Rendering
from sessions.models import (
    Action,
    Argument,
    Ballot,
    Change,
    Condition,
    Decision,
    EditedCopy,
    Fact,
    Findable,
    FindableKey,
    Inquiry,
    Invitee,
    Item,
    Link,
    Method,
    MethodError,
    MinorityView,
    Option,
    Parked,
    Refused,
    Reminder,
    Round,
    Seat,
    Session,
    Share,
    Stakeholder,
    Tag,
    Tally,
    Text,
    Value,
    Version,
    Weight,
)
from sessions.steps import required_prompts
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def talk():
    return cast.Talk()


# Constraints: one entry each, by name; what it does has to be refused by the database.

CONTRIBUTIONS = [
    *(Fact, Stakeholder, Value, Option, Argument, Condition, MinorityView, Action),
    *(Invitee, Parked, Decision),
]


def session_with(**columns):
    Session.objects.create(method=cast.method(), language="nl", **columns)


def row(model, talk, **columns):
    """A row stored past all checks of our own code."""
    if model is Argument:
        columns.setdefault("side", "for")
    if model is Decision:
        columns.setdefault("result", "adopted")
    return model.everything.bulk_create([model(session=talk.session, **columns)])[0]


def an_inquiry(talk, **columns):
    return Inquiry.objects.create(session=talk.session, question="x", **columns)


def a_round(talk, **columns):
    columns = {"step": "weighing", "purpose": "weights", "number": 1} | columns
    return Round.objects.create(session=talk.session, **columns)


def an_item(talk, round=None):
    round = round or a_round(talk)
    return Item.objects.create(round=round, position=1, argument=row(Argument, talk, text="x"))


def a_weight(talk, **columns):
    item = an_item(talk)
    ballot = Ballot.objects.create(round=item.round, owner="x")
    return Weight.objects.create(**{"ballot": ballot, "item": item, "weight": 3} | columns)


def a_tally(talk, **columns):
    columns = {"item": an_item(talk), "source": "cards", "weight": 3, "count": 1} | columns
    return Tally.objects.create(**columns)


def twice(make):
    make()
    make()


def whole_text(prompt, talk):
    return Text.objects.create(session=talk.session, step="", prompt=prompt, body="misschien")


def into_itself(model):
    def act(talk):
        one = row(model, talk)
        model.everything.filter(pk=one.pk).update(merged_into=one.pk)

    return act


def unseen_without_author(model):
    return lambda talk: row(model, talk, round=a_round(talk, purpose="contributions"))


def again(model, make):
    """Store what `make` stored once more, under another id."""

    def act(talk):
        one = make(talk)
        one.pk = uuid.uuid4() if isinstance(one.pk, uuid.UUID) else None
        model.objects.bulk_create([one])

    return act


def a_face(talk, face, **columns):
    columns = {"revision": 0, "day": timezone.localdate()} | columns
    return Findable.objects.create(session=talk.session, face=face, **columns)


def a_key(talk, **columns):
    columns = {"kind": "value", "key": "rust", "name": "Rust"} | columns
    return FindableKey.objects.create(findable=a_face(talk, "open"), **columns)


def a_version(talk):
    return Version.objects.create(session=talk.session, number=1, document={})


def a_member(_talk):
    return Membership.objects.create(
        user=User.objects.create_user("a@school.nl"),
        organisation=Organisation.objects.create(name="A", slug="a"),
        role="facilitator",
    )


def a_school(**columns):
    return Organisation.objects.create(name="B", slug="b", **columns)


def an_invitation(**columns):
    columns = {"email": "a@school.nl", "role": "facilitator", "secret_hash": "x"} | columns
    return Invitation.objects.create(organisation=a_school(), expires_at=timezone.now(), **columns)


def a_reminder(talk, **columns):
    columns = {"reason": "review", "due": timezone.localdate()} | columns
    user = User.objects.create_user("a@school.nl")
    return Reminder.objects.create(session=talk.session, user=user, **columns)


def own_parent(_talk):
    school = Organisation.objects.create(name="A", slug="a")
    Organisation.objects.filter(pk=school.pk).update(parent=school.pk)


BREAKS = {
    "method_slug_version": again(Method, lambda talk: talk.session.method),
    "session_code": lambda talk: session_with(code=talk.session.code),
    "session_status": lambda talk: session_with(status="lost"),
    "session_kind": lambda talk: session_with(kind="film"),
    "session_closed_has_no_code": lambda talk: session_with(status="closed", code="ABCDEF"),
    "session_one_clock": lambda talk: session_with(
        clock_ends=timezone.now(), clock_left=datetime.timedelta(minutes=1)
    ),
    "link_secret": again(Link, lambda talk: talk.lead.link),
    "link_role": lambda talk: Link.objects.create(
        session=talk.session, role="owner", secret_hash="x"
    ),
    "seat_key": again(Seat, lambda talk: Seat.objects.create(session=talk.session, key_hash="x")),
    "text_prompt": again(Text, lambda talk: Text.objects.get(session=talk.id)),
    "text_verdict": lambda talk: Text.objects.create(
        session=talk.session, step="outcome", prompt="verdict", body="misschien"
    ),
    **{f"text_{prompt}": partial(whole_text, prompt) for prompt in ("mandate", "council", "legal")},
    "text_explanation_without": partial(whole_text, "explanation_without_child"),
    "fact_state": lambda talk: row(Fact, talk, text="x", state="bijna"),
    "condition_state": lambda talk: row(Condition, talk, text="x", state="bijna"),
    "action_state": lambda talk: row(Action, talk, what="x", state="bijna"),
    "stakeholder_origin": lambda talk: row(Stakeholder, talk, name="x", origin="droom"),
    "argument_origin": lambda talk: row(Argument, talk, text="x", origin="droom"),
    "value_effect": lambda talk: row(Value, talk, name="x", effect="weg"),
    "invitee_group": lambda talk: row(Invitee, talk, function="x", group="buren"),
    "decision_result": lambda talk: row(Decision, talk, result=""),
    "decision_verdict": lambda talk: row(Decision, talk, result="adopted", verdict="misschien"),
    "version_cause": lambda talk: Version.objects.create(
        session=talk.session, number=9, document={}, cause="zomaar"
    ),
    "item_of_question": lambda talk: twice(
        partial(Item.objects.create, round=a_round(talk, purpose="intuition"), position=1)
    ),
    "fact_kind": lambda talk: row(Fact, talk, text="x", kind="gerucht"),
    "value_core": lambda talk: row(Value, talk, name="x", core="winst"),
    "argument_side": lambda talk: row(Argument, talk, text="x", side="naast"),
    "argument_kind": lambda talk: row(Argument, talk, text="x", kind="gerucht"),
    **{f"{model._meta.model_name}_not_into_itself": into_itself(model) for model in CONTRIBUTIONS},
    **{
        f"{model._meta.model_name}_unseen_has_author": unseen_without_author(model)
        for model in CONTRIBUTIONS
    },
    "round_number": again(Round, lambda talk: a_round(talk, state="revealed")),
    "session_naming": lambda talk: session_with(naming="nickname"),
    "session_table_has_number": lambda talk: session_with(plenary=talk.session, code=None),
    "session_table_is_no_plenary": lambda talk: session_with(
        plenary=talk.session, table=1, code=None, table_count=2
    ),
    "session_table_number": lambda talk: [
        session_with(plenary=talk.session, table=1, code=None) for _ in range(2)
    ],
    "inquiry_code": lambda talk: [an_inquiry(talk, code="ACDEFGHJKM") for _ in range(2)],
    "voice_role": lambda talk: an_inquiry(talk).voices.create(text="x", role="cat"),
    "voice_state": lambda talk: an_inquiry(talk).voices.create(text="x", state="lost"),
    "round_one_unrevealed": lambda talk: (a_round(talk), a_round(talk, purpose="intuition")),
    "round_state": lambda talk: a_round(talk, state="lost"),
    "round_purpose": lambda talk: a_round(talk, purpose="fun"),
    "round_moved_of_asked": lambda talk: a_round(talk, moved=2, asked=1),
    "item_argument": again(Item, an_item),
    "ballot_owner": again(
        Ballot, lambda talk: Ballot.objects.create(round=a_round(talk), owner="x")
    ),
    "ballot_has_owner": lambda talk: Ballot.objects.create(round=a_round(talk), owner=""),
    "weight_item": again(Weight, a_weight),
    "weight_range": lambda talk: a_weight(talk, weight=6),
    "tally_weight": again(Tally, a_tally),
    "tally_source": lambda talk: a_tally(talk, source="guess"),
    "tally_range": lambda talk: a_tally(talk, weight=0),
    "tally_count": lambda talk: a_tally(talk, count=0),
    "version_number": again(Version, a_version),
    "rendering_once": again(
        Rendering,
        lambda talk: Rendering.objects.create(
            version=a_version(talk), paper="report", format="pdf", content=b"", sha256="x"
        ),
    ),
    "user_email_lower_case": lambda talk: User.objects.bulk_create([User(email="A@school.nl")]),
    "organisation_not_its_own_parent": own_parent,
    "membership_once": again(Membership, a_member),
    "membership_role_known": lambda talk: Membership.objects.filter(pk=a_member(talk).pk).update(
        role="king"
    ),
    "organisation_keeps_a_while": lambda talk: a_school(keep_talks=0),
    "invitation_secret": again(Invitation, lambda talk: an_invitation(revoked_at=timezone.now())),
    "invitation_role_known": lambda talk: an_invitation(role="king"),
    "invitation_email_lower_case": lambda talk: an_invitation(email="A@school.nl"),
    "invitation_one_end": lambda talk: an_invitation(
        accepted_at=timezone.now(), revoked_at=timezone.now()
    ),
    "invitation_waits_once": lambda talk: Invitation.objects.create(
        organisation=an_invitation().organisation,
        email="a@school.nl",
        role="facilitator",
        secret_hash="y",
        expires_at=timezone.now(),
    ),
    "home_once": again(
        Home, lambda talk: Home.objects.create(organisation=a_school(), provider="p", value="v")
    ),
    "session_guest_has_no_owner": lambda talk: session_with(
        owner=User.objects.create_user("a@school.nl")
    ),
    "session_follows_another": lambda talk: Session.objects.filter(pk=talk.id).update(
        follows=talk.id
    ),
    "findable_once": again(Findable, lambda talk: a_face(talk, "kept", number=1)),
    "findable_face": lambda talk: a_face(talk, "open", number=1),
    "findable_bare_says_nothing": lambda talk: a_face(talk, "bare", words="geheim"),
    "findable_key_once": again(FindableKey, lambda talk: a_key(talk)),
    "findable_key_kind": lambda talk: a_key(talk, kind="tag"),
    "share_once": again(
        Share,
        lambda talk: Share.objects.create(version=a_version(talk), organisation=a_school()),
    ),
    "edited_copy_secret": again(
        EditedCopy,
        lambda talk: EditedCopy.objects.create(
            version=a_version(talk), document={}, secret_hash="x", expires_at=timezone.now()
        ),
    ),
    "tag_once": again(Tag, lambda talk: Tag.objects.create(session=talk.session, name="gemak")),
    "tag_not_empty": lambda talk: Tag.objects.create(session=talk.session, name=""),
    "reminder_once": again(Reminder, lambda talk: a_reminder(talk)),
    "reminder_reason": lambda talk: a_reminder(talk, reason="zomaar"),
    "attempt_once": again(
        Attempt, lambda talk: Attempt.objects.create(bucket="a", key="b", until=1, count=1)
    ),
}


def constraints() -> dict[str, models.BaseConstraint]:
    own = ("kompas", "sessions", "reports")
    return {
        constraint.name: constraint
        for model in apps.get_models()
        if model.__module__.partition(".")[0] in own
        for constraint in model._meta.constraints
    }


def test_every_constraint_is_broken_by_a_test():
    assert sorted(BREAKS) == sorted(constraints())


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_database_refuses(name, talk):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        BREAKS[name](talk)
    constraint = constraints().get(name)
    if connection.vendor == "postgresql" or isinstance(constraint, models.CheckConstraint):
        assert name in str(refusal.value)
    else:  # SQLite names the columns
        assert "UNIQUE" in str(refusal.value)


def test_author_without_round_is_refused(talk):
    with pytest.raises(IntegrityError), transaction.atomic():
        row(Argument, talk, text="x", author="x")


def test_no_unseen_row_is_among_the_shared_ones(talk):
    row(Argument, talk, text="x", round=a_round(talk, purpose="contributions"), author="x")
    assert Argument.objects.count() == 0
    assert Argument.everything.count() == 1


# Methods


def test_published_method_does_not_change():
    method = cast.method()
    changed = method.definition | {"group": [1, 2]}
    with pytest.raises(MethodError, match="alles 1"):
        Method.publish(changed, required_prompts())
    with pytest.raises(ValidationError):
        method.save()
    assert cast.method() == method
    assert Method.objects.get().definition["group"] == [3, 7]


# Contributions: added once


def add(talk, row, **content):
    with talk.writing() as write:
        return Stakeholder(pk=row, step="stakeholders", **content).add(write)


def changes(talk):
    return list(Change.objects.filter(session=talk.id).values_list("action", "thing"))


def test_same_id_and_content_is_one_row(talk):
    id = uuid.uuid4()
    first = add(talk, id, name="Ouders")
    again = add(talk, id, name="Ouders")
    assert (first.pk, again.pk) == (id, id)
    assert Stakeholder.objects.count() == 1
    assert changes(talk) == [("add", "stakeholder")]


def test_resend_after_an_edit_is_still_the_same_row(talk):
    id = uuid.uuid4()
    edit(talk, add(talk, id, name="Ouders"), 1, name="Alle ouders")
    add(talk, id, name="Ouders")
    assert [str(row) for row in Stakeholder.objects.all()] == ["Alle ouders"]


def test_resend_after_a_removal_does_not_bring_it_back(talk):
    id = uuid.uuid4()
    removed = add(talk, id, name="Ouders")
    with talk.writing() as write:
        removed.remove(write)
    add(talk, id, name="Ouders")
    assert (Stakeholder.objects.count(), Stakeholder.objects.standing().count()) == (1, 0)


def test_same_id_with_other_content_is_a_second_row_once(talk):
    id = uuid.uuid4()
    add(talk, id, name="Ouders")
    second = add(talk, id, name="Leraren")
    resent = add(talk, id, name="Leraren")
    third = add(talk, id, name="Buren")
    assert second.pk == resent.pk
    assert len({id, second.pk, third.pk}) == 3
    assert [(str(row), row.position) for row in Stakeholder.objects.all()] == [
        ("Ouders", 1),
        ("Leraren", 2),
        ("Buren", 3),
    ]


def test_id_of_another_talk_is_a_second_row_here(talk):
    other, id = cast.Talk(), uuid.uuid4()
    add(other, id, name="Ouders")
    here = add(talk, id, name="Ouders")
    assert (here.session_id, here.pk == id) == (talk.id, False)
    assert Stakeholder.objects.get(pk=id).session_id == other.id
    assert add(talk, id, name="Ouders").pk == here.pk


# Contributions: edited


def edit(talk, row, version, **content):
    changes = {name: getattr(row, name) for name in row.content} | content
    with talk.writing() as write:
        return type(row).objects.get(pk=row.pk).edit(write, changes, version)


def test_edit_with_the_last_version_is_taken(talk):
    parents = add(talk, None, name="Ouders")
    assert edit(talk, parents, 1, name="Alle ouders") is True
    parents.refresh_from_db()
    assert (parents.name, parents.version) == ("Alle ouders", 2)
    change = Change.objects.get(action="edit")
    assert (change.before["name"], change.after["name"]) == ("Ouders", "Alle ouders")


def test_equal_content_is_no_edit_whatever_the_version(talk):
    parents = add(talk, None, name="Ouders")
    assert edit(talk, parents, 7) is True
    parents.refresh_from_db()
    assert parents.version == 1
    assert changes(talk) == [("add", "stakeholder")]


def test_stale_edit_is_refused_and_both_are_kept(talk):
    parents = add(talk, None, name="Ouders")
    edit(talk, parents, 1, name="Alle ouders")
    assert edit(talk, parents, 1, name="Moeders") is False
    parents.refresh_from_db()
    assert (parents.name, parents.version) == ("Alle ouders", 2)
    refused = Change.objects.get(action="refuse")
    assert (refused.before["name"], refused.after["name"]) == ("Alle ouders", "Moeders")


def test_edit_leaves_what_others_changed_beside_it(talk):
    first, second = add(talk, None, name="Ouders"), add(talk, None, name="Leraren")
    with talk.writing() as write:
        stale = Stakeholder.objects.get(pk=first.pk)
        Stakeholder.objects.get(pk=second.pk).move(write, -1)
        assert stale.edit(write, {"name": "Alle ouders"}, 1) is True
    assert [str(row) for row in Stakeholder.objects.all()] == ["Leraren", "Alle ouders"]


# Contributions: removed, merged, moved


def act(talk, row, what, *arguments):
    with talk.writing() as write:
        getattr(type(row).objects.get(pk=row.pk), what)(write, *arguments)
    row.refresh_from_db()


def test_removed_row_can_come_back(talk):
    parents = add(talk, None, name="Ouders")
    act(talk, parents, "remove")
    act(talk, parents, "remove")
    assert (parents.stands, list(Stakeholder.objects.standing())) == (False, [])
    act(talk, parents, "restore")
    act(talk, parents, "restore")
    assert list(Stakeholder.objects.standing()) == [parents]
    assert [action for action, _thing in changes(talk)] == ["add", "remove", "restore"]


def test_merged_row_stays_and_can_be_taken_apart(talk):
    one, two = add(talk, None, name="Ouders"), add(talk, None, name="Vaders")
    act(talk, two, "merge", one)
    assert (two.merged_into, list(Stakeholder.objects.standing())) == (one, [one])
    act(talk, two, "restore")
    assert list(Stakeholder.objects.standing()) == [one, two]


def test_merging_makes_no_chains(talk):
    one, two, three = (add(talk, None, name=name) for name in ("Ouders", "Vaders", "Papa's"))
    act(talk, three, "merge", two)
    act(talk, two, "merge", one)
    three.refresh_from_db()
    assert (two.merged_into, three.merged_into) == (one, one)


def test_row_is_merged_into_another_standing_row_of_its_list_only(talk):
    one, removed = add(talk, None, name="Ouders"), add(talk, None, name="Vaders")
    act(talk, removed, "remove")
    other_talk = add(cast.Talk(), None, name="Moeders")
    other_list = talk.add("values", name="Rust")
    with talk.writing() as write:
        other_step = Stakeholder(step="later", name="Oma's").add(write)
    for into in (one, removed, other_talk, other_list, other_step):
        with pytest.raises(Refused):
            act(talk, one, "merge", into)
    assert one.stands is True


@pytest.fixture
def weighed(talk):
    """Two arguments of which a round asks the weight, and one that came later."""
    rows = [talk.add("arguments", text=text) for text in ("Een", "Twee")]
    talk.open("weighing")
    return [*rows, talk.add("arguments", text="Drie")]


def test_weighed_argument_is_neither_merged_nor_merged_into(talk, weighed):
    one, two, three = weighed
    for row, into in ((one, two), (one, three), (three, one)):
        with pytest.raises(Refused):
            act(talk, row, "merge", into)
    assert Argument.objects.standing().count() == 3


def test_what_was_merged_before_the_weighing_stays_merged(talk):
    one, two = (talk.add("arguments", text=text) for text in ("Een", "Twee"))
    act(talk, two, "merge", one)
    talk.open("weighing")
    with pytest.raises(Refused):
        act(talk, two, "restore")
    two.refresh_from_db()
    assert two.merged_into == one


def test_discarded_weighing_leaves_arguments_free(talk, weighed):
    talk.discard("weighing")
    act(talk, weighed[1], "merge", weighed[0])
    assert weighed[1].merged_into == weighed[0]


def test_weighed_argument_keeps_its_words(talk, weighed):
    for words in ({"text": "Anders"}, {"side": "against"}):
        with pytest.raises(Refused):
            edit(talk, weighed[0], 1, **words)
    assert edit(talk, weighed[0], 1, kind="judgement") is True
    assert edit(talk, weighed[2], 1, text="Anders") is True


def test_rows_change_places_with_their_standing_neighbour(talk):
    rows = [add(talk, None, name=name) for name in ("A", "B", "C", "D")]
    act(talk, rows[1], "remove")
    act(talk, rows[2], "move", -1)
    assert [str(row) for row in Stakeholder.objects.standing()] == ["C", "A", "D"]
    act(talk, rows[2], "move", -1)
    act(talk, rows[3], "move", 1)
    assert [str(row) for row in Stakeholder.objects.standing()] == ["C", "A", "D"]
    act(talk, rows[2], "move", 1)
    assert [str(row) for row in Stakeholder.objects.standing()] == ["A", "C", "D"]


# Texts


def put(talk, body, version, prompt="answer"):
    with talk.writing() as write:
        text, taken = Text.put(write, "outcome", prompt, body, version)
    return text.body, text.version, taken


def test_text_is_saved_over_the_version_that_was_seen(talk):
    assert put(talk, "Ja", 0) == ("Ja", 1, True)
    assert put(talk, "Ja, mits", 1) == ("Ja, mits", 2, True)


def test_equal_text_is_no_conflict(talk):
    put(talk, "Ja", 0)
    assert put(talk, "Ja", 0) == ("Ja", 1, True)
    assert changes(talk) == [("edit", "text")]


def test_empty_text_where_none_stood_stores_nothing(talk):
    assert put(talk, "", 0) == ("", 0, True)
    assert Text.objects.filter(step="outcome").count() == 0


def test_stale_text_is_refused_and_kept_and_saving_again_is_a_decision(talk):
    put(talk, "Ja", 0)
    assert put(talk, "Nee", 0) == ("Ja", 1, False)
    assert put(talk, "Nee", 1) == ("Nee", 2, True)
    trail = Change.objects.filter(thing="text", thing_id="outcome/answer")
    assert list(trail.values_list("action", "before", "after")) == [
        ("edit", "", "Ja"),
        ("refuse", "Ja", "Nee"),
        ("edit", "Ja", "Nee"),
    ]


def test_earlier_texts_are_given_from_the_last_to_the_first(talk):
    from sessions.lifecycle import earlier_texts

    put(talk, "Ja", 0)
    put(talk, "Nee", 1)
    put(talk, "Omdat", 0, "reasons")
    found = earlier_texts(talk.lead, "outcome", "answer")
    assert [(change.before, change.after) for change in found] == [("Ja", "Nee"), ("", "Ja")]


# Every write goes through one door


def test_write_counts_once_and_leaves_only_a_date(talk):
    Session.objects.update(changed_on=datetime.date(2026, 1, 1))
    with talk.writing() as write:
        Stakeholder(step="stakeholders", name="A").add(write)
        Stakeholder(step="stakeholders", name="B").add(write)
    session = talk.session
    assert (session.revision, session.unseen_revision) == (1, 0)
    assert type(session.changed_on) is datetime.date
    assert session.changed_on > datetime.date(2026, 1, 1)


def test_write_that_changes_nothing_counts_nothing(talk):
    with talk.writing():
        pass
    assert (talk.session.revision, talk.session.unseen_revision) == (0, 0)


def test_write_that_fails_leaves_nothing(talk):
    def fail():
        with talk.writing() as write:
            Stakeholder(step="stakeholders", name="A").add(write)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert (Stakeholder.objects.count(), Change.objects.count(), talk.session.revision) == (0, 0, 0)


def test_closed_talk_is_not_written_in(talk):
    talk.close()
    with pytest.raises(Refused):
        talk.add("stakeholders", name="A")
    assert Stakeholder.objects.count() == 0


@pytest.mark.parametrize(
    ("status", "may"),
    [
        ("draft", {"running", "closed"}),
        ("running", {"closed"}),
        ("closed", {"running"}),
    ],
)
def test_lifecycle_allows(status, may, talk):
    taken = set()
    for new in Session.Status:
        Session.objects.filter(pk=talk.id).update(
            status=status, code=None if status == "closed" else "ABCDEF"
        )
        session = talk.session
        try:
            session.transition(new)
        except Refused:
            continue
        assert (session.code is None) == (new == "closed")
        taken.add(str(new))
    assert taken == may


def test_erased_talk_leaves_only_that_it_was_erased():
    talk = cast.whole()
    talk.close()
    talk.session.erase()
    left = {
        model.__name__: model._base_manager.count()
        for model in apps.get_app_config("deliberation").get_models()
    }
    assert {name: count for name, count in left.items() if count} == {"Method": 1, "Erasure": 1}

from __future__ import annotations

import random
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

from django.db import DEFAULT_DB_ALIAS, models
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .contribution import Contribution
from .history import Change
from .links import author
from .lists import Argument, Invitee
from .session import Refused, Session, Write

WEIGHTS = range(1, 6)
# Of fewer than this it is not told how many moved: it would point at somebody.
FEWEST_MOVED = 3
# Per argument; None for what is asked of the question itself, an intuition.
Distribution = dict[uuid.UUID | None, Counter[int]]


class Feeling(models.IntegerChoices):
    """What one can feel about the question, as a weight of its item: five answers, no scale."""

    NO = 1, gettext_lazy("No")
    RATHER_NO = 2, gettext_lazy("Rather no")
    UNKNOWN = 3, gettext_lazy("I do not know")
    RATHER_YES = 4, gettext_lazy("Rather yes")
    YES = 5, gettext_lazy("Yes")


class GivenManager(models.Manager):
    """Of what weights or feelings are kept as they lay."""

    def get_queryset(self):
        given = (Round.Purpose.WEIGHTS, Round.Purpose.INTUITION)
        ended = (Round.State.REVEALED, Round.State.DISCARDED)
        return super().get_queryset().filter(purpose__in=given, state__in=ended)


class Round(models.Model):
    """One time that something is asked of each alone; unseen until it is revealed."""

    class Purpose(models.TextChoices):
        CONTRIBUTIONS = "contributions", gettext_lazy("Contributions")
        WEIGHTS = "weights", gettext_lazy("Weights")
        INTUITION = "intuition", gettext_lazy("Intuition")

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Open")
        SEALED = "sealed", gettext_lazy("Sealed")  # no longer given, and not shown yet
        REVEALED = "revealed", gettext_lazy("Revealed")
        DISCARDED = "discarded", gettext_lazy("Discarded")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    session = models.ForeignKey(Session, models.CASCADE, related_name="rounds")
    step = models.CharField(max_length=50, blank=True)
    purpose = models.CharField(max_length=20, choices=Purpose)
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    expected = models.PositiveIntegerField(null=True)  # None: as many as there are seats
    # Counted at the reveal (moved, asked) and at closing (ballots): then the ballots go.
    ballots = models.PositiveIntegerField(null=True)
    moved = models.PositiveIntegerField(null=True)
    asked = models.PositiveIntegerField(null=True)  # of how many it is known whether they moved

    objects = models.Manager()
    weighed = GivenManager()

    class Meta:
        ordering = ["step", "purpose", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "step", "purpose", "number"], name="round_number"
            ),
            models.UniqueConstraint(
                fields=["session", "step"],
                condition=Q(state__in=["open", "sealed"]),
                name="round_one_unrevealed",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "sealed", "revealed", "discarded"]),
                name="round_state",
            ),
            models.CheckConstraint(
                condition=Q(purpose__in=["contributions", "weights", "intuition"]),
                name="round_purpose",
            ),
            models.CheckConstraint(
                condition=Q(moved=None, asked=None) | Q(moved__lte=F("asked")),
                name="round_moved_of_asked",
            ),
        ]

    def __str__(self):
        return f"{self.step} {self.purpose} {self.number}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_sealed(self) -> bool:
        return self.state == self.State.SEALED

    @property
    def is_unrevealed(self) -> bool:
        """Whether it holds what nobody has seen yet."""
        return self.state in (self.State.OPEN, self.State.SEALED)

    @property
    def is_revealed(self) -> bool:
        return self.state == self.State.REVEALED

    @property
    def has_ballots(self) -> bool:
        """Whether anybody gave one; once counted they are gone."""
        return (self.ballots or 0) > 0 or self.ballot_set.exists()

    def owner(self, key: str) -> str:
        """The owner hash, in this round, of the phone that has `key`."""
        return author(key, self.purpose, self.session_id, self.step, self.number)

    def ready_owner(self, key: str) -> str:
        """The owner hash of "I am done" in this round; not to be matched with what was given."""
        return author(key, "ready", self.session_id, self.step, self.number)

    @classmethod
    def open(
        cls, write: Write, step: str, purpose: str, arguments: Iterable[Argument] = ()
    ) -> Round:
        """Start asking each alone in `step`; the round that is open already is that round.

        `arguments` are what weights are asked for; they are fixed for this round. A sealed
        round is opened again.
        """
        of_step = list(cls.objects.filter(session=write.session, step=step))
        rounds = [round for round in of_step if round.purpose == purpose]
        if any(round.is_unrevealed and round.purpose != purpose for round in of_step):
            raise Refused(_("First show what is being asked here now."))
        for round in rounds:
            if round.is_open:
                return round
            if round.is_unrevealed:
                round.unseal(write)
                return round
        number = max((round.number for round in rounds), default=0) + 1
        round = cls.objects.create(
            session=write.session,
            step=step,
            purpose=purpose,
            number=number,
            expected=_usually_expected(write.session),
        )
        asked = [None] if purpose == cls.Purpose.INTUITION else arguments
        Item.objects.bulk_create(
            Item(round=round, position=position, argument=argument)
            for position, argument in enumerate(asked, 1)
        )
        write.record("open", "round", round.pk)
        return round

    def seal(self, write: Write) -> None:
        """Let nobody give any more, and show nothing yet."""
        if self.is_open:
            self._set_state(write, self.State.SEALED, "seal")

    def unseal(self, write: Write) -> None:
        """Let everyone give again what is asked; once it is shown, nothing happens."""
        if self.is_sealed:
            self._set_state(write, self.State.OPEN, "unseal")

    def _set_state(self, write: Write, state: Round.State, action: str) -> None:
        self.state = state
        self.save(update_fields=["state"])
        write.record(action, "round", self.pk)

    def expect(self, write: Write, expected: int | None) -> None:
        """Set how many ballots are awaited; None for the number of seats."""
        self._must_be_open()
        if self.expected != expected:
            before, self.expected = self.expected, expected
            self.save(update_fields=["expected"])
            write.record("expect", "round", self.pk, before, expected)

    def reveal(self, write: Write, lists: Iterable[type[Contribution]] = ()) -> None:
        """Show what was given alone, in random order and with its authors forgotten."""
        self._must_be_unrevealed()
        for model in lists:
            unseen = list(model.everything.filter(round=self))
            random.SystemRandom().shuffle(unseen)
            unseen = model.fold(write, unseen)
            place = model.next_position(write.session) if unseen else 0
            # Stored anew, so that no hidden row order tells who was first. Nothing points to what
            # is unseen, so there is no need to look for it.
            model.everything.filter(round=self)._raw_delete(DEFAULT_DB_ALIAS)
            for position, row in enumerate(unseen, place):
                row.position, row.version, row.round, row.author = position, 1, None, ""
                row.first = row.digest()  # its author was in it
            model.everything.bulk_create(unseen)
        self.state = self.State.REVEALED
        statistics = self.ballot_set.aggregate(
            all=Count("id"), asked=Count("moved"), moved=Count("id", filter=Q(moved=True))
        )
        if statistics["asked"] >= FEWEST_MOVED:
            self.moved, self.asked = statistics["moved"], statistics["asked"]
        if statistics["asked"]:
            self.ballot_set.update(moved=None)
        if self.purpose == self.Purpose.CONTRIBUTIONS:
            self.ballots = statistics["all"]
            self.ballot_set.all()._raw_delete(DEFAULT_DB_ALIAS)  # "I am done" holds no weights
        self.save(update_fields=["state", "moved", "asked", "ballots"])
        write.record("reveal", "round", self.pk)

    def tell_moved(self, write: Write, moved: int | None, asked: int | None) -> None:
        """What hands that went up said: how many moved, of how many; None takes it back.

        Refused where ballots tell it: hands that all see would give away the rest.
        """
        if self.has_ballots:
            raise Refused(_("The answers tell this themselves."))
        if (self.moved, self.asked) != (moved, asked):
            self.moved, self.asked = moved, asked
            self.save(update_fields=["moved", "asked"])
            write.touch() if self.is_revealed else write.touch_unseen()

    def discard(self, write: Write, lists: Iterable[type[Contribution]] = ()) -> None:
        """Throw away, unseen, all that was given in this round."""
        self._must_be_unrevealed()
        for model in lists:
            model.everything.filter(round=self).delete()
        self.ballot_set.all().delete()
        Tally.objects.filter(item__round=self).delete()
        self.state = self.State.DISCARDED
        self.save(update_fields=["state"])
        write.record("discard", "round", self.pk)

    @property
    def refusal(self) -> str:
        """Why nothing can be given in it; empty while it is open."""
        if self.is_sealed:
            return _("The input is closed now. The facilitator can open it again.")
        return "" if self.is_open else _("This round is no longer open.")

    def _must_be_open(self) -> None:
        if self.refusal:
            raise Refused(self.refusal)

    def _must_be_unrevealed(self) -> None:
        if not self.is_unrevealed:
            raise Refused(_("This round is no longer open."))

    def give(
        self, write: Write, owner: str, weights: Mapping[uuid.UUID, int], earlier: str = ""
    ) -> Ballot:
        """Store one ballot: `weights` (1-5) per item of this round, or none for "I am done".

        A second one of the same owner takes the place of the first. `earlier` is the same
        person's owner hash in the round before; from it only moved-or-not is kept.
        """
        self._must_be_open()
        # The talk is locked: nobody else stores this ballot in between.
        ballot = Ballot(round=self, owner=owner)
        stored = Ballot.objects.filter(round=self, owner=owner).order_by()
        rows = list(stored.values_list("pk", "moved", "weight__item", "weight__weight"))
        if rows:
            ballot = Ballot(rows[0][0], round=self, owner=owner, moved=rows[0][1])
            ballot._state.adding = False
            if {item: weight for *_ballot, item, weight in rows if item} == dict(weights):
                return ballot
            ballot.weight_set.all()._raw_delete(DEFAULT_DB_ALIAS)
        if earlier:
            ballot.moved = self._moved(weights, earlier)
        ballot.save()
        Weight.objects.bulk_create(
            Weight(ballot=ballot, item_id=item, weight=weight) for item, weight in weights.items()
        )
        write.touch_unseen()
        return ballot

    def _moved(self, weights: Mapping[uuid.UUID, int], earlier: str) -> bool | None:
        """Whether these weights differ from the earlier ballot's; None where that is not known."""
        given = Weight.objects.filter(ballot__owner=earlier, ballot__round__session=self.session_id)
        before = dict(given.values_list("item__argument", "weight"))
        asked = dict(self.items.values_list("pk", "argument"))
        now = {asked[item]: weight for item, weight in weights.items()}
        both = before.keys() & now.keys()
        return any(before[one] != now[one] for one in both) if both else None

    def give_passed(self, write: Write, id: uuid.UUID, weights: Mapping[uuid.UUID, int]) -> None:
        """Store a ballot given on a device that is passed round: final, and nobody's.

        `id` is made by the form, so that a double submit is one ballot; other weights under the
        same id are somebody else's ballot.
        """
        content = repr(sorted((str(item), weight) for item, weight in weights.items()))
        self.give(write, author(str(id), f"passed:{content}", self.session_id), weights)

    def raise_cards(self, write: Write, counts: Mapping[uuid.UUID, Mapping[int, int]]) -> None:
        """Set how many cards of each weight (1-5) were raised, per item of this round.

        Also of a sealed one: slips stay folded until the end.
        """
        self._must_be_unrevealed()
        cards = Tally.objects.filter(
            item__round=self, item__in=counts.keys(), source=Tally.Source.CARDS
        )
        wanted = {
            (item, weight): count
            for item, of_item in counts.items()
            for weight, count in of_item.items()
            if count
        }
        stored = {
            (item, weight): n for item, weight, n in cards.values_list("item", "weight", "count")
        }
        if stored == wanted:
            return
        cards.delete()
        Tally.objects.bulk_create(
            Tally(item_id=item, source=Tally.Source.CARDS, weight=weight, count=count)
            for (item, weight), count in wanted.items()
        )
        write.touch_unseen()


def _usually_expected(session: Session) -> int | None:
    """How many were awaited before, or sit at the table; None where nobody said so.

    Where more phones take part than were invited, the list is not whole, and the phones count.
    """
    said = Change.objects.filter(session=session, thing="round", action="expect")
    last = said.order_by("-id").values_list("after", flat=True).first()
    if last is not None:
        return last
    invited = Invitee.objects.standing().filter(session=session).exclude(present=False)
    seated = sum(number or 1 for number in invited.values_list("number", flat=True))
    return seated if seated and seated >= session.seats.count() else None


class Item(models.Model):
    """One thing that a round asks the weight of; fixed when the round opens."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, models.CASCADE, related_name="items")
    position = models.PositiveIntegerField()
    # None: the question itself, of which an intuition is asked.
    argument = models.ForeignKey(Argument, models.CASCADE, null=True)

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["round", "argument"], name="item_argument"),
            models.UniqueConstraint(
                fields=["round"], condition=Q(argument=None), name="item_of_question"
            ),
        ]

    def __str__(self):
        return str(self.argument_id)


class Ballot(models.Model):
    """What one person gave in one round; whose it is, only that person's phone can tell."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    round = models.ForeignKey(Round, models.CASCADE)
    owner = models.CharField(max_length=64)
    moved = models.BooleanField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "owner"], name="ballot_owner"),
            models.CheckConstraint(condition=~Q(owner=""), name="ballot_has_owner"),
        ]

    def __str__(self):
        return str(self.id)


class Weight(models.Model):
    """How heavy one item is on one ballot, 1 (light) to 5 (heavy)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    ballot = models.ForeignKey(Ballot, models.CASCADE)
    item = models.ForeignKey(Item, models.CASCADE)
    weight = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ballot", "item"], name="weight_item"),
            models.CheckConstraint(condition=Q(weight__range=(1, 5)), name="weight_range"),
        ]

    def __str__(self):
        return str(self.weight)


class Tally(models.Model):
    """How often one weight was given to one item: cards, imports, and all once closed."""

    class Source(models.TextChoices):
        CARDS = "cards", gettext_lazy("Cards raised")
        BALLOTS = "ballots", gettext_lazy("Ballots")
        IMPORT = "import", gettext_lazy("Import")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    item = models.ForeignKey(Item, models.CASCADE)
    source = models.CharField(max_length=10, choices=Source)
    weight = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "source", "weight"], name="tally_weight"),
            models.CheckConstraint(
                condition=Q(source__in=["cards", "ballots", "import"]), name="tally_source"
            ),
            models.CheckConstraint(condition=Q(weight__range=(1, 5)), name="tally_range"),
            models.CheckConstraint(condition=Q(count__gte=1), name="tally_count"),
        ]

    def __str__(self):
        return f"{self.count} × {self.weight}"


def distributions(rounds: Iterable[Round]) -> dict[uuid.UUID, Distribution]:
    """Per round and argument, how often each weight was given; ballots and cards together.

    Callers that show them to others than the one who gave them pass revealed rounds only.
    """
    ids = [round.pk for round in rounds]
    found: dict[uuid.UUID, Distribution] = {id: defaultdict(Counter) for id in ids}
    if not ids:
        return found
    where = ("item__round", "item__argument", "weight")
    ballots = Weight.objects.filter(item__round__in=ids).values_list(*where)
    counted = Tally.objects.filter(item__round__in=ids).values_list(*where, "count")
    both = ballots.annotate(n=Count("id")).union(counted, all=True)
    for round, argument, weight, count in both:
        found[round][argument][weight] += count
    return found


# Of a round: the ballots with a weight on them. One without is of somebody who skipped it.
WEIGHED = Count("ballot", filter=Q(ballot__weight__isnull=False), distinct=True)


def count_ballots(session: Session) -> None:
    """Turn every ballot of the talk into tallies, and forget the ballots and their owners."""
    given = Round.objects.filter(session=session, ballot__isnull=False).annotate(n=WEIGHED)
    rounds = {pk: (counted, n) for pk, counted, n in given.values_list("pk", "ballots", "n")}
    if not rounds:
        return
    ballots = Ballot.objects.filter(round__in=rounds)
    weights = Weight.objects.filter(ballot__in=ballots)
    totals: Counter[tuple[uuid.UUID, int]] = Counter()
    for item, weight, count in weights.values_list("item", "weight").annotate(n=Count("id")):
        totals[item, weight] += count
    if any(counted for counted, _n in rounds.values()):  # opened again in the middle of a round
        earlier = Tally.objects.filter(item__round__in=rounds, source=Tally.Source.BALLOTS)
        for item, weight, count in earlier.values_list("item", "weight", "count"):
            totals[item, weight] += count
        earlier.delete()
    Tally.objects.bulk_create(
        Tally(item_id=item, source=Tally.Source.BALLOTS, weight=weight, count=count)
        for (item, weight), count in totals.items()
    )
    Round.objects.bulk_update(
        [Round(pk=pk, ballots=(counted or 0) + n) for pk, (counted, n) in rounds.items()],
        ["ballots"],
    )
    weights._raw_delete(DEFAULT_DB_ALIAS)  # nothing points to a weight,
    ballots._raw_delete(DEFAULT_DB_ALIAS)  # and now nothing to a ballot

"""How long a guest's talk stays."""

import datetime

import pytest
from django.utils import timezone

from sessions.models import Session
from sessions.upkeep import erase_guest_talks
from tests import cast

pytestmark = pytest.mark.django_db


def test_guests_talk_stays_until_they_have_looked_again():
    today = timezone.localdate()
    talk = cast.Talk()
    old = today - datetime.timedelta(days=200)
    Session.objects.filter(pk=talk.id).update(changed_on=old, review_on=today)
    assert talk.session.erase_on == today + datetime.timedelta(days=30)
    erase_guest_talks()
    assert Session.objects.filter(pk=talk.id).exists()
    Session.objects.filter(pk=talk.id).update(review_on=today - datetime.timedelta(days=30))
    erase_guest_talks()
    assert not Session.objects.filter(pk=talk.id).exists()


def test_a_day_to_look_again_keeps_no_talk_for_ever():
    talk = cast.Talk()
    Session.objects.filter(pk=talk.id).update(review_on=datetime.date(2999, 1, 1))
    assert talk.session.erase_on < timezone.localdate() + datetime.timedelta(days=800)

"""What accounts forget by themselves: who was logged in, and whom one invited."""

import datetime
from importlib import import_module

from django.conf import settings
from django.db.models import Q
from django.dispatch import receiver
from django.utils import timezone

from kompas.signals import tick

from .models import Invitation

KEPT = 30  # days, for who opens an old link and is told what became of it


@receiver(tick, dispatch_uid="forget_logins")
def forget_logins(**_kwargs) -> None:
    """Delete what the server kept of browsers whose log-in has ended."""
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()


@receiver(tick, dispatch_uid="forget_invitations")
def forget_invitations(**_kwargs) -> None:
    """Delete the addresses of who came in, was kept out, or never came."""
    last = timezone.now() - datetime.timedelta(days=KEPT)
    ended = Q(accepted_at__lt=last) | Q(revoked_at__lt=last) | Q(expires_at__lt=last)
    Invitation.objects.filter(ended).delete()

"""What is made in the background, by `manage.py db_worker`."""

from __future__ import annotations

import uuid

from django_tasks import task

from . import bundles


@task()
def make_bundle(bundle_id: str) -> None:
    """Make what is not made yet of a bundle; any number of workers may be asked, at any time."""
    bundles.make(uuid.UUID(bundle_id))

"""From a write to the screens: in this process, and in others that serve the same database."""

from functools import partial

from django.db import connection, transaction

CHANNEL = "kompas_live"


def changed(topic: str) -> None:
    """Nudge every screen that listens to a topic, once the present transaction is committed."""
    if connection.vendor == "postgresql":
        # Delivered at commit, once, to this process as to all others.
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, topic])
        return
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO live_change (topic) VALUES (%s) RETURNING id", [topic])
        number = cursor.fetchone()[0]
    from kompas.live import hub

    transaction.on_commit(partial(hub.nudge_here, topic, number))


def forget(**kwargs) -> None:
    """Delete what every process has long seen; the numbers go on where they were."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM live_change")

"""From a write to the screens: in this process, and in others that serve the same database."""

import json
from functools import partial

from django.db import connection, transaction

from kompas.live import hub


def changed(*topics: str) -> None:
    """Nudge the screens that listen to these topics, once the transaction is committed."""
    if connection.vendor == "postgresql":
        # Delivered at commit, once, to this process as to all others.
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_notify(%s, topic) FROM unnest(%s::text[]) AS topic",
                [hub.CHANNEL, list(topics)],
            )
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO live_change (topic) SELECT value FROM json_each(%s) RETURNING id, topic",
            [json.dumps(topics)],
        )
        numbers = cursor.fetchall()
    for number, topic in numbers:
        transaction.on_commit(partial(hub.nudge_here, topic, number))


def forget(**kwargs) -> None:
    """Delete what every process has long seen; the numbers go on where they were."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM live_change")

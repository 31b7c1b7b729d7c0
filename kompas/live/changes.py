"""From a write to the screens: in this process, and in others that serve the same database."""

from functools import partial

from django.db import connection, transaction

CHANNEL = "kompas_live"


def changed(*topics: str) -> None:
    """Nudge every screen that listens to a topic, once the present transaction is committed."""
    if connection.vendor == "postgresql":
        # Delivered at commit, once, to this process as to all others.
        with connection.cursor() as cursor:
            nudges = ", ".join(["pg_notify(%s, %s)"] * len(topics))
            cursor.execute(
                f"SELECT {nudges}", [word for topic in topics for word in (CHANNEL, topic)]
            )
        return
    with connection.cursor() as cursor:
        rows = ", ".join(["(%s)"] * len(topics))
        cursor.execute(f"INSERT INTO live_change (topic) VALUES {rows} RETURNING id, topic", topics)
        numbers = cursor.fetchall()
    from kompas.live import hub

    for number, topic in numbers:
        transaction.on_commit(partial(hub.nudge_here, topic, number))


def forget(**kwargs) -> None:
    """Delete what every process has long seen; the numbers go on where they were."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM live_change")

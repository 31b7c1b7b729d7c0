from django.db import models


class Change(models.Model):
    """That a topic changed, for other processes that serve from one SQLite file.

    Without time or author; `tick` removes it. PostgreSQL has no rows here: it notifies.
    """

    topic = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.topic


class Connected(models.Model):
    """How many screens are connected to one of several processes, per topic, until a moment.

    One row per process, overwritten: no person, no history.
    """

    process = models.CharField(max_length=16, primary_key=True)
    numbers = models.TextField()  # JSON: topic -> number
    until = models.BigIntegerField()  # seconds since 1970

    def __str__(self) -> str:
        return self.process

from django.db import models


class Change(models.Model):
    """That a topic changed, for other processes that serve from one SQLite file.

    Without time or author; `tick` removes it. PostgreSQL has no rows here: it notifies.
    """

    topic = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.topic

from __future__ import annotations

from django.db import models


class Gist(models.Model):
    """What can be counted in a version of a talk; derived from its document, see `sessions.gist`.

    So that the numbers of a board over the years need no document.
    """

    version = models.OneToOneField("Version", models.CASCADE, primary_key=True, related_name="gist")
    day = models.DateField()  # on which the talk was held, or else closed
    verdict = models.CharField(max_length=10, blank=True)
    cores = models.JSONField(default=list)  # the core values under the decisive arguments
    values = models.JSONField(default=list)  # the names of the values under them
    missing = models.JSONField(default=list)  # the names of the stakeholders not at the table
    promises = models.JSONField(default=list)  # of each what became of it, and by when: see there

    def __str__(self):
        return str(self.version_id)

"""One line for each chart that was opened and each door that stayed shut."""

from __future__ import annotations

from django.db import models


class Access(models.Model):
    """Who, as what, at which chart, by which route, when, from where, and what came of it.

    Names stand as they were, not as keys: the line must still read when the account is gone.
    """

    class Outcome(models.TextChoices):
        OPENED = "opened"
        REFUSED = "refused"

    at = models.DateTimeField()
    who = models.CharField(max_length=36, blank=True)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=20, blank=True)
    chart = models.UUIDField(null=True)
    route = models.CharField(max_length=120)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    why = models.CharField(max_length=300, blank=True)
    station = models.CharField(max_length=60, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["chart", "at"], name="access_chart_at"),
            models.Index(fields=["who", "at"], name="access_who_at"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.name or 'nobody'} {self.outcome} {self.route}"

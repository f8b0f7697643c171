"""What people sent, until somebody at the desk has taken it in or set it aside."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _


class Sent(models.Model):
    """One set of first answers with a name and a way to call back. Nobody has checked who it is from."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sent_at = models.DateTimeField()
    name = models.CharField(_("name"), max_length=160)
    birth_date = models.DateField(_("born"))
    phone = models.CharField(_("phone"), max_length=40)
    words = models.CharField(_("what you want us to know"), max_length=500, blank=True)
    answers = models.JSONField()
    # A chart's key once somebody took it in; who and when, also for one that was set aside.
    chart = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.CharField(max_length=120, blank=True)
    set_aside = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("sent_at",)

    def __str__(self) -> str:
        return f"sent {self.sent_at:%Y-%m-%d %H:%M}"

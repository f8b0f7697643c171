"""One line for each time a prescriber answered for the knowledge as it stood."""

from __future__ import annotations

from django.db import models


class PackSignature(models.Model):
    """Who signed which knowledge, when, in whose words, and the knowledge itself as it was read.

    The signer stands as they were, not as a key: the line must still read when the account is gone. The
    content is kept so that the next signer sees what changed since.
    """

    digest = models.CharField(max_length=64)
    version = models.CharField(max_length=40)
    at = models.DateTimeField()
    who = models.CharField(max_length=36)
    name = models.CharField(max_length=120)
    licence = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=300)
    content = models.TextField()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["digest"], name="pack_signature_digest"),)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.name} signed {self.digest[:12]}"

"""The tables of the chart. Lines and readings are only ever added: triggers refuse the rest."""

from __future__ import annotations

from django.db import models


class ChartEntry(models.Model):
    """A line of a chart, as dayspring.chart.Entry has it. Written by record.py alone."""

    chart = models.UUIDField()
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=80)
    schema = models.PositiveSmallIntegerField()
    body = models.TextField()
    happened_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    by = models.TextField()
    session = models.CharField(max_length=64)
    corrects = models.PositiveIntegerField(null=True)
    reason = models.TextField()
    act_key = models.CharField(max_length=200)
    act_digest = models.CharField(max_length=64)
    part = models.PositiveSmallIntegerField()
    version = models.CharField(max_length=40)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chart", "number"], name="one_line_of_each_number"),
            models.UniqueConstraint(fields=["chart", "act_key", "part"], name="one_effect_of_each_act"),
        ]
        indexes = [models.Index(fields=["session", "number"], name="lines_of_a_session")]

    def __str__(self) -> str:
        return f"{self.chart} line {self.number}"


class ChartHead(models.Model):
    """Where a chart ends. Locked while an act is decided, and compared with the chain by `verify`."""

    chart = models.UUIDField(primary_key=True)
    number = models.PositiveIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.chart} ends at line {self.number}"


class Reading(models.Model):
    """One value that a device sent. `quality` is empty when the device had nothing to say against it."""

    session = models.CharField(max_length=64)
    chart = models.UUIDField()
    device = models.CharField(max_length=80)
    kind = models.CharField(max_length=40)
    value = models.CharField(max_length=40)
    unit = models.CharField(max_length=40)
    device_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    quality = models.CharField(max_length=40)

    class Meta:
        indexes = [
            models.Index(fields=["session", "received_at"], name="readings_of_a_session"),
            models.Index(fields=["received_at"], name="readings_by_receipt"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.session} at {self.received_at:%H:%M:%S}"


class DeviceBinding(models.Model):
    """The session that a device's readings belong to, while they do."""

    device = models.CharField(max_length=80)
    chart = models.UUIDField()
    session = models.CharField(max_length=64)
    bound_at = models.DateTimeField()
    bound_by = models.CharField(max_length=80)
    unbound_at = models.DateTimeField(null=True)
    unbound_by = models.CharField(max_length=80, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["device"], condition=models.Q(unbound_at=None), name="one_session_for_each_device"
            )
        ]

    def __str__(self) -> str:
        return f"{self.device} on {self.session}"

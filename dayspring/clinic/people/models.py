"""Ordinary rows about people and places. Nothing clinical: the chart knows a patient by key only."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    NURSE = "nurse", _("Nurse")
    PRESCRIBER = "prescriber", _("Prescriber")
    PHARMACIST = "pharmacist", _("Pharmacist")
    THERAPIST = "therapist", _("Therapist")
    FRONT_DESK = "front_desk", _("Front desk")
    MANAGER = "manager", _("Manager")


class Staff(AbstractUser):
    """Somebody who works here. `invented` marks the staff of the demonstration, who exist only there."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    called = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    licence = models.CharField(_("licence"), max_length=120, blank=True)
    invented = models.BooleanField(default=False, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email", "called", "role"]

    class Meta:
        verbose_name_plural = "staff"

    def __str__(self) -> str:
        return self.called


class Person(models.Model):
    """A patient's identity and contact, apart from the chart. The id is the chart's key."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=160)
    preferred_name = models.CharField(_("called"), max_length=80, blank=True)
    birth_date = models.DateField(_("born"))
    record_number = models.CharField(_("record"), max_length=12, unique=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    registered_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("name", "record_number")
        verbose_name_plural = "people"

    def __str__(self) -> str:
        return f"{self.name}, {self.record_number}"

    @property
    def short(self) -> str:
        """What they are called: the preferred name, else the first word of the name."""
        return self.preferred_name or self.name.split()[0]


class Chair(models.Model):
    """A place where a session happens. Its number never changes place on the board."""

    number = models.PositiveSmallIntegerField(_("number"), unique=True)
    name = models.CharField(_("name"), max_length=60, blank=True)

    class Meta:
        ordering = ("number",)

    def __str__(self) -> str:
        return self.name or str(_("Chair %(number)d") % {"number": self.number})


class Station(models.Model):
    """A browser in which staff have signed in. It can stop a drug even when nobody is signed in any more."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=60)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

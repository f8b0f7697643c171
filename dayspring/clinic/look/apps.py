from django.apps import AppConfig


class Look(AppConfig):
    """How pages look."""

    name = "dayspring.clinic.look"
    label = "look"

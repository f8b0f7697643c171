"""Names the charts to Django."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class Charts(AppConfig):
    name = "dayspring.clinic.charts"
    label = "charts"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = _("Charts")

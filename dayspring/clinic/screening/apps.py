from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    name = "dayspring.clinic.screening"

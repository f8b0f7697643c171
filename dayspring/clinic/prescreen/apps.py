from django.apps import AppConfig


class PrescreenConfig(AppConfig):
    name = "dayspring.clinic.prescreen"

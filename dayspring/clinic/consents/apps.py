from django.apps import AppConfig


class ConsentsConfig(AppConfig):
    name = "dayspring.clinic.consents"

from django.apps import AppConfig


class PackConfig(AppConfig):
    name = "dayspring.clinic.pack"

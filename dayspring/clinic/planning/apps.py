from django.apps import AppConfig


class PlanningConfig(AppConfig):
    name = "dayspring.clinic.planning"

from django.apps import AppConfig


class CoursesConfig(AppConfig):
    name = "dayspring.clinic.courses"

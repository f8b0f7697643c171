from django.apps import AppConfig


class SessionsConfig(AppConfig):
    name = "dayspring.clinic.sessions"
    label = "rooms"

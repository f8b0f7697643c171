from django.apps import AppConfig


class BrowserConfig(AppConfig):
    name = "dayspring.clinic.browser"
    label = "browser"
    default_auto_field = "django.db.models.BigAutoField"

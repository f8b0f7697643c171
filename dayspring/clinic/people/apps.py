from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "dayspring.clinic.people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        from dayspring.clinic.people.idle import begin

        user_logged_in.connect(begin, dispatch_uid="people.begin")

from django.urls import path

from dayspring.clinic.services import views

app_name = "services"
urlpatterns = [
    path("services/screen/", views.screen_facts, name="screen"),
    path("services/screen/schema/", views.facts_schema, name="schema"),
]

from django.urls import path

from dayspring.clinic.consents import views

app_name = "consents"
urlpatterns = [
    path("consent/<uuid:chart>/", views.every, name="every"),
    path("consent/<uuid:chart>/<slug:protocol>/", views.one, name="one"),
    path("consent/<uuid:chart>/<slug:protocol>/paper/", views.paper, name="paper"),
]

from django.urls import path

from dayspring.clinic.planning import views

app_name = "planning"
urlpatterns = [
    path("plans/", views.queue, name="queue"),
    path("plans/<uuid:chart>/", views.plan, name="plan"),
    path("plans/<uuid:chart>/order/", views.draft, name="draft"),
    path("plans/<uuid:chart>/check/", views.check, name="check"),
]

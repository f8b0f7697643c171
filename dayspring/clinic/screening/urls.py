from django.urls import path

from dayspring.clinic.screening import views

app_name = "screening"
urlpatterns = [
    path("screening/", views.queue, name="queue"),
    path("screening/clearances/", views.clearance_list, name="clearances"),
    path("screening/<uuid:chart>/intake/", views.intake, name="intake"),
    path("screening/<uuid:chart>/decision/", views.decision, name="decision"),
    path("screening/<uuid:chart>/letter.pdf", views.letter, name="letter"),
]

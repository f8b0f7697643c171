from django.urls import path

from dayspring.clinic.reports import views

app_name = "reports"
urlpatterns = [
    path("notes/", views.index, name="index"),
    path("sessions/<uuid:session>/note/", views.note, name="note"),
    path("sessions/<uuid:session>/note.pdf", views.note_pdf, name="note_pdf"),
]

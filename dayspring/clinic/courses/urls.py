from django.urls import path

from dayspring.clinic.courses import views

app_name = "courses"
urlpatterns = [
    path("courses/", views.index, name="index"),
    path("courses/<uuid:chart>/", views.course, name="course"),
]

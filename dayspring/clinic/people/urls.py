from django.urls import path

from dayspring.clinic.people import views

app_name = "people"
urlpatterns = [
    path("", views.front, name="front"),
    path("enter/", views.enter, name="enter"),
    path("locked/", views.locked, name="locked"),
    path("lock/", views.lock, name="lock"),
    path("people/", views.persons, name="persons"),
    path("people/new/", views.new, name="new"),
    path("people/<uuid:chart>/", views.person, name="person"),
]

from django.urls import path

from dayspring.clinic.look import views

app_name = "look"
urlpatterns = [path("look/", views.index, name="index")]

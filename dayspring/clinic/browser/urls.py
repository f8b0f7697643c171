from django.urls import path

from dayspring.clinic.browser import views

app_name = "browser"
urlpatterns = [
    path("knowledge/", views.index, name="index"),
    path("knowledge/changes/", views.changed, name="changes"),
    path("knowledge/sign/", views.sign, name="sign"),
    path("knowledge/<slug:shelf>/", views.shelf, name="shelf"),
    path("knowledge/<slug:shelf>/<path:key>/", views.item, name="item"),
]

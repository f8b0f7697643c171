from django.urls import path

from dayspring.clinic.prescreen import desk, views

app_name = "prescreen"
urlpatterns = [
    path("start/", views.start, name="start"),
    path("start/questions/", views.ask, name="ask"),
    path("start/send/", views.send, name="send"),
    path("online/", desk.inbox, name="inbox"),
    path("online/<uuid:sent>/take/", desk.take, name="take"),
    path("online/<uuid:sent>/set-aside/", desk.set_aside, name="set_aside"),
]

from django.urls import path

from dayspring.clinic.sessions import door, gateway, stop, views

app_name = "sessions"
urlpatterns = [
    path("board/", views.board, name="board"),
    path("board/live/", views.board_live, name="board_live"),
    path("board/stream/", views.board_stream, name="board_stream"),
    path("sessions/<uuid:session>/", views.room, name="room"),
    path("sessions/<uuid:session>/live/", views.room_live, name="room_live"),
    path("sessions/<uuid:session>/stream/", views.room_stream, name="room_stream"),
    path("sessions/<uuid:session>/stop/", stop.stop, name="stop"),
    path("sessions/<uuid:session>/before/", door.before, name="before"),
    path("sessions/<uuid:session>/leave/", door.leave, name="leave"),
    path("gateway/bind/", gateway.bind_device, name="bind"),
    path("gateway/readings/", gateway.readings, name="readings"),
]

from django.urls import path

from dayspring.clinic.planning import order_views, views

app_name = "planning"
urlpatterns = [
    path("plans/", views.queue, name="queue"),
    path("plans/<uuid:chart>/", views.plan, name="plan"),
    path("plans/<uuid:chart>/order/", order_views.draft, name="draft"),
    path("plans/<uuid:chart>/check/", order_views.check, name="check"),
]

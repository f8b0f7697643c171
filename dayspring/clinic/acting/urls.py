from django.urls import path

from dayspring.clinic.acting import views

app_name = "acting"
urlpatterns = [path("chart/<uuid:chart>/do/<str:act>/", views.do, name="do")]

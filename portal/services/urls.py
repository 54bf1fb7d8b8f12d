"""The addresses of what an agency offers."""

from django.urls import path

from portal.services import views

urlpatterns = [
    path("", views.OurServices.as_view(), name="our_services"),
    path("<uuid:row>/", views.Capacity.as_view(), name="capacity"),
]

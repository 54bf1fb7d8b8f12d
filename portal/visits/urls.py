"""The week's address."""

from django.urls import path

from portal.visits import views

urlpatterns = [path("", views.Visits.as_view(), name="visits")]

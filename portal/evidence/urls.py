"""The addresses of the evidence."""

from django.urls import path

from portal.evidence import views

urlpatterns = [path("", views.Evidence.as_view(), name="evidence")]

"""Handing over: whose, and then to whom."""

from django.urls import path

from portal.handover import views

urlpatterns = [
    path("", views.Whose.as_view(), name="hand_over"),
    path("to/", views.HandOver.as_view(), name="hand_over_to"),
]

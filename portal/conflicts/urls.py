"""People that staff know."""

from django.urls import path

from portal.conflicts import views

urlpatterns = [
    path("", views.PeopleIKnow.as_view(), name="people_i_know"),
    path("colleagues/", views.PeopleTheyKnow.as_view(), name="people_they_know"),
    path("kept-out/", views.KeptOut.as_view(), name="kept_out"),
]

"""The addresses of keeping. A case is named by what the agency itself calls it."""

from django.urls import path

from accounts.sign_in.step_up import required as fresh
from portal.retention import views

urlpatterns = [
    path("", views.Keeping.as_view(), name="keeping"),
    path("ask/", fresh(views.Ask.as_view()), name="ask_to_dispose"),
    path("hold/", views.Place.as_view(), name="place_hold"),
    path("<uuid:row>/answer/", fresh(views.Answer.as_view()), name="answer_disposal"),
    path("<uuid:row>/lift/", views.Lift.as_view(), name="lift_hold"),
]

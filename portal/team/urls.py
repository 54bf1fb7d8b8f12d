"""The team, how its clocks stand, and at which numbers it is texted."""

from django.urls import path

import portal.rota.people  # noqa: F401 -- it makes `colleague` known
from portal.team import clocks, numbers, views

urlpatterns = [
    path("", views.Team.as_view(), name="team"),
    path("clocks/", clocks.Clocks.as_view(), name="team_clocks"),
    path("texts/", numbers.Numbers.as_view(), name="team_numbers"),
    path("texts/<colleague:colleague>/", numbers.SetNumber.as_view(), name="team_number"),
]

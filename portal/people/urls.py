"""The addresses of an agency's people and systems. Whatever changes them asks who it is again."""

from django.urls import path

import portal.rota.people  # noqa: F401 -- it makes `colleague` known
from accounts.sign_in.step_up import required as fresh
from portal.people import systems, views

urlpatterns = [
    path("", views.People.as_view(), name="people"),
    path("new/", fresh(views.Add.as_view()), name="add_person"),
    path("<colleague:colleague>/role/", fresh(views.ChangeRole.as_view()), name="change_role"),
    path("<colleague:colleague>/left/", fresh(views.Left.as_view()), name="has_left"),
    path("<colleague:colleague>/out/", fresh(views.SignOut.as_view()), name="sign_out_colleague"),
    path("systems/", systems.Systems.as_view(), name="systems"),
    path("systems/new/", fresh(systems.Add.as_view()), name="add_system"),
    path(
        "systems/<colleague:colleague>/secret/",
        fresh(systems.Renew.as_view()),
        name="renew_secret",
    ),
    path("systems/<colleague:colleague>/end/", fresh(systems.End.as_view()), name="end_system"),
]

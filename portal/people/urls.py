"""The addresses of an agency's people and systems. Whatever changes them asks who it is again."""

from django.urls import path

import portal.rota.people  # noqa: F401 -- it makes `colleague` known
from accounts.sign_in.step_up import required as fresh
from portal.people import hooks, recovering, systems, views

urlpatterns = [
    path("", views.People.as_view(), name="people"),
    path("new/", fresh(views.Add.as_view()), name="add_person"),
    path("<colleague:colleague>/role/", fresh(views.ChangeRole.as_view()), name="change_role"),
    path("<colleague:colleague>/left/", fresh(views.Left.as_view()), name="has_left"),
    path("<colleague:colleague>/out/", fresh(views.SignOut.as_view()), name="sign_out_colleague"),
    path("<colleague:colleague>/lost/", fresh(recovering.Ask.as_view()), name="lost_way_in"),
    path("ways-back/", recovering.Waiting.as_view(), name="ways_back"),
    path("ways-back/<uuid:recovery>/", fresh(recovering.Answer.as_view()), name="way_back"),
    path("systems/", systems.Systems.as_view(), name="systems"),
    path("systems/new/", fresh(systems.Add.as_view()), name="add_system"),
    path(
        "systems/<colleague:colleague>/secret/",
        fresh(systems.Renew.as_view()),
        name="renew_secret",
    ),
    path("systems/<colleague:colleague>/end/", fresh(systems.End.as_view()), name="end_system"),
]

_SYSTEM = "systems/<colleague:colleague>/"
urlpatterns += [
    path(f"{_SYSTEM}key/", fresh(systems.UseKey.as_view()), name="use_key"),
    path(f"{_SYSTEM}key/end/", fresh(systems.EndKeys.as_view()), name="end_keys"),
    path(f"{_SYSTEM}addresses/", fresh(systems.Addresses.as_view()), name="addresses"),
]

_TOLD = "systems/<colleague:colleague>/told/"
urlpatterns += [
    path(_TOLD, hooks.Told.as_view(), name="told"),
    path(f"{_TOLD}new/", fresh(hooks.Add.as_view()), name="add_hook"),
    path(f"{_TOLD}secret/", fresh(hooks.RenewSecret.as_view()), name="renew_hook"),
    path(f"{_TOLD}test/", fresh(hooks.Test.as_view()), name="test_hook"),
    path(f"{_TOLD}again/", fresh(hooks.Again.as_view()), name="replay_hook"),
    path(f"{_TOLD}end/", fresh(hooks.End.as_view()), name="end_hook"),
]

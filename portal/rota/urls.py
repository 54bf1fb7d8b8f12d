"""The rota's addresses."""

from django.urls import path

import portal.rota.people  # noqa: F401 -- it makes `colleague` known
from portal.rota import keeping, views

ONE = "<colleague:colleague>/"
urlpatterns = [
    path("", views.Rota.as_view(), name="rota"),
    path("travel/", keeping.Travel.as_view(), name="rota_travel"),
    path(ONE, views.Colleague.as_view(), name="rota_person"),
    path(f"{ONE}pattern/", keeping.SetPattern.as_view(), name="rota_pattern"),
    path(f"{ONE}day/", keeping.SetDay.as_view(), name="rota_day"),
    path(f"{ONE}day/<slug:on>/usual/", keeping.ClearDay.as_view(), name="rota_usual_day"),
    path(f"{ONE}leave/", keeping.RecordLeave.as_view(), name="rota_leave"),
    path(f"{ONE}sick/", keeping.RecordSick.as_view(), name="rota_sick"),
    path(f"{ONE}leave/<uuid:row>/end/", keeping.EndLeave.as_view(), name="rota_end_leave"),
    path(f"{ONE}on-call/", keeping.PutOnCall.as_view(), name="rota_on_call"),
    path(f"{ONE}on-call/<uuid:row>/end/", keeping.TakeOffCall.as_view(), name="rota_off_call"),
    path(f"{ONE}abilities/", keeping.SetAbilities.as_view(), name="rota_abilities"),
]

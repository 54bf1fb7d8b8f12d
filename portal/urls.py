"""The staff door's addresses: nouns, references and verbs. No keys, nothing about a person."""

from django.urls import include, path

import portal.addresses  # noqa: F401 -- it makes `reference` known
from portal.visits.calendar import Feed

app_name = "portal"
urlpatterns = [
    path("", include("portal.home.urls")),
    path("referrals/", include("portal.referrals.urls")),
    path("duty/", include("portal.duty.urls")),
    path("", include("portal.contact.urls")),
    path("cases/", include("portal.cases.urls")),
    path("cases/", include("portal.risk.urls")),
    path("visits/", include("portal.visits.urls")),
    path("clocks/", include("portal.clocks.urls")),
    path("plan/", include("portal.planner.urls")),
    path("inbox/", include("portal.inbox.urls")),
    path("services/", include("portal.services.urls")),
    path("marac/", include("portal.marac.urls")),
    path("rota/", include("portal.rota.urls")),
    path("break-glass/", include("portal.glass.urls")),
    path("disclosure/", include("portal.disclosure.urls")),
    path("kept/", include("portal.retention.urls")),
    path("search/", include("portal.search.urls")),
    path("team/", include("portal.team.urls")),
    path("people/", include("portal.people.urls")),
    path("safety/", include("portal.safety.urls")),
    path("hand-over/", include("portal.handover.urls")),
    path("conflicts/", include("portal.conflicts.urls")),
    path("notices/", include("portal.notices.urls")),
    path("evidence/", include("portal.evidence.urls")),
    path("c/<str:secret>.ics", Feed.as_view(), name="calendar_feed"),
]

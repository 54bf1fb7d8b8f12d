"""The week's addresses, and the calendar's."""

from django.urls import path

from portal.visits import calendar, views

urlpatterns = [
    path("", views.Visits.as_view(), name="visits"),
    path("team/", views.Team.as_view(), name="visits_team"),
    path("print/", views.Printed.as_view(), name="visits_print"),
    path("calendar/", calendar.Calendar.as_view(), name="calendar"),
    path("calendar/on/", calendar.SwitchOn.as_view(), name="calendar_on"),
    path("calendar/off/", calendar.SwitchOff.as_view(), name="calendar_off"),
]

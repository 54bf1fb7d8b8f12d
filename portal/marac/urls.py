"""The addresses of the MARAC. A meeting is named by its area and day, a case by its reference."""

from datetime import date

from django.urls import path, register_converter

from portal.marac import agenda, agreed, listing, meetings, result


class DayConverter:
    """A day as `2026-12-02`."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:
        """A real day; any other leads nowhere."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """As it is written."""
        return value.isoformat()


class AreaConverter:
    """A local authority's code."""

    regex = r"E\d{8}"

    def to_python(self, value: str) -> str:
        """As it is."""
        return value

    def to_url(self, value: str) -> str:
        """As it is."""
        return value


register_converter(DayConverter, "day")
register_converter(AreaConverter, "area")

MEETING = "<area:area_code>/<day:on>/"
urlpatterns = [
    path("", meetings.Meetings.as_view(), name="marac"),
    path("plan/", meetings.Plan.as_view(), name="marac_plan"),
    path("agreed/", agreed.StillToDo.as_view(), name="marac_agreed"),
    path("agreed/<uuid:action>/done/", agreed.Done.as_view(), name="marac_done"),
    path(MEETING, meetings.MeetingList.as_view(), name="marac_meeting"),
    path(f"{MEETING}time/", meetings.Reschedule.as_view(), name="marac_reschedule"),
    path(f"{MEETING}cancel/", meetings.Cancel.as_view(), name="marac_cancel"),
    path(f"{MEETING}close/", meetings.CloseAgenda.as_view(), name="marac_close"),
    path(f"{MEETING}held/", meetings.Hold.as_view(), name="marac_hold"),
    path(f"{MEETING}agenda/", agenda.Agenda.as_view(), name="marac_agenda"),
    path(f"{MEETING}agenda.csv", agenda.AgendaFile.as_view(), name="marac_agenda_file"),
    path(f"{MEETING}names/", agenda.Names.as_view(), name="marac_names"),
    path("<reference:reference>/take/", listing.TakeOn.as_view(), name="marac_take_on"),
    path("<reference:reference>/move/", listing.Move.as_view(), name="marac_move"),
    path("<reference:reference>/transfer/", listing.Transfer.as_view(), name="marac_transfer"),
    path("<reference:reference>/off/", listing.TakeOff.as_view(), name="marac_take_off"),
    path("<reference:reference>/result/", result.Result.as_view(), name="marac_result"),
]

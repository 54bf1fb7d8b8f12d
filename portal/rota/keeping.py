"""Changing the rota: each page one form, each form one call into the room."""

from datetime import date
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from portal.pages import FormPage, see_other
from portal.rota import forms, roads, wording
from portal.rota.managing import ManagerMixin
from portal.rota.views import ColleagueMixin
from rota import actions
from rota.duty import Abilities, abilities, travel_minutes
from rota.models import DAY, LeaveKind, WorkingPattern
from rota.wall_clock import at_minute, midnight
from visits.cover import left_without_worker


class KeepPage(ColleagueMixin, FormPage):
    """A page on which something about a colleague is changed."""

    own = False
    heading: ClassVar[str] = ""
    button: ClassVar[str] = "Save"
    done: ClassVar[str] = "Saved."
    template_name = "portal/rota/keep.html"

    def finished(self, also: str = "") -> HttpResponse:
        """Back to the colleague."""
        messages.success(self.request, f"{self.done} {also}".strip())
        return see_other(self.url("rota_person"))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {"heading": self.heading, "button": self.button, "person": self.person}
        return {**words, "back": self.url("rota_person"), **super().get_context_data(**kwargs)}


class SetPattern(KeepPage):
    """The usual week."""

    heading, done = "Usual hours", "Usual hours saved."
    form_class = forms.PatternForm
    fields_of = {"shifts": "day_0"}
    extra_context = {
        "hint": "Write hours like 9am to 5pm, with a comma between two spans. Leave days off empty."
    }

    def get_initial(self) -> dict[str, Any]:
        """The week as it is now."""
        today = timezone.localdate()
        standing = WorkingPattern.objects.filter(
            membership=self.person, period__contains=today
        ).prefetch_related("shifts")
        return forms.initial_of(standing.first())

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        new = actions.NewPattern(
            shifts=form.shifts,
            starts_on=given["starts_on"],
            ends_on=given["ends_on"],
            full_time_share=given["full_time_share"],
        )
        actions.set_pattern(self.person, new, by=self.member)
        return self.finished()


class SetDay(KeepPage):
    """A day that differs."""

    heading, done = "A day that differs", "Saved."
    form_class = forms.ExceptionForm

    def make(self, form: Any) -> HttpResponse:
        actions.set_exception(self.person, by=self.member, **form.cleaned_data)
        return self.finished()


class _Away(KeepPage):
    own = True
    done = "Recorded."

    def record(self, new: actions.NewLeave) -> HttpResponse:
        """Record it, and say what needs somebody else now."""
        actions.record_leave(self.person, new, by=self.member)
        left = left_without_worker(self.member.agency_id, timezone.now())
        said = wording.needing(len(left.visits), len(left.follow_ups))
        return self.finished(f"{said}." if said else "")


class RecordLeave(_Away):
    """Leave of any kind."""

    heading = "Record leave"
    form_class = forms.LeaveForm
    fields_of = {"starts_at": "first_on", "ends_at": "last_on"}

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        starts, ends, last_on = given["starts"], given["ends"], given["last_on"]
        return self.record(
            actions.NewLeave(
                kind=given["kind"],
                starts_at=at_minute(given["first_on"], starts or 0),
                ends_at=last_on and at_minute(last_on, DAY if ends is None else ends),
            )
        )


class RecordSick(_Away):
    """Off sick from this moment on."""

    heading, button = "Off sick from now on", "Record as off sick"
    form_class = forms.SickForm
    fields_of = {"starts_at": "back_on", "ends_at": "back_on"}

    def make(self, form: Any) -> HttpResponse:
        back_on = form.cleaned_data["back_on"]
        ends_at = back_on and midnight(back_on)
        return self.record(actions.NewLeave(kind=LeaveKind.SICK, ends_at=ends_at))


class PutOnCall(KeepPage):
    """Time on call."""

    heading = "Put on call"
    form_class = forms.OnCallForm

    def make(self, form: Any) -> HttpResponse:
        actions.put_on_call(self.person, by=self.member, **form.cleaned_data)
        return self.finished()


class SetAbilities(KeepPage):
    """What a colleague brings."""

    heading = "What they bring"
    form_class = forms.AbilitiesForm

    def get_initial(self) -> dict[str, Any]:
        """What is recorded, or stands in for it."""
        known = abilities(self.member.agency_id)[self.person.pk]
        return {
            "areas": sorted(known.areas),
            "languages": sorted(known.languages),
            "gender": known.gender,
            "specialisms": sorted(known.specialisms),
            "may_visit_alone": known.may_visit_alone,
        }

    def make(self, form: Any) -> HttpResponse:
        given = form.cleaned_data
        new = Abilities(
            areas=frozenset(given["areas"]),
            languages=frozenset(given["languages"]),
            gender=given["gender"],
            specialisms=frozenset(given["specialisms"]),
            may_visit_alone=given["may_visit_alone"],
        )
        actions.set_abilities(self.person, new, by=self.member)
        return self.finished()


class _Button(ColleagueMixin):
    """A button on the colleague's page."""

    http_method_names = ["post"]
    own = False
    done: ClassVar[str] = ""

    def post(self, request: HttpRequest, *_args: Any, **kwargs: Any) -> HttpResponse:
        self.press(**kwargs)
        messages.success(request, self.done)
        return see_other(self.url("rota_person"))

    def press(self, **kwargs: Any) -> None:
        """Do it."""
        raise NotImplementedError


class EndLeave(_Button):
    """Back at work, or leave that is not taken."""

    own = True
    done = "The leave has ended."

    def press(self, **kwargs: Any) -> None:
        actions.end_leave(self.person, kwargs["row"], by=self.member)


class TakeOffCall(_Button):
    """On call no longer."""

    done = "No longer on call."

    def press(self, **kwargs: Any) -> None:
        actions.take_off_call(self.person, kwargs["row"], by=self.member)


class ClearDay(_Button):
    """The usual hours again."""

    done = "The usual hours count again on that day."

    def press(self, **kwargs: Any) -> None:
        try:
            on = date.fromisoformat(kwargs["on"])
        except ValueError:
            raise Http404 from None
        actions.clear_exception(self.person, on, by=self.member)


class Travel(ManagerMixin, FormPage):
    """How long the roads take."""

    template_name = "portal/rota/travel.html"
    form_class = roads.TravelForm

    def get_initial(self) -> dict[str, Any]:
        return roads.travel_initial(travel_minutes(self.member.agency_id))

    def make(self, form: Any) -> HttpResponse:
        actions.set_travel_minutes(form.minutes, by=self.member)
        messages.success(self.request, "Travel times saved.")
        return see_other(reverse("portal:rota"))

"""Pages that show every part of the look in every state, at addresses the navigation knows.

They stand on nothing but the portal's templates: no database, no sign-in.
"""

from datetime import timedelta

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import include, path
from django.utils import timezone

from accounts.models import Agency, Membership, User
from accounts.roles import Role
from portal import components as parts
from portal.clock_face import Urgency
from portal.error_pages import bad_request, broken, csrf_failed, forbidden, not_found, too_many
from portal.govuk.fields import DayField, MomentField
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios


class EverythingForm(GovukForm):
    agreed = forms.ChoiceField(
        label="Do they agree?",
        widget=Radios(hints={"vital": "You will be asked why"}),
        choices=[("yes", "Yes"), ("vital", "No, but I am sharing to protect life")],
        error_messages={"required": "Select whether they agree"},
    )
    full_name = forms.CharField(
        label="Full name", error_messages={"required": "Enter the person’s name"}
    )
    born_on = DayField(label="Date of birth", subject="Date of birth", required=False)
    phone = forms.CharField(label="Phone", required=False, help_text="Read it back to them.")
    safe_times = forms.MultipleChoiceField(
        label="When is it safe?",
        required=False,
        widget=Checkboxes(small=True, columns=True),
        choices=[("am", "Weekday mornings"), ("pm", "Weekday afternoons"), ("any", "Any time")],
    )
    area = forms.ChoiceField(
        label="Area",
        choices=[("", "Choose an area"), ("E08000012", "Liverpool")],
        error_messages={"required": "Select an area"},
    )
    ended_at = MomentField(
        label="When did the police visit end?",
        subject="The end of the police visit",
        initial=timezone.localdate,
    )
    summary = forms.CharField(
        label="What happened",
        max_length=200,
        help_text="Facts only.",
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter what happened"},
    )
    read_back = forms.BooleanField(
        label="I have read the number back",
        error_messages={"required": "Confirm you have read the number back"},
    )
    needed_sometimes = ("phone",)
    parts = (
        ("Agreement", ("agreed",)),
        ("Person", ("full_name", "born_on", "phone", "safe_times", "area")),
        ("What happened", ("ended_at", "summary", "read_back")),
    )


def jobs() -> list[parts.JobCard]:
    """One of each urgency, and one that somebody has."""
    now = timezone.now()
    allowed = parts.SafeContact(is_allowed=True, windows=["weekday mornings"])
    held = parts.SafeContact(is_allowed=False)
    facts = {"area": "Sefton", "harm": "Domestic abuse", "age_band": "25 to 34"}
    rows = [
        ("PH-4K7Q2B8T", -95.5, "high", allowed, {"take_url": "/take/"}),
        ("PH-9XW31C7D", 148, "medium", held, {"take_url": "/take/", "source": "Police"}),
        ("PH-2MD80F6G", 800, "standard", allowed, {"taken_by": "Jo Marsh at 2:31pm"}),
        ("PH-7TB55K4L", 1400, "", allowed, {"open_url": "/cases/"}),
    ]
    return [
        parts.JobCard(
            reference=reference,
            due_at=now + timedelta(minutes=minutes),
            risk=risk,
            safe_contact=contact,
            **facts,
            **more,
        )
        for reference, minutes, risk, contact, more in rows
    ]


def duty_desk(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    tiles = [
        parts.Tile(1, "Late", "/duty/?due=late", "past 24 hours", Urgency.LATE),
        parts.Tile(1, "Due in 4 hours", "/duty/?due=soon", "contact today", Urgency.SOON),
        parts.Tile(2, "Nobody’s yet", "/duty/?taken=no"),
    ]
    visits = [
        parts.Appointment(now, "Visit", "Sefton", "PH-2MD80F6G", "/cases/"),
        parts.Appointment(now, "Call", "Wirral", "PH-9XW31C7D", "/cases/", "Outside safe hours"),
    ]
    return render(
        request,
        "look/duty_desk.html",
        {"tiles_": tiles, "jobs": jobs(), "visits": visits, "now": now},
    )


def queue(request: HttpRequest) -> HttpResponse:
    if request.GET.get("broken"):
        return broken(request)
    return render(request, "look/queue.html", {"jobs": jobs()[:1], "now": timezone.now()})


def case(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    return render(
        request,
        "look/case.html",
        {
            "due_at": now + timedelta(hours=3),
            "tabs_": [
                parts.Tab("Timeline", "/cases/", is_current=True),
                parts.Tab("Services", "/cases/services/", count=2),
            ],
            "rows": [parts.Row("Phone", "07700 900 461", "/change/"), parts.Row("Words", "a\nb")],
            "happenings": [
                parts.Happening("Attempted contact", now, "Sam Doyle", "Text sent.\nNo reply."),
                parts.Happening("Referral received", now - timedelta(days=1)),
            ],
        },
    )


def everything(request: HttpRequest) -> HttpResponse:
    form = EverythingForm(request.POST or None)
    return render(request, "look/form.html", {"form": form})


def still_here(_request: HttpRequest) -> HttpResponse:
    """The way to the sign-in, as for somebody whose session has ended."""
    return redirect("/sign-out/")


def act_as(request: HttpRequest, role: Role) -> None:
    """Somebody of a role, made up on the spot."""
    agency = Agency(name="Liverpool IDVA service")
    user = User(name="Sam O’Doyle", email="sam@idva.example")
    request.membership = Membership(agency=agency, user=user, role=role)


class ActingMiddleware:
    """Everybody is an IDVA here, unless `?role=` says otherwise; `?role=` alone is nobody."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        role = request.GET.get("role", Role.ADVISER)
        if role:
            act_as(request, Role(role))
        return self.get_response(request)


_PAGES = [
    path("duty/", duty_desk, name="duty_desk"),
    path("duty/queue/", queue, name="duty_queue"),
    path("visits/", duty_desk, name="visits"),
    path("safety/", case, name="my_visits"),
    path("safety/out/", case, name="who_is_out"),
    path("marac/", case, name="marac"),
    path("plan/", case, name="plan"),
    path("rota/", case, name="rota"),
    path("hand-over/", case, name="hand_over"),
    path("team/", case, name="team"),
    path("notices/texts/", case, name="my_number"),
    path("clocks/", case, name="programme"),
    path("cases/", case, name="my_cases"),
    path("referrals/", everything, name="my_referrals"),
    path("referrals/new/", everything, name="new_referral"),
    path("inbox/", duty_desk, name="inbox"),
    path("people/", case, name="people"),
    path("people/systems/", case, name="systems"),
    path("services/", case, name="our_services"),
    path("search/", case, name="search"),
    path("evidence/", case, name="evidence"),
    path("break-glass/", case, name="glasses"),
    path("people/ways-back/", case, name="ways_back"),
    path("kept/", case, name="keeping"),
    path("disclosure/", case, name="disclosures"),
    path("still-here/", still_here, name="still_here"),
]
_ERRORS = {
    "400": bad_request,
    "403": forbidden,
    "403-csrf": csrf_failed,
    "404": not_found,
    "429": too_many,
    "500": broken,
}
urlpatterns = [
    path("", include((_PAGES, "portal"))),
    path("sign-out/", not_found, name="account_logout"),
    path("password/", not_found, name="account_change_password"),
    path("recovery-codes/", not_found, name="mfa_generate_recovery_codes"),
    *[path(f"errors/{name}/", view) for name, view in _ERRORS.items()],
]
handler404 = "portal.error_pages.not_found"

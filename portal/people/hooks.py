"""Where a system is told of what happens, how that goes, and what was given up on."""

from typing import Any, Final

from django.db.models import Count, Min, Q
from django.http import HttpResponse
from django.urls import reverse

from audit.recording import record
from events import hooking
from events.models import Call, Hook
from portal.govuk.forms import EmptyForm, GovukForm
from portal.pages import Page
from portal.people.forms import HookForm
from portal.people.systems import SystemPage
from portal.people.views import Administering

KEEP: Final = (
    "Put both where the system keeps its secrets. With the secret, or with the public key alone, it"
    " checks that a call is ours. Nobody can show the secret again."
)


class Told(Administering, Page):
    """Where one system is told, when it last answered, what waits."""

    template_name = "portal/people/told.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        known = self.ours.filter(ended_at=None, user=None).select_related("application")
        system = self.signed(known)
        record("system.webhook", about=("membership", system.pk))
        hook = hooking.current(system)
        return {
            "system": system,
            "sign": self.kwargs["colleague"],
            "may_hear": hooking.READS_EVENTS in system.application.scopes,
            "hook": hook,
            "last_answer": answer_in_words(hook.last_answer) if hook else "",
            **(_calls_of(hook) if hook else {}),
            **super().get_context_data(**kwargs),
        }


def _calls_of(hook: Hook) -> dict[str, Any]:
    waits, given_up = Q(sent_at=None, parked_at=None), Q(sent_at=None, parked_at__isnull=False)
    found = Call.objects.filter(hook=hook).aggregate(
        waiting=Count("pk", filter=waits),
        since=Min("owed_at", filter=waits),
        given_up=Count("pk", filter=given_up),
    )
    lost = Call.objects.filter(given_up, hook=hook).order_by("-owed_at")
    return {**found, "lost": [(call, answer_in_words(call.last_answer)) for call in lost[:25]]}


def answer_in_words(last_answer: str) -> str:
    """What came of a call, as an administrator can tell whoever runs the receiver."""
    if last_answer.isdecimal():
        return f"HTTP status {last_answer}"
    return _WENT_WRONG.get(last_answer, "nobody answered")


_WENT_WRONG: Final = {
    "": "none yet",
    "TimeoutError": "nothing within eight seconds",
    "gaierror": "the name of the host is not known",
    "SSLCertVerificationError": "its certificate is not good",
    "SSLError": "no secure connection could be made",
    "AddressRefused": "the address is not one that may be called",
    "CannotOpen": "the call could not be signed here: tell your operator",
}


class _OfHook(SystemPage):
    """An act on where a system is told."""

    form_class: type[GovukForm] = EmptyForm
    template_name = "portal/people/hook_act.html"
    heading = said = button = ""
    is_warning = False

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        words = {name: getattr(self, name) for name in ("heading", "said", "button", "is_warning")}
        return {**words, "back": self.back(), **super().get_context_data(**kwargs)}

    def back(self) -> str:
        """The page of where it is told."""
        return reverse("portal:told", args=[self.kwargs["colleague"]])

    def back_with(self, said: str) -> HttpResponse:
        """Say so on the page of where it is told."""
        return self.finished("told", said, self.kwargs["colleague"])

    def shown_once(self, made: Any, heading: str) -> HttpResponse:
        """The secret, now and never again."""
        return self.once(
            heading=heading,
            client_id=made.public_key,
            id_is="Public key",
            what="Signing secret",
            secret=made.shared,
            then=KEEP,
            back=self.back(),
        )


class Add(_OfHook):
    """It is told somewhere from now on."""

    template_name = "portal/people/add_hook.html"
    form_class = HookForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        made = hooking.add_hook(self.system, by=self.member, **given)
        return self.shown_once(made, f"{self.system.title} is told from now on")


class RenewSecret(_OfHook):
    """A new secret, the old one beside it for a day."""

    heading = "A new signing secret"
    said = (
        "For 24 hours calls are signed with the old secret and the new one, so nothing is lost"
        " while you change it. After that only the new one counts."
    )
    button = "Make a new secret"

    def act(self, given: dict[str, Any]) -> HttpResponse:
        made = hooking.renew_hook_secret(self.system, by=self.member)
        return self.shown_once(made, f"{self.system.title} has a new signing secret")


class Test(_OfHook):
    """A call about nothing."""

    heading = "Send a test"
    said = "The system is called within seconds, with the type “test” and no reference."
    button = "Send a test"

    def act(self, given: dict[str, Any]) -> HttpResponse:
        hooking.send_test(self.system, by=self.member)
        return self.finished(
            "told", "A test is on its way. Look here again in a minute.", self.kwargs["colleague"]
        )


class Again(_OfHook):
    """What was given up on goes out anew."""

    heading = "Send again what was given up"
    said = "Every call that was not taken within three days is owed anew, oldest first."
    button = "Send again"

    def act(self, given: dict[str, Any]) -> HttpResponse:
        number = hooking.send_again(self.system, by=self.member)
        calls = "call is" if number == 1 else "calls are"
        return self.finished(
            "told", f"{number} {calls} on the way again.", self.kwargs["colleague"]
        )


class End(_OfHook):
    """It is told no more."""

    heading = "Stop telling it"
    said = (
        "It is not called any more, and what waits is not sent. It can still ask for what"
        " happened, and you can tell it somewhere else."
    )
    button = "Stop telling it"
    is_warning = True

    def act(self, given: dict[str, Any]) -> HttpResponse:
        hooking.end_hook(self.system, by=self.member)
        return self.finished(
            "told", f"{self.system.title} is not called any more.", self.kwargs["colleague"]
        )

"""Systems that act for an agency, with secrets that are shown once."""

from functools import cached_property
from typing import Any

from django.db.models import Max
from django.http import HttpResponse
from django.urls import reverse

from accounts.actions import administering, proving
from accounts.models import AccessToken, ClientKey, Membership
from accounts.scopes import SCOPES
from audit.recording import record
from portal.govuk.forms import EmptyForm
from portal.pages import Page
from portal.people.forms import AddressesForm, KeyForm, SystemForm
from portal.people.views import ActPage, Administering
from portal.rota.people import sign_of

KEEP = (
    "Put it where the system keeps its secrets, and nowhere else: not in an e-mail. Here it is kept"
    " only as a fingerprint, and nobody can show it again."
)


class Systems(Administering, Page):
    """Every system that acts, what it may do, and when it last asked for a token."""

    template_name = "portal/people/systems.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.systems")
        known = self.ours.filter(user=None).select_related("application")
        here = list(known.filter(ended_at=None).order_by("title", "pk"))
        tokens = AccessToken.objects.filter(application__membership__in=here)
        asked = dict(tokens.values_list("application__membership").annotate(Max("created")))
        return {
            "here": [(each, _may(each), asked.get(each.pk), sign_of(each.pk)) for each in here],
            "signing": _signs(here),
            "gone": list(known.exclude(ended_at=None).order_by("title", "pk")),
            **super().get_context_data(**kwargs),
        }


class Add(ActPage):
    """A system begins to act."""

    template_name = "portal/people/add_system.html"
    form_class = SystemForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        made = administering.add_system(by=self.member, **given)
        return self.once(
            heading=f"{made.membership.title} can ask for tokens",
            client_id=made.client_id,
            what="Secret",
            secret=made.client_secret,
            then=KEEP,
            back=reverse("portal:systems"),
        )


class SystemPage(ActPage):
    """An act on one system."""

    @cached_property
    def system(self) -> Membership:
        """Which."""
        return self.signed(self.ours.filter(ended_at=None, user=None))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {"system": self.system, **super().get_context_data(**kwargs)}


class Renew(SystemPage):
    """A new secret in place of the old one."""

    template_name = "portal/people/renew.html"
    form_class = EmptyForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        secret = administering.renew_secret(self.system, by=self.member)
        return self.once(
            heading=f"{self.system.title} has a new secret",
            what="Secret",
            secret=secret,
            then=KEEP,
            back=reverse("portal:systems"),
        )


class End(SystemPage):
    """It acts no more."""

    template_name = "portal/people/end_system.html"
    form_class = EmptyForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        administering.end_membership(self.system, by=self.member)
        return self.finished("systems", f"{self.system.title} does not act any more.")


class UseKey(SystemPage):
    """It signs from now on."""

    template_name = "portal/people/use_key.html"
    form_class = KeyForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        proving.add_client_key(self.system, by=self.member, **given)
        return self.finished("systems", f"{self.system.title} signs with its own key from now on.")


class EndKeys(SystemPage):
    """It goes back to its secret."""

    template_name = "portal/people/end_keys.html"
    form_class = EmptyForm

    def act(self, given: dict[str, Any]) -> HttpResponse:
        proving.end_client_keys(self.system, by=self.member)
        return self.finished("systems", f"{self.system.title} uses its secret again.")


class Addresses(SystemPage):
    """From where it may come."""

    template_name = "portal/people/addresses.html"
    form_class = AddressesForm

    def get_initial(self) -> dict[str, Any]:
        """As it is."""
        return {"networks": self.system.application.addresses}

    def act(self, given: dict[str, Any]) -> HttpResponse:
        networks = proving.set_addresses(self.system, by=self.member, **given)
        where = f"from {networks}" if networks else "from anywhere"
        return self.finished("systems", f"{self.system.title} may come {where}.")


def _signs(systems: list[Membership]) -> set[int]:
    """Which of some systems sign with a key of their own."""
    keys = ClientKey.objects.live().filter(application__membership__in=systems)
    return {*keys.values_list("application__membership", flat=True)}


def _may(system: Membership) -> list[str]:
    application = getattr(system, "application", None)
    scopes = application.scopes if application else frozenset()
    return [said for scope, said in SCOPES.items() if scope in scopes]

"""How to be in touch safely: every way that was spoken of, changed or confirmed one by one."""

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse

from accounts.roles import Permission
from directory.contact import ContactChannel, HoldReason
from directory.safe_times import windows_from_json
from portal.cases.work import WorkPage
from portal.contact.forms import ChannelForm, ReleaseForm, WayForm, answers_of
from portal.govuk.forms import EmptyForm
from portal.pages import see_other
from portal.referrals.translating import choices_of
from referrals.actions.giving_contact import waiting_contact
from referrals.models import ContactHold
from visits import actions as visiting


class HowToReach(WorkPage):
    """Every way that was spoken of; a new one is begun from here."""

    needs = Permission.VISIT
    purpose = "how to be in touch safely"
    heading, button = "How to be in touch safely", "Add this way"
    template_name = "portal/contact/how.html"
    form_class = ChannelForm

    def make(self, form: Any) -> HttpResponse:
        channel = form.cleaned_data["channel"]
        return see_other(reverse("portal:agree_way", args=[self.reference, channel]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        held = ContactHold.objects.filter(case=self.referral.case_id, released_at=None).first()
        return {
            "ways": self.shown_ways,
            "channels": ContactChannel.choices,
            "held": held and HoldReason(held.reason).label,
            "given": waiting_contact(self.referral),
            **super().get_context_data(**kwargs),
        }


class _WayPage(WorkPage):
    """A page about one way."""

    needs = Permission.VISIT
    purpose = "how to be in touch safely"
    button = "Save"

    @property
    def channel(self) -> str:
        """The way the address names. What is no way leads nowhere."""
        channel = str(self.kwargs["channel"])
        if channel not in ContactChannel.values:
            raise Http404
        return channel

    def finished(self) -> HttpResponse:
        messages.success(self.request, self.done)
        return see_other(reverse("portal:how_to_reach", args=[self.reference]))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {**super().get_context_data(**kwargs), "heading": self.said_heading}

    @property
    def said_heading(self) -> str:
        """What the page is called."""
        return f"{self.heading}: {ContactChannel(self.channel).label.lower()}"


class AgreeWay(_WayPage):
    """What she has just said of one way."""

    heading, done = "In touch safely", "Saved, and confirmed by you today."
    form_class = WayForm
    fields_of = {"windows": "safe_times", "expires_at": "until"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "channel": self.channel}

    def get_initial(self) -> dict[str, Any]:
        rule = self.ways.rules.get(self.channel)
        times = choices_of(windows_from_json(rule.windows)) if rule else []
        words = answers_of(self.words_of_ways.get(self.channel, {}))
        return {**words, "safe_times": times}

    def make(self, form: Any) -> HttpResponse:
        visiting.agree_way(self.reference, form.way, by=self.member)
        return self.finished()


class ConfirmWay(_WayPage):
    """Still right: she was asked today."""

    heading, done = "Still right", "Confirmed by you today."
    form_class = EmptyForm
    http_method_names = ["post"]

    def make(self, form: Any) -> HttpResponse:
        visiting.confirm_way(self.reference, self.channel, by=self.member)
        return self.finished()


class ReleaseHold(_WayPage):
    """A safe way was found: contact begins again in that one way."""

    heading, button = "Let contact begin again", "Let contact begin again"
    done = "Contact may begin again, in this way alone."
    form_class = ReleaseForm
    fields_of = {"windows": "safe_times", "expires_at": "until"}

    @cached_property
    def channel(self) -> str:
        """The way that was chosen on the page before; a call unless another is."""
        asked = self.request.GET.get("channel", "")
        return asked if asked in ContactChannel.values else str(ContactChannel.PHONE_CALL)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "channel": self.channel}

    def make(self, form: Any) -> HttpResponse:
        reason = form.cleaned_data["reason"]
        visiting.release_hold(self.reference, form.way, by=self.member, reason=reason)
        return self.finished()

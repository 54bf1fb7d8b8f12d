"""My visits today: one tap for each act, without JavaScript, as often as the signal makes one tap.

What is typed in the word's box is looked at and not kept. Every answer is the same page.
"""

from datetime import datetime
from typing import Any, ClassVar, Final

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.roles import Permission
from audit.recording import name_shown, record
from directory.lone_working import CallOffReason
from portal.pages import MemberView, Page, see_other
from portal.safety.cards import DONE_LATELY, cards, going_out, open_ones
from portal.spoken_time import time_of_day
from visits import actions
from visits.actions.keeping_safe import CheckNeeded
from visits.lone_working import EXTENSIONS

LONGEST_WORD: Final = 100


class MyVisits(Page):
    """What the member goes out for, today and next."""

    needs = Permission.VISIT
    template_name = "portal/safety/mine.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        record("list.my_visits")
        now = timezone.now()
        mine = going_out(self.member).filter(Q(adviser=self.member) | Q(second_worker=self.member))
        lately = Q(ended_at__gt=now - DONE_LATELY)
        shown = cards(mine.filter(open_ones(now) | lately), now, to=self.member)
        name_shown(each.reference for each in shown)
        return {
            "open": [each for each in shown if not each.ended],
            "done": [each for each in shown if each.ended],
            "extensions": EXTENSIONS,
            "reasons": CallOffReason.choices,
            "longest_word": LONGEST_WORD,
            **super().get_context_data(**kwargs),
        }


class Act(MemberView):
    """One tap. Where it leads is always the same page."""

    needs = Permission.VISIT
    http_method_names = ["post"]
    done: ClassVar[str] = ""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        self.act()
        return see_other(reverse("portal:my_visits"))

    def act(self) -> None:
        """The one call into visits, and what is said of it."""
        raise NotImplementedError

    @property
    def word(self) -> str:
        """What was typed, which nobody keeps."""
        return self.request.POST.get("word", "")[:LONGEST_WORD]


class Leave(Act):
    """I am leaving now."""

    def post(self, request: HttpRequest, reference: str) -> HttpResponse:
        try:
            outing = actions.begin(reference, by=self.member)
        except CheckNeeded as refusal:
            messages.warning(request, str(refusal))
            return see_other(reverse("portal:check_visit", args=[reference]))
        if outing.expected_end_at and not outing.ended_at:
            until = time_of_day(outing.expected_end_at)
            messages.success(request, f"Your buddy expects you to check out by {until}.")
        return see_other(reverse("portal:my_visits"))


class BeLate(Act):
    """I need longer."""

    def act(self) -> None:
        minutes, shown = self.request.POST.get("minutes", ""), self.request.POST.get("until", "")
        outing = actions.extend(
            self.reference,
            int(minutes) if minutes.isdecimal() else 0,
            until=_instant(shown),
            by=self.member,
            word=self.word,
        )
        if outing.ended_at or outing.expected_end_at is None:
            messages.warning(self.request, "You are not out.")
            return
        until = time_of_day(outing.expected_end_at)
        if outing.expected_end_at == _instant(shown):
            said = f"You cannot put it off again: you are expected by {until}. Ring your buddy."
            messages.warning(self.request, said)
        else:
            messages.success(self.request, f"Your buddy now expects you by {until}.")


class ComeBack(Act):
    """I am back."""

    def act(self) -> None:
        outing = actions.come_back(self.reference, by=self.member, word=self.word)
        if outing.ended_at:
            messages.success(self.request, "You are checked out.")
        else:
            messages.warning(self.request, "You had not left.")


class Stop(Act):
    """I break the visit off."""

    def act(self) -> None:
        outing = actions.abort(self.reference, by=self.member, word=self.word)
        if outing.ended_at:
            said = "You are checked out. Your buddy and your manager hear that you broke it off."
            messages.success(self.request, said)
        else:
            messages.warning(self.request, "You had not left.")


class NotGoing(Act):
    """I do not go."""

    def act(self) -> None:
        actions.call_off(self.reference, self.request.POST.get("reason", ""), by=self.member)
        said = "Nobody waits for you. Move the booking, or record how the visit ended."
        messages.success(self.request, said)


def _instant(text: str) -> datetime:
    """The instant a page carried; long ago for one that is none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    return (
        found
        if found and found.tzinfo
        else datetime.min.replace(tzinfo=timezone.get_default_timezone())
    )

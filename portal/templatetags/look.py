"""The components of `components.py` and the time filters, as template tags.

Built into the engine, so templates use them without `{% load %}`. Everything is computed here, so
that a page reads the same without JavaScript.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from django import forms, template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from portal import clock_face, spoken_time
from portal.components import Appointment, Happening, JobCard, Row, SafeContact, Tab, Tile
from portal.govuk.forms import error_links

register = template.Library()

# Colour is the second cue; the word is always there. Keys are the stored codes.
RISK_TAGS: Final = {
    "high": ("High risk", "red"),
    "medium": ("Medium risk", "yellow"),
    "standard": ("Standard risk", "grey"),
}
NOT_ASSESSED: Final = ("Risk not assessed", "grey")


@register.filter
def time_of_day(at: datetime) -> str:
    """7:42am."""
    return spoken_time.time_of_day(at)


@register.filter
def day(on: date) -> str:
    """21 November 2026."""
    return spoken_time.day(on)


@register.filter
def day_and_time(at: datetime) -> str:
    """today at 7:42am."""
    return spoken_time.day_and_time(at, now=timezone.now())


@register.filter
def inline_svg(picture: str) -> SafeString:
    """A drawing made by the server itself, without its XML heading, to stand in the page."""
    return mark_safe(picture[picture.index("<svg") :])  # noqa: S308 -- ours, never anybody's input


@register.inclusion_tag("portal/parts/clock.html")
def clock(due_at: datetime, label: str = "contact by", hours: int = 24) -> dict[str, Any]:
    """The large clock of a card: time left, bar, and the hour it runs out."""
    length = timedelta(hours=hours)
    return {"face": clock_face.face(due_at, now=timezone.now(), length=length), "label": label}


@register.inclusion_tag("portal/parts/time_left.html")
def time_left(due_at: datetime) -> dict[str, Any]:
    """The time left as words in a line of text."""
    return {"face": clock_face.face(due_at, now=timezone.now())}


@register.inclusion_tag("portal/parts/risk_tag.html")
def risk_tag(risk: str) -> dict[str, str]:
    """High, medium or standard; anything else is not assessed."""
    words, colour = RISK_TAGS.get(risk, NOT_ASSESSED)
    return {"words": words, "colour": colour}


@register.inclusion_tag("portal/parts/safe_contact.html")
def safe_contact(contact: SafeContact) -> dict[str, Any]:
    """The two clear facts of a preview: whether contact is allowed, and when it is safe."""
    return {"contact": contact}


@register.inclusion_tag("portal/parts/tiles.html")
def tiles(numbers: Sequence[Tile]) -> dict[str, Any]:
    """Up to four numbers to act on."""
    return {"tiles": numbers}


@register.inclusion_tag("portal/parts/job_card.html", takes_context=True)
def job_card(context: template.Context, card: JobCard) -> dict[str, Any]:
    """A referral on the duty desk, as a list item."""
    now = timezone.now()
    return {
        "card": card,
        "urgency": clock_face.urgency(card.due_at, now=now),
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("portal/parts/summary_card.html")
def summary_card(title: str, rows: Sequence[Row]) -> dict[str, Any]:
    """A titled list of answers; rows may each have a Change link."""
    return {"title": title, "rows": rows}


@register.inclusion_tag("portal/parts/timeline.html")
def timeline(happenings: Sequence[Happening]) -> dict[str, Any]:
    """What happened, newest first; it stands under a second-level heading."""
    return {"happenings": happenings}


@register.inclusion_tag("portal/parts/tabs.html")
def tabs(links: Sequence[Tab], label: str) -> dict[str, Any]:
    """Sub-navigation; `label` names it for screen readers."""
    return {"tabs": links, "label": label}


@register.inclusion_tag("portal/parts/agenda.html")
def agenda(appointments: Sequence[Appointment]) -> dict[str, Any]:
    """One day's appointments in order."""
    return {"appointments": appointments}


@register.inclusion_tag("portal/parts/error_summary.html")
def error_summary(form: forms.BaseForm) -> dict[str, Any]:
    """All that is wrong, each sentence a link. `portal/base.html` shows it for `form`."""
    return {"links": list(error_links(form))}


@register.inclusion_tag("portal/parts/button.html")
def button(words: str, about: str = "", kind: str = "") -> dict[str, str]:
    """A submit button, guarded against a second click. `about` is read out, not shown."""
    return {"words": words, "about": about, "kind": kind}


@register.inclusion_tag("portal/parts/back_link.html")
def back_link(url: str, words: str = "Back") -> dict[str, str]:
    """For the block `before`: where one came from."""
    return {"url": url, "words": words}

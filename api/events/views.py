"""What happened, in order: for systems that keep up by asking."""

from typing import Any, Final

from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from api.operations import PAGE_SIZE, Operation
from api.paging import size_of
from api.problems import problem
from api.serializers import instant
from api.views import MemberView
from audit.recording import name_shown, record
from events.kinds import EventKind
from events.models import Event

AFTER: Final = "after"
_TOLD: Final = [(kind.value, kind.label) for kind in EventKind if kind is not EventKind.TEST]


class EventOut(serializers.Serializer[Any]):
    """Something happened to what your agency has to do with: read it for what there is now."""

    position = serializers.IntegerField()
    id = serializers.UUIDField()
    type = serializers.ChoiceField(_TOLD)
    reference = serializers.CharField()
    occurred_at = serializers.DateTimeField()


class EventFeed(serializers.Serializer[Any]):
    """Events in order. ``last`` is what to ask ``after`` next time, also when there was nothing."""

    results = EventOut(many=True)
    last = serializers.IntegerField()
    more = serializers.BooleanField()


class Events(MemberView):
    """What happened to the agency's referrals."""

    operations = {
        "GET": Operation(
            "listEvents",
            "event:read",
            EventFeed,
            queries={AFTER: (), PAGE_SIZE: ()},
            refuses={410: "What came next is older than 90 days: begin at 0, and read again."},
        )
    }

    def get(self, request: Request) -> Response:
        """List what happened after a position, oldest first. Positions grow by one and leave none
        out; what is older than 90 days is gone, and asking for it answers 410."""
        record("list.events")
        after, size = self._after(), size_of(request)
        ours = Event.objects.numbered_for(self.member.agency_id).order_by("position")
        found = list(ours.filter(position__gt=after)[: size + 1])
        if found and after and found[0].position != after + 1:
            return problem(410, "events-gone", "What came next is older than 90 days. Begin at 0.")
        shown = found[:size]
        name_shown(event.reference for event in shown)
        results = [_event_for(event) for event in shown]
        last = shown[-1].position if shown else after
        return Response({"results": results, "last": last, "more": len(found) > size})

    def _after(self) -> int:
        given = self.query(AFTER, "0")
        if not (given.isascii() and given.isdecimal() and len(given) < 19):  # noqa: PLR2004
            raise ValidationError({AFTER: ["Give a position, or 0 to begin."]})
        return int(given)


def _event_for(event: Event) -> dict[str, Any]:
    return {
        "position": event.position,
        "id": str(event.pk),
        "type": event.kind,
        "reference": event.reference,
        "occurred_at": instant(event.occurred_at),
    }

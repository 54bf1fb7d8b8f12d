"""Every permission, every role, and which role grants which."""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from django.db import models


class Permission(StrEnum):
    """One thing a member may be allowed to do."""

    REFER = auto()  # draft, send and withdraw a referral; refer on
    DECIDE = auto()  # take, accept, decline, ask
    OPEN = auto()  # open the sealed parts of a case one is assigned to
    OPEN_ANY = auto()  # open any case the agency holds a grant for
    VISIT = auto()  # book, record attempts and outcomes
    CLOSE = auto()
    APPROVE = auto()  # second person for sharing without consent
    MANAGE = auto()  # reassign; see the team's work
    ADMINISTER = auto()  # people, roles and clients of one's own agency
    COUNT = auto()  # suppressed numbers, nothing else


class Role(models.TextChoices):
    """What somebody is to their agency."""

    OFFICER = "officer", "Police officer"
    SUPERVISOR = "supervisor", "Police supervisor"
    ADVISER = "adviser", "IDVA"
    DUTY_MANAGER = "duty_manager", "IDVA manager"
    CASEWORKER = "caseworker", "Service worker"
    TEAM_LEAD = "team_lead", "Service manager"
    COORDINATOR = "coordinator", "Coordinator"
    ANALYST = "analyst", "Analyst"
    ADMINISTRATOR = "administrator", "Agency administrator"
    CLIENT = "client", "System of the agency"


_P = Permission
_CASEWORK = frozenset({_P.REFER, _P.DECIDE, _P.OPEN, _P.CLOSE})
_LEADING = _CASEWORK | {_P.OPEN_ANY, _P.APPROVE, _P.MANAGE}

GRANTS: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.OFFICER: frozenset({_P.REFER, _P.OPEN}),
    Role.SUPERVISOR: frozenset({_P.REFER, _P.OPEN, _P.APPROVE, _P.MANAGE}),
    Role.ADVISER: _CASEWORK | {_P.VISIT},
    Role.DUTY_MANAGER: _LEADING | {_P.VISIT},
    Role.CASEWORKER: _CASEWORK,
    Role.TEAM_LEAD: _LEADING,
    Role.COORDINATOR: _LEADING | {_P.VISIT},
    Role.ANALYST: frozenset({_P.COUNT}),
    Role.ADMINISTRATOR: frozenset({_P.ADMINISTER}),
    Role.CLIENT: _CASEWORK | {_P.OPEN_ANY, _P.VISIT},
}

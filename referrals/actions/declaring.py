"""Declaring whom one knows, and letting somebody back in where it was another person."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid4

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.utils import timezone

from accounts.models import Membership
from accounts.roles import Permission
from audit.recording import record
from directory.conflicts import LiftReason, Relation
from referrals.beginning import Term
from referrals.clear_facts import check_code
from referrals.errors import NotWellFormed, ReasonMissing
from referrals.models import ConflictBlock, ConflictTag
from tenancy.work import unit_of_work
from vault.blind_index import canonical_name_dob, canonical_phone
from vault.keyd import get_keyd


@dataclass(frozen=True, kw_only=True)
class Known:
    """Somebody whom a member of staff knows: a name and birth date, a phone number, or both."""

    relation: str
    given_name: str = ""
    family_name: str = ""
    born_on: date | None = None
    phone: str = ""

    def terms(self) -> Iterator[Term]:
        """What they can be recognised by.

        :raises NotWellFormed: for what would match nobody.
        """
        name = (self.given_name.strip(), self.family_name.strip())
        if any(name) or self.born_on:
            if not (all(name) and self.born_on):
                raise NotWellFormed("family_name", "Enter both names and the date of birth.")
            yield "name_dob", canonical_name_dob(*name, self.born_on)
        if self.phone.strip():
            canonical = canonical_phone(self.phone)
            if canonical is None:
                raise NotWellFormed("phone", "Enter a phone number, like 07700 900 982.")
            yield "phone", canonical


def declare(known: Known, *, of: Membership, by: Membership) -> int:
    """Declare somebody whom ``of`` knows: no case with them in it exists for ``of`` from now on,
    those that stand included. What was typed is not kept; how many marks it left is the answer.

    :raises PermissionDenied: for somebody else but oneself, unless one administers the agency.
    :raises NotWellFormed: for a relation that is not on the list, or nobody to recognise.
    """
    with unit_of_work(by.context):
        record("conflict.declare", about=("membership", of.pk), reason=known.relation)
        if of.is_client or not may_declare_for(of, by):
            raise PermissionDenied
        check_code("relation", known.relation, Relation.values)
        tags = _tags(known, of, by)
        if not tags:
            raise NotWellFormed("given_name", "Enter a name and date of birth, or a phone number.")
        ConflictTag.objects.bulk_create(tags)
        with connection.cursor() as cursor:
            cursor.execute("SELECT referrals_keep_out_declared(%s)", [tags[0].declaration])
        return len(tags)


def may_declare_for(of: Membership, by: Membership) -> bool:
    """Whether ``by`` may say whom ``of`` knows: for oneself, or as the agency's administrator."""
    is_own = of.pk == by.pk
    return is_own or (of.agency_id == by.agency_id and by.has(Permission.ADMINISTER))


def lift(block_id: UUID, reason: str, *, by: Membership) -> ConflictBlock:
    """Let a case exist again for somebody who turned out not to know anybody in it.

    :raises ConflictBlock.DoesNotExist: if nobody of the agency is kept out by it.
    :raises PermissionDenied: for anybody but an administrator, and for whom it keeps out.
    :raises ReasonMissing: without a reason from the list.
    """
    if reason not in LiftReason.values:
        raise ReasonMissing("Select why it is lifted.")
    with unit_of_work(by.context):
        record("conflict.lift", about=("conflict", block_id), reason=reason)
        if not by.has(Permission.ADMINISTER):
            raise PermissionDenied
        standing = ConflictBlock.objects.filter(agency=by.agency_id, lifted_at=None)
        block = standing.select_for_update(of=("self",)).get(pk=block_id)
        if block.membership_id == by.pk:
            raise PermissionDenied
        block.lifted_at, block.lifted_by, block.lift_reason = timezone.now(), by, reason
        block.save(update_fields=["lifted_at", "lifted_by", "lift_reason"])
        return block


def _tags(known: Known, of: Membership, by: Membership) -> list[ConflictTag]:
    keyd, declaration, at = get_keyd(), uuid4(), timezone.now()
    return [
        ConflictTag(
            agency_id=of.agency_id,
            membership=of,
            declaration=declaration,
            relation=known.relation,
            purpose=purpose,
            key_version=keyd.index_key_version(of.agency_id, purpose),
            tag=keyd.tag(of.agency_id, purpose, parts),
            declared_by=by,
            declared_at=at,
        )
        for purpose, parts in known.terms()
    ]

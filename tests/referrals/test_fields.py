"""Every column of the heart is clear by design or sealed: a new one must say which, here."""

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models

# Words that stand in the clear although no list of codes bounds them, each with its reason.
CLEAR_WORDS = {
    "Case.safe_windows": "days and times, made from SafeWindow alone",
    "Referral.safe_windows": "days and times, made from SafeWindow alone",
    "ContactRule.windows": "days and times, made from SafeWindow alone",
    "GivenContact.windows": "days and times, made from SafeWindow alone",
    "Referral.reference": "made here, says nothing",
    "Grant.reference": "made here, says nothing",
    "Referral.on_behalf_of": "who of the sender's staff a system claims to act for; 60 characters",
    "Referral.offered": "compartments, by name",
    "Grant.compartments": "compartments, by name",
    "Grant.earlier_compartments": "compartments, by name",
    "BreakGlass.compartments": "compartments, by name",
    "ConsentEntry.compartments": "compartments, by name",
    "ConsentEntry.wording_version": "the version of a form, checked by its pattern",
    "ReferralEvent.reason": "the coded reason of the move",
    "SealedRecord.compartment": "a compartment, by name",
    "SealedRecord.code": "kind and relationship of a party, both codes",
    "ConflictTag.purpose": "what kind of tag, chosen by the house",
    "SearchTag.purpose": "what kind of tag, chosen by the house",
}
SEALED = {
    "Bundle.sealed": "keys sealed to an agency",
    "Bundle.signature": "a signature",
    "ErasureKey.key": "a key that opens nothing by itself",
    "GivenContact.envelope": "what the referrer found, under a key of its own",
    "GivenContact.sealed": "that key, sealed to one agency",
    "GivenContact.signature": "a signature",
    "Referral.offer_signature": "a signature",
    "AttachmentFrame.sealed": "a piece of a file",
    "SealedRecord.envelope": "everything that names, locates or tells",
    "ConflictTag.tag": "a keyed fingerprint of whom staff know",
    "SearchTag.tag": "a keyed fingerprint",
}
BOUND = (
    models.UUIDField,
    models.ForeignKey,
    models.OneToOneField,
    models.DateField,
    models.BooleanField,
    models.IntegerField,
)


def columns():
    for model in apps.get_app_config("referrals").get_models():
        for field in model._meta.concrete_fields:  # noqa: SLF001 -- Django's own way to the fields
            yield f"{model.__name__}.{field.name}", field


def says_only_codes(field):
    bounded = field.base_field if isinstance(field, ArrayField) else field
    return bool(bounded.choices) or isinstance(field, BOUND)


def test_every_column_is_bounded_sealed_or_explained():
    loose = {name for name, field in columns() if not says_only_codes(field)}

    assert loose == CLEAR_WORDS.keys() | SEALED.keys()


def test_what_is_sealed_is_bytes_and_nothing_else_is():
    binary = {name for name, field in columns() if isinstance(field, models.BinaryField)}

    assert binary == SEALED.keys()


def test_no_column_of_words_is_long():
    longest = max(
        field.max_length or 0 for _, field in columns() if isinstance(field, models.CharField)
    )

    assert longest <= 60
    assert not [name for name, field in columns() if isinstance(field, models.TextField)]

"""One name chooses where the root is; what is only half configured does not start."""

import sys

import pytest

from vault.apps import check_root
from vault.errors import RootKeyRefused
from vault.providers.chosen import chosen_provider

ARN = "arn:aws:kms:eu-west-2:111122223333:key/"
TRANSIT = {
    "ROOT_PROVIDER": "transit",
    "ROOT_KEY_FILE": "",
    "TRANSIT_URL": "https://vault.example.org",
    "TRANSIT_TOKEN_FILE": "/run/secrets/transit-token",
    "TRANSIT_KEY": "pierhead",
}
KMS = {
    "ROOT_PROVIDER": "kms",
    "ROOT_KEY_FILE": "",
    "KMS_REGION": "eu-west-2",
    "KMS_KEY": f"{ARN}one",
    "KMS_MAC_KEY": f"{ARN}two",
}
PREVIOUS = {"KMS_PREVIOUS_KEY": f"{ARN}three", "KMS_PREVIOUS_MAC_KEY": f"{ARN}four"}


@pytest.fixture(autouse=True)
def _nothing_of_others(settings):
    for name in (*TRANSIT, *KMS, *PREVIOUS):
        if name not in ("ROOT_PROVIDER", "ROOT_KEY_FILE"):
            setattr(settings, name, "")


def told(settings, given):
    for name, value in given.items():
        setattr(settings, name, value)


@pytest.mark.parametrize(
    ("given", "kind"),
    [({}, "LocalProvider"), (TRANSIT, "TransitProvider"), (KMS, "KmsProvider")],
    ids=["local", "transit", "kms"],
)
def test_the_provider_is_the_one_that_is_named(settings, given, kind):
    told(settings, given)

    assert type(chosen_provider()).__name__ == kind


def test_kms_may_have_a_previous_root(settings):
    told(settings, KMS | PREVIOUS)

    described = chosen_provider().describe()

    assert (described.current, described.previous) == (f"{ARN}one", f"{ARN}three")


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (base, name)
        for base in (TRANSIT, KMS)
        for name in base
        if name not in ("ROOT_PROVIDER", "ROOT_KEY_FILE")
    ],
)
def test_a_root_that_is_half_configured_is_refused_and_says_what_is_missing(settings, given, name):
    told(settings, given)
    assert chosen_provider()

    setattr(settings, name, "")

    with pytest.raises(RootKeyRefused, match=f"^{name} is not set: ROOT_PROVIDER="):
        chosen_provider()


@pytest.mark.parametrize(
    ("given", "stray"),
    [
        ({}, {"TRANSIT_URL": "https://vault.example.org"}),
        ({}, {"KMS_KEY": f"{ARN}one"}),
        (TRANSIT, {"ROOT_KEY_FILE": "/etc/pierhead/root.key"}),
        (KMS, {"TRANSIT_MOUNT": "transit"}),
    ],
)
def test_settings_of_two_roots_are_refused(settings, given, stray):
    told(settings, given)
    assert chosen_provider()

    told(settings, stray)

    with pytest.raises(RootKeyRefused, match=rf"^{next(iter(stray))} is set, but ROOT_PROVIDER is"):
        chosen_provider()


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        ({"ROOT_PROVIDER": "gcp"}, r"'gcp'; it can be: local, transit, kms\.$"),
        ({**KMS, "KMS_KEY": "alias/pierhead"}, "ARN"),
        ({**KMS, **PREVIOUS, "KMS_PREVIOUS_MAC_KEY": "alias/old"}, "ARN"),
        ({**KMS, "KMS_PREVIOUS_KEY": f"{ARN}three"}, "together or not"),
        ({**TRANSIT, "TRANSIT_URL": "http://vault.example.org"}, "https"),
    ],
)
def test_what_cannot_be_right_is_refused(settings, spoilt, said):
    told(settings, spoilt)

    with pytest.raises(RootKeyRefused, match=said):
        chosen_provider()


def test_kms_without_its_packages_names_them(settings, monkeypatch):
    told(settings, KMS)
    monkeypatch.delitem(sys.modules, "vault.providers.kms", raising=False)
    monkeypatch.setitem(sys.modules, "boto3", None)

    with pytest.raises(RootKeyRefused, match=r"requirements-kms\.txt"):
        chosen_provider()


def test_check_deploy_says_what_the_root_lacks(settings):
    assert check_root(None) == []

    told(settings, {**TRANSIT, "TRANSIT_KEY": ""})

    assert [(fault.id, fault.msg[:22]) for fault in check_root(None)] == [
        ("vault.E001", "TRANSIT_KEY is not set")
    ]

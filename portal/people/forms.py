"""Who somebody is to the agency, and what a system may do."""

from typing import Any

from django import forms

from accounts.models.agencies import ROLES_OF
from accounts.roles import Role
from accounts.scopes import SCOPES
from oversight.models import Recovery
from portal.govuk.forms import GovukForm
from portal.govuk.widgets import Checkboxes, Radios

DOES = {
    Role.OFFICER: "Refers, and follows what they sent",
    Role.SUPERVISOR: "Refers, answers for colleagues’ referrals, approves without agreement",
    Role.ADVISER: "Takes referrals, visits, works on the cases that are theirs",
    Role.DUTY_MANAGER: "Leads the desk: opens any case of the agency, hands over, approves",
    Role.CASEWORKER: "Answers referrals, and works on the cases that are theirs",
    Role.TEAM_LEAD: "Leads the service: opens any case of the agency, hands over, approves",
    Role.COORDINATOR: "Takes what comes from outside the areas that joined, and runs MARACs",
    Role.ANALYST: "Reads numbers, and no case",
    Role.ADMINISTRATOR: "Looks after people, roles and systems, and opens no case",
}


class RoleForm(GovukForm):
    """One of the roles that the kind of agency has."""

    role = forms.ChoiceField(
        label="What do they do?",
        widget=Radios(),
        error_messages={"required": "Select what they do"},
    )

    def __init__(self, *args: Any, kind: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["role"]
        field.choices = [(each.value, each.label) for each in DOES if each in ROLES_OF[kind]]  # type: ignore[attr-defined]
        field.widget.hints = {each.value: said for each, said in DOES.items()}


class RecoveryForm(GovukForm):
    """What somebody lost."""

    reason = forms.ChoiceField(
        label="What did they lose?",
        choices=Recovery.Reason.choices,
        widget=Radios(),
        error_messages={"required": "Select what they lost"},
    )


class PersonForm(RoleForm):
    """Somebody who joins."""

    name = forms.CharField(
        label="Full name",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter their name"},
    )
    email = forms.EmailField(
        label="Work e-mail address",
        help_text="They sign in with it. Never a private one, and never one that somebody shares.",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "required": "Enter their work e-mail address",
            "invalid": "Enter an e-mail address, like name@example.org",
        },
    )
    field_order = ("name", "email", "role")


class KeyForm(GovukForm):
    """With what a system signs."""

    public_key = forms.CharField(
        label="Public key",
        help_text="On the curve P-256 or Ed25519, in PEM or as a JWK. Never the private key.",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the public key"},
    )


class AddressesForm(GovukForm):
    """From where a system may come."""

    networks = forms.CharField(
        label="Networks",
        help_text="By spaces, like 192.0.2.0/24 2001:db8::/48. Leave it empty for anywhere.",
        max_length=1000,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class HookForm(GovukForm):
    """Where a system is told."""

    address = forms.CharField(
        label="Address",
        help_text="It begins with https:// and leads to a machine on the internet.",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter the address"},
    )


class SystemForm(GovukForm):
    """A system that acts for the agency."""

    title = forms.CharField(
        label="What is the system called?",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter what the system is called"},
    )
    scopes = forms.MultipleChoiceField(
        label="What may it do?",
        help_text="Select as little as it needs.",
        choices=list(SCOPES.items()),
        widget=Checkboxes(small=True),
        error_messages={"required": "Select at least one thing"},
    )

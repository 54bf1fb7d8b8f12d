"""Who can sign in, and which systems can: at least one for every role in every kind of agency.

The people are invented. They all have the same passphrase, because they are for looking around.
"""

import base64
import hashlib
from collections.abc import Sequence
from typing import Final, NamedTuple

from accounts.roles import Role
from directory.areas import BCUS

PASSWORD: Final = "a lantern at the pierhead"  # noqa: S105 -- of invented people, on one machine
_R = Role


class NewMember(NamedTuple):
    """A person of an agency; the first of a role is addressed by it."""

    agency: str
    role: Role
    name: str
    title: str = ""
    address: str = ""

    @property
    def email(self) -> str:
        """Where they sign in: ``officer@merseyside-police.example.org``."""
        local = self.address or self.role.replace("_", ".")
        return f"{local}@{self.agency}.example.org"

    @property
    def totp_secret(self) -> str:
        """The same in every demonstration, so that an authenticator app need not be set up anew."""
        return base64.b32encode(_made_of("totp", self.email)[:20]).decode()


def _officer(name: str, unit: str, address: str = "") -> NewMember:
    title = f"Constable, {unit} {BCUS[unit].name}"
    return NewMember("merseyside-police", _R.OFFICER, name, title, address)


def _pair(agency: str, worker: str, lead: str) -> tuple[NewMember, NewMember]:
    return NewMember(agency, _R.CASEWORKER, worker), NewMember(agency, _R.TEAM_LEAD, lead)


def _desk(agency: str, adviser: str, manager: str) -> tuple[NewMember, NewMember]:
    return NewMember(agency, _R.ADVISER, adviser), NewMember(agency, _R.DUTY_MANAGER, manager)


STAFF: Final = (
    _officer("Bronagh O’Dell-Ashby", "05E"),
    *_desk("liverpool-idva", "Siân Merriwether", "Folasade Quillfeather"),
    *_desk("wirral-idva", "Þóra Larkspur", "Perpetua Drinkwater-Nye"),
    *_pair("seawall", "Małgorzata Wren", "Ottoline Fairbairn-Okoye"),
    *_pair("sabeel", "Nasreen Hollowell", "Zahra al-Marjani"),
    NewMember("coordinators", _R.COORDINATOR, "Eilidh Saltmarsh"),
    *_pair("riverside-hub", "Tuấn Applegarth", "Marguerite D’Aubigny-Moss"),
    NewMember("merseyside-police", _R.SUPERVISOR, "Gwenllian Thackeray-Bose", "Sergeant"),
    NewMember("strategic-group", _R.ANALYST, "Ignatius Penhallow"),
    _officer("Zbigniew Żuraw", "05A", "officer.wirral"),
    _officer("Mei-Ling Foxglove", "05B", "officer.sefton"),
    _officer("Tamsin Ó Laighin", "05C", "officer.knowsley"),
    _officer("Idris Pemberley", "05D", "officer.st-helens"),
    _officer("Søren Whitlock", "05F", "officer.liverpool-south"),
    NewMember("merseyside-police", _R.ANALYST, "Cordelia Nwachukwu-Frost"),
    NewMember("merseyside-police", _R.ADMINISTRATOR, "Barnaby Quayle-Singh"),
    NewMember("cheshire-police", _R.OFFICER, "Łucja Hartigan-Vale", "Constable, Widnes"),
    NewMember("cheshire-police", _R.SUPERVISOR, "Anselm Brathwaite-Pryce", "Sergeant"),
    NewMember("liverpool-idva", _R.ADVISER, "李 Meadowsweet", "", "adviser.two"),
    NewMember("liverpool-idva", _R.ADVISER, "Ruqayyah Tolliver", "", "adviser.three"),
    NewMember("liverpool-idva", _R.ANALYST, "Hyacinth Oyelaran-Pike"),
    NewMember("liverpool-idva", _R.ADMINISTRATOR, "Dafydd Birtwhistle"),
    NewMember("wirral-idva", _R.ADVISER, "Çiğdem Ravenscroft", "", "adviser.two"),
    NewMember("wirral-idva", _R.ADMINISTRATOR, "Léonie Catterall"),
    *_desk("knowsley-idva", "Aoife Underhill-Kaur", "Philomena Strand"),
    *_desk("sefton-idva", "Renáta Goodfellow", "Isolde M’Barek"),
    *_desk("st-helens-idva", "Harriet Ng’ang’a-Lowe", "Clementine Ashdown"),
    *_desk("halton-idva", "Xóchitl Farraday", "Winifred Castellanos"),
    *_pair("heronbrook", "Agnieszka Thistlewood", "Beatrix N’Diaye"),
    *_pair("lanternlight", "Mirela Copperwheat", "Josephine Żmuda-Hale"),
    *_pair("tideway", "Keziah Brightwell", "Orlaith Sunderji"),
    NewMember("seawall", _R.ADMINISTRATOR, "Thaddeus Marchbanks"),
    NewMember("seawall", _R.ANALYST, "Ines Wolstenholme-Adeyemi"),
    NewMember("riverside-hub", _R.ADMINISTRATOR, "Rosalind Achterberg"),
    NewMember("riverside-hub", _R.ANALYST, "Caoimhe Vanterpool"),
    *_pair("liverpool-council", "Yevheniia Marlowe", "Augustine Featherstone"),
    NewMember("liverpool-council", _R.ADMINISTRATOR, "Sunniva Blakeley-Osei"),
    *_pair("wirral-council", "Noor Ashworth-Tan", "Delphine Rigby-Uzoma"),
    NewMember("knowsley-council", _R.CASEWORKER, "Maeve Lindqvist-Shah"),
    NewMember("sefton-council", _R.CASEWORKER, "Esmé Karunaratne-Webb"),
    NewMember("st-helens-council", _R.CASEWORKER, "Ursula Tweddle-Musa"),
    NewMember("halton-council", _R.CASEWORKER, "Bláthnaid Popplewell"),
    *_pair("estuary-health", "Chidinma Goldsworthy", "Jürgen Pomeroy-Blythe"),
    NewMember("estuary-health", _R.ADMINISTRATOR, "Tabitha Llewellyn-Roux"),
    NewMember("gorsedale", _R.TEAM_LEAD, "Horatio Winterbourne"),
    NewMember("coordinators", _R.ANALYST, "Saoirse Vandermeer"),
    NewMember("coordinators", _R.ADMINISTRATOR, "Leocadia Fenwick-Rao"),
    NewMember("strategic-group", _R.ADMINISTRATOR, "Morwenna Achebe-Stone"),
)


class NewSystem(NamedTuple):
    """A system of an agency, that asks for tokens."""

    agency: str
    title: str
    scopes: Sequence[str]

    @property
    def client_id(self) -> str:
        """By its agency: ``demo-liverpool-idva``."""
        return f"demo-{self.agency}"

    @property
    def secret(self) -> str:
        """The same in every demonstration."""
        return base64.urlsafe_b64encode(_made_of("client", self.client_id)).decode().rstrip("=")


_READ: Final = ("referral:read", "event:read", "service:read")
_FOLLOW: Final = ("followup:read", "followup:write")
SYSTEMS: Final = (
    NewSystem("merseyside-police", "Records system", ("referral:create", "followup:read", *_READ)),
    NewSystem(
        "liverpool-idva",
        "Case system",
        (*_READ, "referral:create", "referral:decide", "case:read", "attachment:add", *_FOLLOW),
    ),
    NewSystem("seawall", "Case system", ("referral:decide", "case:read", "attachment:add", *_READ)),
    NewSystem(
        "riverside-hub",
        "Intake system",
        ("referral:create", "referral:decide", "case:read", "attachment:add", *_READ),
    ),
)


def _made_of(purpose: str, whose: str) -> bytes:
    return hashlib.sha256(f"pierhead demonstration {purpose} {whose}".encode()).digest()

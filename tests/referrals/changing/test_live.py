"""B14: keys change while people work, and a change that is killed goes on where it was."""

import os
import signal
import subprocess
import sys
import threading
from itertools import islice

import pytest
from django.conf import settings
from django.db import connections

from referrals.keeping import document_of, newest_documents
from referrals.reading import open_case
from tenancy.work import unit_of_work
from tests import databases, given
from tests.referrals.changing.commands import id_of, minutes_pass, ran, versions
from tests.referrals.conftest import as_owner, found_faults
from tests.world import People
from vault.keyd import get_keyd

IDVA = "liverpool-idva"
CASES = 8
CHANGES = {
    "agency": ("agency", IDVA),
    "index": ("index", IDVA),
    "case": ("case", "--agency", IDVA),
    "root": ("root",),
}
PROGRESS = {
    "agency": "SELECT count(*) FROM referrals_bundle WHERE key_version = 2",
    "index": "SELECT count(*) FROM referrals_searchtag WHERE key_version = 2",
    "case": "SELECT count(*) FROM referrals_case WHERE epoch > 2",
}


@pytest.fixture
def house(own_database, settings, tmp_path, root_key):
    """A database that commits, and a previous root to leave."""
    get_keyd.cache_clear()
    yield People()
    get_keyd.cache_clear()


def command(*words):
    """The operator's command as a process of its own, which can be killed."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "DATABASE_URL": databases.owner_url_of(databases.current()),
        "ROOT_KEY_FILE": str(settings.ROOT_KEY_FILE),
        "ROOT_KEY_PREVIOUS_FILE": str(settings.ROOT_KEY_PREVIOUS_FILE or ""),
        "PYTHONUNBUFFERED": "1",
    }
    return subprocess.Popen(  # noqa: S603 -- our own program
        [sys.executable, "manage.py", "vault", *words],
        cwd=settings.BASE_DIR,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def killed_after(lines, *words):
    """Start it, read so many lines of progress, kill it with -9 in the middle of the next step."""
    process = command(*words)
    said = list(islice(process.stdout, lines))
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=30)
    assert process.returncode == -signal.SIGKILL
    return said


def finished(*words):
    process = command(*words)
    said, wrong = process.communicate(timeout=120)
    assert process.returncode == 0, wrong
    return said.splitlines()


def taken_cases(house, count=CASES):
    return [given.a_taken_referral(house.officer, house.adviser) for _ in range(count)]


def opens(house, cases):
    """By their keys alone: one person may not open so many in an hour."""
    with unit_of_work(house.adviser.context):
        names = {
            document_of(newest_documents(each.case_id, each.receiving_agency_id), "identity")[
                "given_name"
            ]
            for each in cases
        }
    return names == {"Zoë"}


@pytest.mark.parametrize("kind", ["agency", "index", "case"])
def test_a_change_that_is_killed_goes_on_where_it_was(house, kind):
    cases = taken_cases(house)

    killed_after(3, "rotate", "--batch", "1", *CHANGES[kind])
    get_keyd.cache_clear()

    done = as_owner(PROGRESS[kind])[0][0]
    assert done >= 3
    assert opens(house, cases)
    assert found_faults() == []
    said = finished("rotate", "--batch", "1", *CHANGES[kind])
    assert " 0 left" in said[-1]
    assert len(versions("vault_agencykey", agency_id=id_of(IDVA))) == 1 + (kind == "agency")
    assert opens(house, cases)
    if kind == "case":
        epochs = as_owner("SELECT DISTINCT epoch FROM referrals_case")
        assert epochs == [(3,)]
    assert found_faults() == []


def test_a_root_that_is_killed_in_the_middle_goes_on_where_it_was(house, root_key, tmp_path):
    new = tmp_path / "new.key"
    new.write_bytes(os.urandom(32))
    new.chmod(0o400)
    cases = taken_cases(house, 2)
    settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(new), str(root_key)
    get_keyd.cache_clear()
    try:
        said = killed_after(4, "rotate", "--batch", "2", "root")
        total = int(said[0].split()[1])
        assert opens(house, cases)

        left = int(ran("rotate", "--dry-run", "root")[0].split()[1])
        assert 0 < left <= total - 6
        assert finished("rotate", "root")[-1] == "Root: 0 left."
        settings.ROOT_KEY_PREVIOUS_FILE = ""
        get_keyd.cache_clear()
        assert opens(house, cases)
    finally:
        settings.ROOT_KEY_FILE, settings.ROOT_KEY_PREVIOUS_FILE = str(root_key), ""


class Office:
    """People who create, take and open cases on threads of their own until they are sent home."""

    def __init__(self, house, cases):
        self.officer, self.adviser, self.cases = house.officer, house.adviser, cases
        self.home, self.opened, self.made, self.wrong = threading.Event(), 0, [], []
        self.at_work = threading.Barrier(3, timeout=60)

    def create(self):
        self._work(self._one_creation)

    def read(self):
        self._work(self._one_reading)

    def _one_creation(self):
        referral = given.a_taken_referral(self.officer, self.adviser)
        self.made.append(referral)

    def _one_reading(self):
        for case in self.cases[:3]:
            opened = open_case(case.reference, by=self.adviser)
            assert opened.document("identity")["given_name"] == "Zoë"
            self.opened += 1

    def _work(self, deed):
        try:
            deed()
            self.at_work.wait()
            while not self.home.is_set():
                deed()
        except BaseException as error:  # noqa: BLE001 -- what any thread met is what is asked
            self.wrong.append(error)
            self.at_work.abort()
        finally:
            connections.close_all()


def test_people_read_and_create_without_an_error_while_keys_change(house):
    """The processes' memories stay as they are: they seal to the old pair for a while."""
    cases = taken_cases(house, 4)
    office = Office(house, cases)
    threads = [threading.Thread(target=work) for work in (office.create, office.read)]
    for thread in threads:
        thread.start()
    office.at_work.wait()
    try:
        said = {
            kind: finished("rotate", "--batch", "1", *CHANGES[kind])
            for kind in ("agency", "index", "case")
        }
        opened, made = office.opened, len(office.made)
        finished("rotate", "--batch", "2", *CHANGES["agency"])
    finally:
        office.home.set()
        for thread in threads:
            thread.join(timeout=60)

    assert office.wrong == []
    assert opened > 0
    assert made > 0
    assert all(" moved" in lines[0] or "other keys" in lines[0] for lines in said.values())
    get_keyd.cache_clear()
    assert opens(house, [*cases, *office.made])
    assert found_faults() == []
    assert ran("rotate", "agency", IDVA)[-1] == f"{IDVA}: 0 left."
    minutes_pass("vault_agencykey")
    assert ran("retire", "agency", IDVA) == [f"{IDVA}: 1 destroyed."]
    assert opens(house, [*cases, *office.made])
    assert opens(house, taken_cases(house, 1))

"""What is counted before sign-in: kept as JSON, and nothing in its table is ever run."""

import base64
import pickle
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache, caches
from django.db import connection
from django.utils import timezone

pytestmark = pytest.mark.django_db


def keep(value: str) -> None:
    """Write a row as somebody with the database would."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_cache VALUES (%s, %s, %s)",
            [cache.make_key("tries"), value, timezone.now() + timedelta(hours=1)],
        )


def test_keeps_numbers_and_lists_as_json():
    cache.set("tries", [1.5, 2.5], 60)

    with connection.cursor() as cursor:
        cursor.execute("SELECT value FROM accounts_cache")
        assert cursor.fetchone() == ("[1.5, 2.5]",)
    assert cache.get("tries") == [1.5, 2.5]
    assert cache.get_many(["tries", "absent"]) == {"tries": [1.5, 2.5]}


def test_runs_nothing_that_somebody_wrote_into_the_table(tmp_path: Path):
    class Attack:
        def __reduce__(self):
            return Path.touch, (tmp_path / "ran",)

    keep(base64.b64encode(pickle.dumps(Attack())).decode())

    assert cache.get("tries", "nothing") == "nothing"
    assert not list(tmp_path.iterdir())


def test_adds_only_what_is_not_there_or_is_over():
    assert cache.add("lock", value=True, timeout=60)
    assert not cache.add("lock", value=True, timeout=60)
    cache.set("lock", value=True, timeout=-60)

    assert cache.get("lock") is None
    assert cache.add("lock", value=True, timeout=60)


def test_makes_last_longer_and_forgets():
    cache.set("tries", 1, 60)

    assert cache.touch("tries", None)
    assert not cache.touch("absent", 60)
    assert cache.delete("tries")
    assert cache.get("tries") is None


def test_makes_room_by_forgetting_what_is_over(monkeypatch):
    monkeypatch.setattr(caches["default"], "_max_entries", 3)
    for number in range(4):
        cache.set(f"over-{number}", 1, -60)

    cache.set("tries", 1, 60)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_cache")
        assert cursor.fetchone() == (1,)

"""The ledger's file is only added to, and says so if it was not."""

import json
import uuid
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from django.core.management import CommandError

from config.restored import refuse_an_older_database
from retention.ledger_file import LedgerChanged, Line, append, newest_line, read_lines
from tests.at_once import at_once
from tests.retention.test_restoring import erase, ledger, restore, sweep

__all__ = ["ledger"]
AT = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)


def lines(count):
    return [Line(nth, "ended", uuid.UUID(int=nth), 1, "", AT) for nth in range(count)]


def changed(file, how):
    text = file.read_text().splitlines(keepends=True)
    file.write_text("".join(how(text)))


CHANGES = {
    "one taken out": lambda text: [*text[:2], *text[3:]],
    "one changed": lambda text: [*text[:2], text[2].replace("ended", "erased"), *text[3:]],
    "one made unreadable": lambda text: [*text[:2], "{}\n", *text[3:]],
    "two exchanged": lambda text: [text[0], text[2], text[1], *text[3:]],
    "one put in": lambda text: [*text[:2], text[1], *text[2:]],
    "its beginning cut off": lambda text: text[1:],
}


@pytest.mark.parametrize("how", CHANGES)
def test_changed_file_is_not_believed(tmp_path, settings, how):
    file = tmp_path / "ledger"
    append(file, lines(3))
    append(file, lines(5)[3:])
    assert read_lines(file) == lines(5)

    changed(file, CHANGES[how])

    with pytest.raises(LedgerChanged):
        read_lines(file)
    with pytest.raises(CommandError, match="was changed"):
        restore("replay", file)
    settings.ERASURE_LEDGER = str(file)
    with pytest.raises(SystemExit, match="true copy"):
        refuse_an_older_database()


def test_each_line_is_after_the_one_before(tmp_path):
    file = tmp_path / "ledger"
    append(file, lines(2))

    first, second = file.read_text().splitlines()

    assert json.loads(first)["after"] == ""
    assert json.loads(second)["after"] == sha256(first.encode()).hexdigest()
    assert newest_line(file) == lines(2)[-1]


def test_lines_appended_at_one_moment_are_all_there_in_one_chain(tmp_path):
    file = tmp_path / "ledger"

    at_once([lambda line=line: append(file, [line]) for line in lines(8)])

    assert sorted(read_lines(file)) == lines(8)


def test_file_whose_end_was_cut_is_noticed_by_whoever_wrote_it(house, old, ledger):
    erase(house, old)
    sweep()
    assert "are known" in restore("check", ledger)

    changed(ledger, lambda text: text[:-1])

    with pytest.raises(CommandError, match="copied out are not in"):
        restore("check", ledger)

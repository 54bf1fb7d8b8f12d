"""What the terminal says once it runs."""

import json

import pytest

from config.embedded.codes import print_codes
from config.embedded.refusal import Refused
from config.embedded.sign_ins import welcome

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def person(email: str, role: str) -> dict[str, str]:
    return {
        "email": email,
        "role": role,
        "agency": "An Agency",
        "password": "long words",
        "totp_secret": SECRET,
    }


@pytest.fixture
def demonstration(tmp_path):
    people = [
        person("officer@police.example", "officer"),
        person("manager@idva.example", "duty_manager"),
        person("second@police.example", "officer"),
    ]
    path = tmp_path / "demo.json"
    path.write_text(json.dumps({"accounts": people}))
    return path


def test_welcome_names_the_address_and_one_of_each_role(demonstration, capsys):
    welcome("http://localhost:8000", demonstration)

    said = capsys.readouterr().out
    assert "Pierhead runs at http://localhost:8000\n" in said
    assert "officer@police.example  long words  (officer, An Agency)" in said
    assert "manager@idva.example    long words  (duty manager, An Agency)" in said
    assert "second@police.example" not in said
    assert "All 3 people" in said


def test_welcome_without_a_demonstration_names_nobody(tmp_path, capsys):
    welcome("http://localhost:8000", tmp_path / "absent")

    assert "Invented people" not in capsys.readouterr().out


def test_codes_are_printed_for_whom_they_are_asked(demonstration, capsys):
    print_codes(demonstration, "second")

    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in lines[:-1]] == ["second@police.example"]
    assert lines[-1].startswith("Good for another ")


def test_codes_before_the_first_start_say_what_to_do(tmp_path):
    with pytest.raises(Refused, match="`make run` makes them"):
        print_codes(tmp_path / "absent")

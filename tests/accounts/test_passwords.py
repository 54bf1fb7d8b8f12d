"""What a password may and may not be."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError


@pytest.mark.parametrize(
    "password",
    [
        "anchor violin teapot rain",
        "x" * 5 + "correct horse battery",
        "ørsted møller 漢字かな混じり文です",
        "👩‍🚒 fire engine 🚒 runs late",
        "ab3$efghi" * 14 + "zz",  # 128 characters
    ],
)
def test_takes_any_characters_up_to_128(people, password):
    validate_password(password, people.officer.user)


@pytest.mark.parametrize(
    "password",
    [
        "anchor violin!",  # 14 characters
        "ab3$efghi" * 14 + "zzz",  # 129
        "passwordpassword",
        "Password12345678!",
        "Merseyside Police 2026",
        "Pierhead-Liverpool-1",
        "RowanCounselling99",
        "officer@example.org",
        "Officer Officer Officer",
        "1234567890123456",
        "aaaaaaaaaaaaaaaaaaaa",
    ],
)
def test_refuses_the_short_the_endless_and_the_obvious(people, password):
    with pytest.raises(ValidationError):
        validate_password(password, people.officer.user)

"""The terminal's authenticator against the standard's own example."""

import pytest

from config.embedded.codes import code

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: 12345678901234567890


@pytest.mark.parametrize(
    ("at", "expected"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_code_is_that_of_the_standard(at, expected):
    assert code(SECRET, at) == expected

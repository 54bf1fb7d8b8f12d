"""Checks of the source itself that no off-the-shelf linter makes."""

import ast
import re
import subprocess
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
LONGEST_FILE = 300
LONGEST_TEST_FILE = 500
LONGEST_FUNCTION = 40
EXEMPT_FROM_SIZE = ("migrations",)
LINKS = re.compile(r"https?://(?!localhost|127\.0\.0\.1|\[::1\])[\w.-]+")
HOSTS = re.compile(r"(py[p]i\.org|python[h]osted|registry\.npm[j]s|deb\.deb[i]an)")
WAITING = re.compile(r"\b(eta|countdown)\s*=")
PUBLIC = {
    "account_login",
    "account_logout",
    "mfa_authenticate",
    "portal:calendar_feed",
    "portal:healthz",
    "portal:readyz",
}


def tracked(*endings: str) -> list[Path]:
    """The files git knows, or is about to know, by ending."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = [ROOT / name for name in listed.stdout.splitlines()]
    return [file for file in files if file.suffix in endings and file.exists()]


SOURCES = [path for path in tracked(".py") if not set(EXEMPT_FROM_SIZE) & set(path.parts)]


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_file_and_its_functions_fit_the_size_guide(path):
    source = path.read_text()
    most = LONGEST_TEST_FILE if "tests" in path.parts else LONGEST_FILE
    tree = ast.walk(ast.parse(source))
    functions = [n for n in tree if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]

    long = [f.name for f in functions if f.end_lineno - f.lineno >= LONGEST_FUNCTION]

    assert source.count("\n") <= most
    assert long == []


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_task_is_put_off_in_the_queue(path):
    """A wait longer than a nudge is a row with a time, never a message that waits in Redis."""
    if path == Path(__file__):
        return

    assert not WAITING.search(path.read_text())


def test_cryptography_stays_in_the_vault():
    """Two rooms below or beside it make keyed hashes of their own: see their docstrings; and what
    is given away to other people imports nothing of the house."""
    allowed = {
        "tenancy/signing.py",
        "config/embedded/codes.py",
        "audit/standalone_verifier.py",
        "clients/python/pierhead_client/webhooks.py",
    }
    elsewhere = [
        name_of(path)
        for path in SOURCES
        if path.relative_to(ROOT).parts[0] not in {"vault", "tests", "benchmarks"}
        and re.search(r"^(from|import) (cryptography|hmac)\b", path.read_text(), re.MULTILINE)
    ]

    assert set(elsewhere) - allowed == set()


def test_no_file_names_a_package_registry():
    endings = (".py", ".txt", ".in", ".toml", ".md", ".yml", ".yaml", ".json", ".sh", "")
    named = [
        name_of(path)
        for path in tracked(*endings)
        if path != Path(__file__) and HOSTS.search(path.read_text(errors="ignore"))
    ]

    assert named == []


def test_no_page_asks_another_host():
    pages = tracked(".html", ".js", ".scss", ".css")
    ours = [
        path for path in pages if "vendor" not in path.parts and "node_modules" not in path.parts
    ]
    asking = {name_of(path): LINKS.findall(path.read_text()) for path in ours}

    assert {name: found for name, found in asking.items() if found} == {}


def views(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            namespace = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from views(pattern.url_patterns, prefix + namespace)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback


def test_every_page_wants_a_sign_in_unless_it_is_listed():
    """Systems are let in by token: those views check for themselves, and close by default."""
    open_to_all = {
        name
        for name, view in views(get_resolver().url_patterns)
        if not getattr(view, "login_required", True)
        and not name.startswith(("api:", "fhir:"))
        and name not in {"issue_token", "revoke_token"}
    }

    assert open_to_all <= PUBLIC


def test_no_test_is_skipped_or_expected_to_fail():
    word = "(skip|xfail|skipif)"
    marked = re.compile(rf"pytest\.(mark\.)?{word}\b|@unittest\.{word}")
    found = [
        name_of(path)
        for path in SOURCES
        if path != Path(__file__) and marked.search(path.read_text())
    ]

    assert found == []

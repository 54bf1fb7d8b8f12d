"""What static/vendor holds is what scripts/vendor.sh made: whole, pinned, and without a brand."""

import hashlib
import json
import re
from pathlib import Path

from django.conf import settings

VENDOR = Path(settings.BASE_DIR, "static", "vendor")
FRONTEND = Path(settings.BASE_DIR, "frontend")


def vendored_files():
    return {path for path in VENDOR.rglob("*") if path.is_file()} - {VENDOR / "MANIFEST.sha256"}


def test_holds_exactly_what_the_manifest_lists():
    lines = (VENDOR / "MANIFEST.sha256").read_text().splitlines()
    listed = {VENDOR / name: digest for digest, name in (line.split("  ./") for line in lines)}

    found = {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in vendored_files()}

    assert found == listed


def test_holds_no_font_crest_or_crown():
    kinds = {path.suffix for path in vendored_files()}
    names = " ".join(path.name.lower() for path in vendored_files())

    assert kinds == {".css", ".js", ".txt"}
    assert not re.search("crest|crown|logotype", names)


def test_style_asks_for_nothing_elsewhere_and_not_for_the_govuk_typeface():
    style = (VENDOR / "css" / "app.css").read_text()

    assert not re.search(r"url\(|@import|@font-face|GDS Transport", style)


def test_licences_are_those_of_the_pinned_versions():
    pins = json.loads((FRONTEND / "package.json").read_text())["dependencies"]
    licences = {path.read_text().split(":")[0] for path in (VENDOR / "licences").iterdir()}

    assert licences == {f"{name} {version}" for name, version in pins.items()}


def test_lock_pins_the_same_versions_and_names_no_host():
    pins = json.loads((FRONTEND / "package.json").read_text())["dependencies"]
    text = (FRONTEND / "package-lock.json").read_text()
    packages = json.loads(text)["packages"]

    assert {name: packages[f"node_modules/{name}"]["version"] for name in pins} == pins
    assert "://" not in text


def test_first_visit_costs_little():
    files = [*vendored_files(), *Path(settings.BASE_DIR, "static", "app").iterdir()]

    assert sum(path.stat().st_size for path in files) < 250_000

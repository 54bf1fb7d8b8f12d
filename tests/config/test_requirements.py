"""What the source imports is what pyproject.toml names, and nothing is named for nothing.

The suite runs beside many more packages than the product does, so a forgotten one would only be
missed on somebody's first start.
"""

import ast
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

from config.embedded.places import CHECKOUT

BESIDE_THE_PRODUCT = ("tests/", "benchmarks/", "scripts/", "clients/")
NAME = re.compile(r"^([a-z0-9-]+)", re.MULTILINE)


def test_every_import_is_of_a_package_that_is_named():
    named = named_packages()

    foreign = {
        module: distributions
        for module in imported_modules()
        if (distributions := packages_distributions().get(module))
    }

    assert {module for module, found in foreign.items() if not named & normal(found)} == set()


def test_every_package_named_is_spoken_of_in_the_source():
    text = "\n".join(path.read_text() for path in product_files()).lower()
    modules_of: dict[str, set[str]] = {}
    for module, distributions in packages_distributions().items():
        for name in normal(distributions):
            modules_of.setdefault(name, set()).add(module.lower())

    unused = {
        name
        for name in named_packages()
        if not any(re.search(rf"\b{re.escape(module)}", text) for module in modules_of[name])
    }

    assert unused == set()


def test_a_package_that_need_not_be_there_is_imported_in_one_place_alone():
    """The key provider that is only imported where it is chosen."""
    importing = {
        path.relative_to(CHECKOUT).as_posix()
        for path in product_files()
        for name in optional_packages()
        if re.search(rf"^(import|from) {name}\b", path.read_text(), re.MULTILINE)
    }

    assert importing == {"vault/providers/kms.py"}


def named_packages() -> set[str]:
    return names_of(project()["dependencies"]) | optional_packages()


def optional_packages() -> set[str]:
    return set().union(*map(names_of, project()["optional-dependencies"].values()))


def project() -> dict[str, Any]:
    return dict(tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"])


def names_of(pins: list[str]) -> set[str]:
    return {found[0] for pin in pins if (found := NAME.findall(pin))}


def product_files() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=CHECKOUT,
        capture_output=True,
        check=True,
        text=True,
    )
    return [
        CHECKOUT / name
        for name in listed.stdout.splitlines()
        if not name.startswith(BESIDE_THE_PRODUCT) and (CHECKOUT / name).exists()
    ]


def imported_modules() -> set[str]:
    """The first word of every import, but for the standard library's."""
    found: set[str] = set()
    for path in product_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.partition(".")[0])
    return found - sys.stdlib_module_names


def normal(distributions: list[str]) -> set[str]:
    """Names as requirements spell them."""
    return {re.sub(r"[-_.]+", "-", name).lower() for name in distributions}

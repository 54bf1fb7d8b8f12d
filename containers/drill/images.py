"""The base images: the official ones, or stand-ins made of Debian's packages. It is said which."""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from drill.report import NotShown, Report

RECIPES = Path(__file__).resolve().parent.parent / "stand_ins"
BASES = {
    "PYTHON_IMAGE": "python:3.11-slim-bookworm",
    "POSTGRES_IMAGE": "postgres:15-bookworm",
    "REDIS_IMAGE": "redis:7-bookworm",
}
TRUSTED_HERE = Path("/usr/local/share/ca-certificates")


def bases(environment: Mapping[str, str], folder: Path, report: Report) -> dict[str, str]:
    """The variables of the compose file that name the base images."""
    if all(_pulled(name, environment) for name in BASES.values()):
        report.remark("the official base images were used")
        return dict(BASES)
    with report.showing("Stand-ins for the base images made"):
        _make_stand_ins(environment, folder)
    report.remark(
        "the official images could not be pulled. Stand-ins made of Debian's packages took their "
        "place: this tries our files, not those images"
    )
    return {variable: f"pierhead-stand-in/{name}" for variable, name in BASES.items()}


def _pulled(name: str, environment: Mapping[str, str]) -> bool:
    for words in (["image", "inspect", name], ["pull", "--quiet", name]):
        tried = subprocess.run(
            ["docker", *words], env=dict(environment), capture_output=True, check=False, timeout=300
        )
        if tried.returncode == 0:
            return True
    return False


def _make_stand_ins(environment: Mapping[str, str], folder: Path) -> None:
    tar = folder / "debian.tar"
    if not tar.exists():
        raise NotShown(
            f"The official images cannot be pulled, and there is no {tar} to replace them."
        )
    _docker(environment, "import", str(tar), "pierhead-stand-in/bare:bookworm")
    with TemporaryDirectory() as place:
        shutil.copytree(RECIPES, place, dirs_exist_ok=True)
        _copy_trusted(Path(place) / "ca")
        for name in ("debian:bookworm", *BASES.values()):
            recipe = f"{place}/{name.partition(':')[0]}.Dockerfile"
            tag = f"pierhead-stand-in/{name}"
            _docker(environment, "build", "--quiet", "--file", recipe, "--tag", tag, place)


def _copy_trusted(place: Path) -> None:
    place.mkdir()
    for certificate in TRUSTED_HERE.glob("*.crt"):
        shutil.copy(certificate, place)
    (place / ".kept").touch()


def _docker(environment: Mapping[str, str], *words: str) -> None:
    made = subprocess.run(
        ["docker", *words],
        env=dict(os.environ) | dict(environment),
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise NotShown(f"docker {words[0]}: {made.stderr[-2000:]}")

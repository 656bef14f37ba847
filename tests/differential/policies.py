"""Whole policies: valid bundles, as the text of a folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.differential.calendars import ZONES
from tests.differential.choices import Choices
from tests.differential.item_rules import item_rules
from tests.differential.ledger_rules import appeal_rules, ledger_rules
from tests.differential.metric_rules import metric_rules
from tests.differential.row_rules import row_rules
from tests.differential.score_rules import score_rules
from tests.differential.sketch import OWN_COLUMNS, Document, start
from tests.differential.yaml_text import as_yaml

from shopscore.events.tables import Column, Kind, Table, catalog, with_columns
from shopscore.formula.tree import Type

NAME = "generated@1"
FILES = {
    "bundle.yaml": (
        "id",
        "version",
        "title",
        "program",
        "subject",
        "market",
        "timezone",
        "shop_columns",
        "effective",
        "plugins",
    ),
    "metrics.yaml": ("facts", "populations", "exclusions", "category", "metrics", "targets"),
    "score.yaml": ("score", "values"),
    "ledgers.yaml": ("ledgers", "appeals"),
    "benefits.yaml": ("benefits", "gates", "badges", "ladders", "advisories"),
}
KINDS = {
    Type.TEXT: Kind.TEXT,
    Type.BOOLEAN: Kind.FLAG,
    Type.DAY: Kind.DAY,
    Type.INSTANT: Kind.INSTANT,
    Type.COUNT: Kind.COUNT,
}
"""How a declared column of a type is read; all others are numbers."""
SHORT = 22
"""How many policies of a hundred are mostly about ledgers: short, so that many can be tried."""
MARK = "assumed: generated\n"
"""Numbers need to say where they come from; what a file says at its top holds for all of it."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle as written.

    Attributes:
        document: its sections, as plain data with numbers as written.
        windows: every window its metrics have.
    """

    document: Document
    windows: tuple[Mapping[str, int], ...]

    @property
    def subject(self) -> str:
        """Return whom it grades."""
        return str(self.document["subject"])

    @property
    def timezone(self) -> str:
        """Return the zone whose days it counts in."""
        return str(self.document["timezone"])

    @property
    def tables(self) -> Mapping[str, Table]:
        """Return the event tables, keyed by the subject, with the columns the bundle declares."""
        return _tables(self.subject, _section(self.document, "shop_columns"))

    def files(self) -> dict[str, str]:
        """Return the text of each file of the folder."""
        return {
            name: MARK + as_yaml({key: self.document[key] for key in keys if key in self.document})
            for name, keys in FILES.items()
            if any(key in self.document for key in keys)
        }

    def text(self) -> str:
        """Return all files as one text."""
        return "".join(f"# {name}\n{text}" for name, text in self.files().items())


def policy(choices: Choices, zones: tuple[str, ...] = ZONES) -> Bundle:
    """Draw a bundle."""
    subject = choices.pick(["shop"] * 8 + ["creator", "product"])
    own = {name: OWN_COLUMNS[name] for name in choices.some(list(OWN_COLUMNS), 0, 4)}
    sketch = start(choices, subject, _tables(subject, own))
    document: Document = {
        "id": "generated",
        "version": "1",
        "title": "Generated",
        "program": "main",
        "subject": subject,
        "timezone": choices.pick(zones),
    }
    if own:
        document["shop_columns"] = own
    if choices.chance(40):
        document["market"] = "US"
    if choices.chance(30):
        document["effective"] = {"from": choices.pick(["1960-01-01", "2026-06-01"])}
    is_short = choices.chance(SHORT)
    if is_short or choices.chance(15):
        document |= ledger_rules(sketch, 3 if is_short else 1)
    if choices.chance(25):
        document |= appeal_rules(choices)
    document |= row_rules(sketch)
    early, units = metric_rules(sketch, 1 if is_short else 4)
    document |= early
    if any("kind" in each for each in _section(early, "metrics").values()):
        document["plugins"] = {"metric_kinds": ">=0"}
    if choices.chance(20 if is_short else 92):
        document["score"] = score_rules(sketch, units)
    late = item_rules(sketch)
    if named := {**_section(early, "values"), **_section(late, "values")}:
        document["values"] = {name: named[name] for name in choices.shuffled(list(named))}
    document |= {key: part for key, part in late.items() if key != "values"}
    return Bundle(document, tuple(sketch.windows))


def _tables(subject: str, own: Mapping[str, object]) -> Mapping[str, Table]:
    columns = {name: Column(name, KINDS.get(Type(str(kind)), Kind.NUMBER)) for name, kind in own.items()}
    return with_columns(catalog(subject), columns)


def _section(document: Document, name: str) -> dict[str, Document]:
    section = document.get(name, {})
    assert isinstance(section, dict)
    return section

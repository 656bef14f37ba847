"""Review rounds of after-sales cases from the records of returns.

The records say who did something and when, not what it means for the seller's clock. A round begins when
the buyer acts and ends with the seller's next record, or where the seller has none with the platform's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from msgspec import Struct

from shopscore_plugins.json_values import moment, seconds, text
from shopscore_plugins.partner_api.answers import Item, owner_of
from shopscore_plugins.partner_api.columns import Rows

_ALWAYS = ("round_id", "case_id", "shop_id", "stage", "started_at", "finished_at", "handled_by")
_BUYER, _SELLER = "BUYER", "SELLER"


class Rounds(Struct):
    """Rows of rounds, and how many records name no return."""

    rows: Rows
    unnamed: int = 0


class _Round(Struct, frozen=True):
    begun: Item
    ended: Item | None


def read_rounds(items: Iterable[Item], shop: str) -> Rounds:
    """Return a row for each round; the first of a case is its approval, later ones inspect what came back."""
    found = Rounds(Rows(_ALWAYS))
    cases: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        case = owner_of(item)
        if case is None:
            found.unnamed += 1
        else:
            cases[case].append(item)
    for case, records in cases.items():
        for number, each in enumerate(_rounds(records), 1):
            ended = each.ended
            found.rows.add(
                each.begun,
                {
                    "round_id": f"{case}-{number}",
                    "case_id": case,
                    "shop_id": shop,
                    "stage": "approval" if number == 1 else "inspection",
                    "started_at": moment(each.begun.record, "create_time"),
                    "finished_at": None if ended is None else moment(ended.record, "create_time"),
                    "handled_by": "seller" if ended is None or _role(ended) == _SELLER else "system",
                },
            )
    return found


def _rounds(records: Iterable[Item]) -> Iterator[_Round]:
    unique: Mapping[tuple[object, ...], Item] = {
        (_at(item), _role(item), text(item.record, "event")): item for item in records
    }
    begun: Item | None = None
    platform: Item | None = None
    for item in sorted(unique.values(), key=_at):
        role = _role(item)
        if begun is not None and role == _SELLER:
            yield _Round(begun, item)
            begun = platform = None
        elif role == _BUYER:
            if begun is not None and platform is not None:
                yield _Round(begun, platform)
                begun = platform = None
            begun = begun or item
        elif begun is not None and role != _SELLER:
            platform = item
    if begun is not None:
        yield _Round(begun, platform)


def _role(item: Item) -> str:
    return (text(item.record, "role") or "").upper()


def _at(item: Item) -> float:
    return seconds(moment(item.record, "create_time"))

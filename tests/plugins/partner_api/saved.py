"""Answers as a client saves them, and what the reader `partner-api` makes of them."""

import json
from pathlib import Path
from typing import Any

from shopscore.events.reader import ReadOptions, ReadResult
from shopscore.hooks import Loaded, collect
from shopscore_plugins import partner_api

DATA = Path(__file__).parents[1] / "data"
RECORDED = DATA / "tiktok-openapi-samples"
MADE_UP = DATA / "partner-api"
READER = collect([Loaded("partner_api", "0", partner_api)]).reader("partner-api")
O1, O2, O3, O4, O5 = (f"57646141303878500{number}" for number in range(1, 6))
R1, R2, R3 = (f"403522588872255190{number}" for number in range(1, 4))


def read(path: Path, market: str | None = "VN", **more: str) -> ReadResult:
    return READER.read([path], ReadOptions(market=market, more=more))


def rows(result: ReadResult, table: str, *columns: str) -> list[tuple[Any, ...]]:
    found = result.tables[table].to_pylist()
    return [tuple(row[column] for column in columns) for row in found]


def answers(folder: Path, **files: Any) -> Path:
    """Write answers with code 0 around what is given."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name}.json").write_text(json.dumps({"code": 0, "data": data}), encoding="utf-8")
    return folder


def orders(folder: Path, *each: dict[str, Any], market: str | None = None, **page: Any) -> ReadResult:
    """Read orders of 202309 that were placed at 1782900000."""
    records = [{"id": f"{number}", "create_time": 1782900000, **more} for number, more in enumerate(each, 1)]
    return read(answers(folder, orders={"orders": records, **page}), market)

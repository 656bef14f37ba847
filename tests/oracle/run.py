"""Runs the hand-written SQL of `us-sps@2026.06` on a folder of event tables.

Independent of the engine on purpose: it follows the specification only, so that a mistake of one is not
a mistake of both.
"""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa

ZONE = ZoneInfo("America/Los_Angeles")
LONGEST_WINDOW = 180  # days, the account_health ledger's
SQL = Path(__file__).parent / "us_sps_2026_06"
STAGES = ("1_policy", "2_as_of", "3_metrics", "4_score")
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# Only what the SQL reads; other columns of a file are ignored.
TABLES: dict[str, dict[str, str]] = {
    "shops": {
        "shop_id": "VARCHAR", "market": "VARCHAR", "category": "VARCHAR", "seller_type": "VARCHAR",
        "opened_on": "DATE", "state": "VARCHAR", "reputation_points": "DOUBLE",
        "positive_rating_share": "DOUBLE", "sellable_products": "DOUBLE", "has_logo": "BOOLEAN",
        "account_health": "DOUBLE",
    },
    "orders": {
        "order_id": "VARCHAR", "shop_id": "VARCHAR", "placed_at": "TIMESTAMPTZ", "dispatch_by": "TIMESTAMPTZ",
        "dispatched_at": "TIMESTAMPTZ", "deliver_by": "TIMESTAMPTZ", "delivered_at": "TIMESTAMPTZ",
        "cancelled_at": "TIMESTAMPTZ", "cancel_fault": "VARCHAR", "order_type": "VARCHAR",
        "fulfillment": "VARCHAR", "category": "VARCHAR", "is_sample": "BOOLEAN", "is_gift": "BOOLEAN",
        "is_fake": "BOOLEAN",
    },
    "reviews": {
        "review_id": "VARCHAR", "order_id": "VARCHAR", "shop_id": "VARCHAR", "posted_at": "TIMESTAMPTZ",
        "stars": "INTEGER", "is_edit": "BOOLEAN",
    },
    "returns": {
        "return_id": "VARCHAR", "order_id": "VARCHAR", "shop_id": "VARCHAR", "requested_at": "TIMESTAMPTZ",
        "fault": "VARCHAR", "status": "VARCHAR", "resolved_at": "TIMESTAMPTZ",
    },
    "after_sales_rounds": {
        "round_id": "VARCHAR", "shop_id": "VARCHAR", "started_at": "TIMESTAMPTZ",
        "finished_at": "TIMESTAMPTZ", "handled_by": "VARCHAR",
    },
    "chats": {
        "chat_id": "VARCHAR", "shop_id": "VARCHAR", "started_at": "TIMESTAMPTZ", "resolved_by": "VARCHAR",
        "rating": "INTEGER", "rated_at": "TIMESTAMPTZ",
    },
    "supplied_metrics": {
        "shop_id": "VARCHAR", "metric": "VARCHAR", "value": "DOUBLE", "numerator": "DOUBLE",
        "denominator": "DOUBLE", "as_of": "DATE",
    },
    "supplied_benchmarks": {
        "shop_id": "VARCHAR", "category": "VARCHAR", "metric": "VARCHAR", "dimension": "VARCHAR",
        "poor": "DOUBLE", "excellent": "DOUBLE", "average": "DOUBLE", "weight": "DOUBLE",
    },
    "shop_states": {"shop_id": "VARCHAR", "item": "VARCHAR", "state": "VARCHAR", "as_of_on": "DATE"},
    "appeals": {
        "shop_id": "VARCHAR", "about": "VARCHAR", "record_id": "VARCHAR", "filed_at": "TIMESTAMPTZ",
        "decided_at": "TIMESTAMPTZ", "status": "VARCHAR",
    },
    "violations": {
        "violation_id": "VARCHAR", "shop_id": "VARCHAR", "issued_at": "TIMESTAMPTZ", "points": "DOUBLE",
        "status": "VARCHAR", "effective_at": "TIMESTAMPTZ", "decided_at": "TIMESTAMPTZ",
    },
    "point_events": {"shop_id": "VARCHAR", "at": "TIMESTAMPTZ", "kind": "VARCHAR", "points": "DOUBLE"},
}  # fmt: skip


LEDGER_TABLES = ("violations", "point_events")
APPEAL_TABLES = ("appeals",)


def oracle_rows(
    data_folder: Path,
    as_of: date,
    connection: duckdb.DuckDBPyConnection | None = None,
    *,
    account_health_ledger: bool = False,
    appeals: bool = False,
) -> pa.Table:
    """Score every US shop of a folder of Parquet files as of a local date, one row per shop.

    A table that is absent counts as not supplied, an empty one as supplied (2.3). Instants must carry a zone.

    Args:
        account_health_ledger: let the gates fall back on the ledger's balance. Without it they know only
            shops.account_health, and its tables count as not supplied. The engine has no ledgers yet.
        appeals: carry out granted appeals. The engine does not yet.
    """
    unread = (*(() if account_health_ledger else LEDGER_TABLES), *(() if appeals else APPEAL_TABLES))
    # Temporary tables belong to one cursor: the caller's connection stays as it was.
    cursor = connection.cursor() if connection is not None else duckdb.connect()
    try:
        # A PIVOT of 150 columns as 150 filtered aggregates takes longer to plan than all the rest to run.
        cursor.execute("SET SESSION pivot_filter_threshold = 0")
        _load(cursor, data_folder, unread)
        _score(cursor, as_of.replace(day=1))
        cursor.execute("CREATE TEMP TABLE month_scores AS SELECT shop_id, score FROM scores")
        _score(cursor, as_of)
        _run(cursor, "5_benefits")
        _run(cursor, "6_margins")
        return cursor.sql(_text("7_rows")).to_arrow_table()
    finally:
        cursor.close()


def day_starts(as_of: date) -> list[tuple[int, int]]:
    """Give (age, first instant of the local day as_of − age), in microseconds since 1970 UTC."""
    return [(age, _start_us(as_of - timedelta(days=age))) for age in range(LONGEST_WINDOW + 1)]


def _start_us(day: date) -> int:
    local = datetime(day.year, day.month, day.day, tzinfo=ZONE)
    return (local.astimezone(UTC) - EPOCH) // timedelta(microseconds=1)


def _score(cursor: duckdb.DuckDBPyConnection, as_of: date) -> None:
    cursor.execute("CREATE OR REPLACE TEMP TABLE as_of (day DATE, opened_after DATE)")
    cursor.execute("INSERT INTO as_of VALUES (?, ?)", [as_of, as_of - timedelta(days=180)])
    ages, starts = zip(*day_starts(as_of), strict=True)
    cursor.execute("CREATE OR REPLACE TEMP TABLE day_starts (age INTEGER, starts_us BIGINT)")
    cursor.execute("INSERT INTO day_starts SELECT unnest(?), unnest(?)", [list(ages), list(starts)])
    for stage in STAGES:
        _run(cursor, stage)


def _run(cursor: duckdb.DuckDBPyConnection, stage: str) -> None:
    cursor.execute(_text(stage))


def _text(stage: str) -> str:
    return (SQL / f"{stage}.sql").read_text(encoding="utf-8")


def _load(cursor: duckdb.DuckDBPyConnection, data_folder: Path, unread: tuple[str, ...]) -> None:
    """Make one view per event table, and data_columns: which columns the data set has."""
    cursor.execute("CREATE TEMP TABLE data_columns (table_name VARCHAR, column_name VARCHAR)")
    for table, columns in TABLES.items():
        files = sorted((data_folder / table).glob("*.parquet")) or [data_folder / f"{table}.parquet"]
        if table in unread or not files[0].exists():
            typed = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in columns.items())
            cursor.execute(f"CREATE TEMP VIEW {table} AS SELECT {typed} WHERE false")
            continue
        names = ", ".join("'" + str(file).replace("'", "''") + "'" for file in files)
        source = f"read_parquet([{names}], union_by_name = true)"
        found = {row[0]: row[1] for row in cursor.execute(f"DESCRIBE FROM {source}").fetchall()}
        for name, kind in columns.items():
            if kind == "TIMESTAMPTZ" and found.get(name, kind) not in (kind, "TIMESTAMP WITH TIME ZONE"):
                raise TypeError(f"{files[0]}: {name} is {found[name]}, expected an instant with a zone")
        typed = ", ".join(
            f'CAST("{name}" AS {kind}) AS "{name}"' if name in found else f'NULL::{kind} AS "{name}"'
            for name, kind in columns.items()
        )
        cursor.execute(f"CREATE TEMP VIEW {table} AS SELECT {typed} FROM {source}")
        empty = cursor.execute(f"SELECT count(*) = 0 FROM {source}").fetchone() == (True,)
        supplied = columns if empty else found  # "a table without rows lacks no column"
        cursor.execute("INSERT INTO data_columns SELECT ?, unnest(?)", [table, list(supplied)])

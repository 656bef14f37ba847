"""Files that are not what their names say, or are no longer whole: one message each, in our own words."""

from __future__ import annotations

import gzip
from io import BytesIO
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shopscore.errors import BadInputError, ShopscoreError, UsageError
from shopscore.events.opening import open_dataset
from shopscore.events.time import Zone

ROWS = 20_000
CSV = b"shop_id,market\n" + b"".join(b"S%d,US\n" % number for number in range(ROWS))
PACKED = gzip.compress(CSV, mtime=0)
BAD_START = PACKED[:12] + b"\xff" * 60 + PACKED[72:]
BAD_MIDDLE = PACKED[: len(PACKED) - 3000] + b"\xff" * 1000 + PACKED[-2000:]
CUT = "shops.csv.gz: I321 error the gzip file is cut off or damaged; expected it whole"


def parquet(ids: list[object]) -> bytes:
    out = BytesIO()
    pq.write_table(pa.table({"shop_id": ids}), out)
    return out.getvalue()


WHOLE = parquet([f"S{number}" for number in range(ROWS)])


def refused(folder: Path, files: dict[str, bytes]) -> ShopscoreError:
    for name, content in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(content)
    with pytest.raises((BadInputError, UsageError)) as raised:
        open_dataset(folder, zone=Zone("UTC"), on_bad_rows="set-aside")
    return raised.value


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        (
            "shops.parquet",
            b"shop_id\nS1\n",
            "shops.parquet: I321 error the file is not Parquet: "
            "it begins with b'shop_id\\n'; expected b'PAR1'",
        ),
        ("shops.parquet", b"", "shops.parquet: I321 error the file is empty; expected Parquet"),
        (
            "shops.parquet",
            WHOLE[:1000] + b"half",
            "shops.parquet: I321 error the Parquet file is cut off: it ends with b'half'; expected b'PAR1'",
        ),
        (
            "shops/b.parquet",
            b"PK\x03\x04 a zip",
            "shops/b.parquet: I321 error the file is not Parquet: "
            "it begins with b'PK\\x03\\x04 a z'; expected b'PAR1'",
        ),
        (
            "shops.csv.gz",
            b"shop_id\nS1\n",
            "shops.csv.gz: I321 error the file is not packed with gzip: "
            "it begins with b'shop_id\\n'; expected b'\\x1f\\x8b'",
        ),
        ("shops.csv.gz", PACKED[:20], CUT),
        ("shops.csv.gz", PACKED[:-3000], CUT),
        ("shops.csv.gz", BAD_START, CUT),
        ("shops.csv.gz", BAD_MIDDLE, CUT),
        ("shops.csv.gz", PACKED[:-8] + bytes(8), CUT),
        (
            "shops.ndjson",
            b"\xef\xbb\xbf" + b'{"shop_id":"S1"}\n',
            "shops.ndjson: I321 error the file begins with a byte order mark; expected UTF-8 without one",
        ),
        (
            "shops.ndjson",
            b'{"shop_id":"' + b"x" * 34_000_000 + b'"}',
            "shops.ndjson: I321 error a line longer than 16 MiB; expected one JSON object on each line",
        ),
    ],
)
def test_what_a_file_is_instead_is_told(tmp_path: Path, name: str, content: bytes, expected: str) -> None:
    others = {"shops/a.parquet": WHOLE} if name.startswith("shops/") else {}
    assert str(refused(tmp_path, {**others, name: content})) == expected


def test_damage_inside_a_parquet_file_is_told_without_a_traceback(tmp_path: Path) -> None:
    start = str(refused(tmp_path, {"shops.parquet": WHOLE[:1000] + b"\xff" * 3000 + WHOLE[4000:]}))
    assert start.startswith(f'{tmp_path} cannot be read: failed to read file "shops.parquet": ')


def test_damage_of_a_footer_is_told_without_the_folder(tmp_path: Path) -> None:
    said = str(refused(tmp_path, {"shops.parquet": b"PAR1" + b"\xff" * 500 + WHOLE[-8:]}))
    assert said.startswith("shops.parquet: I321 error the file is damaged: ")
    assert str(tmp_path) not in said


def test_files_of_one_table_with_columns_of_other_types_are_told(tmp_path: Path) -> None:
    said = str(refused(tmp_path, {"shops/a.parquet": WHOLE, "shops/b.parquet": parquet([[1]])}))
    assert said.startswith(f'{tmp_path} cannot be read: error while reading file "a.parquet": failed to ')


@pytest.mark.parametrize(
    ("start", "stop", "said"),
    [
        (12, None, "{path} cannot be opened as a DuckDB database: corrupt database file: "),
        (20_000, 40_000, "{path} cannot be read: corrupt database file: "),
    ],
)
def test_a_damaged_database_is_told(tmp_path: Path, start: int, stop: int | None, said: str) -> None:
    path = tmp_path / "shops.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("CREATE TABLE shops AS SELECT 'S' || i AS shop_id FROM range(200000) AS t(i)")
    whole = path.read_bytes()
    end = len(whole) if stop is None else stop
    path.write_bytes(whole[:start] + bytes(end - start) + whole[end:])
    with pytest.raises(UsageError) as raised:
        open_dataset(path, zone=Zone("UTC"))
    assert str(raised.value).startswith(said.format(path=path))

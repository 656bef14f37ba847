"""`shopscore read`: foreign files to a data set that scores as the files themselves do."""

from __future__ import annotations

import gc
import json
import os
import pty
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Shopscore
from tests.plugins.seller_center.exports import (
    Order,
    month,
    order_rows,
    return_rows,
    some_returns,
    write_csv,
    write_xlsx,
)

from shopscore_plugins.seller_center.layout import COLUMNS, Export

READ = ("read", "--reader", "seller-center")
SCORE = ("--bundle", "us-sps@2026.06", "--as-of", "2026-06-22")
ORDERS = month(datetime(2026, 5, 23, 0, 30))
HEEDED = pytest.mark.skipif(
    signal.getsignal(signal.SIGHUP) == signal.SIG_IGN, reason="under nohup the end of a terminal is ignored"
)


@pytest.fixture
def exports(workshop: Path) -> Path:
    """Write a month's exports of an American shop."""
    folder = workshop / "exports"
    folder.mkdir()
    write_csv(folder / "orders.csv", order_rows(ORDERS, "US"))
    write_xlsx(folder / "returns.xlsx", return_rows(some_returns(ORDERS)))
    return folder


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


def test_the_summary_counts_what_was_read_dropped_and_not_known(shopscore: Shopscore, workshop: Path) -> None:
    placed = datetime(2026, 5, 20, 10)
    orders = [
        Order("576500000000000001", placed, placed),
        Order("576500000000000002", placed, placed, cancelled=placed, status="Canceled", reason="Too green"),
        Order("576500000000000003", placed, placed, cancelled=placed, status="Canceled", reason="Too green"),
        Order("576500000000000004", placed, placed, cancelled=placed, status="Canceled", reason="Too blue"),
        Order("576500000000000005", placed, status="Unpaid"),
    ]
    write_csv(workshop / "orders.csv", order_rows(orders, "ID"))
    done = shopscore(*READ, "orders.csv", "-o", "shop")
    assert (done.status, done.out) == (0, "")
    assert done.err == (
        "shop: shops 1, orders 4; times in Asia/Jakarta\n"
        "  dropped   description rows below headers: 1\n"
        "  dropped   unpaid orders: 1\n"
        "  note      1 order called delivered without a time: not delivered here\n"
        "  note      dispatch_by of 4 orders computed by the rule of ID (deadlines/ID.yaml)\n"
        "  unknown   cancel reasons: 2 texts in no table, in 3 rows\n"
        "          2  Too green\n"
        "          1  Too blue\n"
    )
    assert names(workshop / "shop") == [
        "orders.parquet", "shops.parquet", "shopscore-checked.json", "shopscore-read.json",
    ]  # fmt: skip


def test_a_folder_that_was_read_scores_as_the_exports_do(
    shopscore: Shopscore, workshop: Path, exports: Path
) -> None:
    assert shopscore(*READ, "exports", "-o", "shop").status == 0
    direct = shopscore("evaluate", "exports", "--reader", "seller-center", *SCORE, "--format", "json")
    apart = shopscore("evaluate", "shop", *SCORE, "--format", "json")
    assert direct.status == apart.status == 0
    assert apart.out == direct.out
    warnings = [each["text"] for each in json.loads(apart.out)["warnings"]]
    assert "deliver_by of 45 orders computed by the rule of US (deadlines/US.yaml)" in warnings
    assert apart.err == direct.err == ""


def test_score_trusts_what_read_has_checked(shopscore: Shopscore, workshop: Path, exports: Path) -> None:
    assert shopscore(*READ, "exports", "-o", "shop").status == 0
    done = shopscore("score", "shop", *SCORE, "-o", "scores.parquet", "--checked")
    assert done.status == 0
    assert "I350" not in done.err  # "checked again"


def test_no_output_has_what_the_reader_does_not_read(shopscore: Shopscore, workshop: Path) -> None:
    """Names, phones and addresses are planted in every column that is not needed."""
    secrets = ("Wilhelmina Plantagenet", "+1 555 0100 42", "7 Planted Avenue", "wilhelmina@example.com")
    read = {*COLUMNS[Export.ORDERS], *COLUMNS[Export.RETURNS]}
    exports = workshop / "exports"
    exports.mkdir()
    orders = [*ORDERS, Order("576500000000999999", datetime(2026, 6, 1), delivered=datetime(2026, 5, 1))]
    for name, rows in (("orders", order_rows(orders, "ID")), ("returns", return_rows(some_returns(ORDERS)))):
        header = rows[0]
        planted = [
            [
                cell if name in read else secrets[nth % 4]
                for nth, (name, cell) in enumerate(zip(header, row, strict=True))
            ]
            for row in rows[1:]
        ]
        write_csv(exports / f"{name}.csv", [header, *planted])
        assert len({*header} - read) >= 15
    said = [shopscore(*READ, "exports", "-o", "shop", "--on-bad-rows", "set-aside")]
    score = ("--bundle", "id-store-rating@2025.08", "--as-of", "2026-06-22", "--on-bad-rows", "set-aside")
    said += [
        shopscore("score", "shop", *score, "-o", "scores.parquet"),
        shopscore("evaluate", "shop", *score),
        shopscore("explain", "shop", *score),
        shopscore("evaluate", "exports", "--reader", "seller-center", *score, "--format", "json"),
        shopscore(*READ, "exports", "-o", "other"),  # fails: an order was delivered before it was placed
    ]
    assert [each.status for each in said] == [0, 0, 0, 0, 0, 2]
    assert (workshop / "scores.bad-rows.parquet").is_file()
    texts = [text for each in said for text in (each.out, each.err)]
    for path in sorted(workshop.rglob("*")):
        if path.is_file() and exports not in path.parents:
            texts.append(
                str(pq.read_table(path).to_pylist()) if path.suffix == ".parquet" else path.read_text()
            )
    assert any("576500000000999999" in text for text in texts)  # what is searched holds what was read
    found = [secret for text in texts for secret in secrets if secret in text]
    assert found == []


def test_bad_rows_leave_no_folder_unless_they_are_set_aside(shopscore: Shopscore, workshop: Path) -> None:
    placed = datetime(2026, 5, 20, 10)
    orders = [
        Order("576500000000000001", placed, placed, delivered=placed - timedelta(days=1)),
        Order("576500000000000002", placed, placed, delivered=placed + timedelta(days=1)),
    ]
    write_csv(workshop / "orders.csv", order_rows(orders, "TH"))
    stopped = shopscore(*READ, "orders.csv", "-o", "shop")
    assert stopped.status == 2
    assert stopped.err == (
        "orders.csv:row 3:delivered_at: I308 error orders: delivered_at is 2026-05-19 10:00:00, before "
        "placed_at 2026-05-20 10:00:00; expected it at or after placed_at\n"
    )
    assert not (workshop / "shop").exists()
    kept = shopscore(*READ, "orders.csv", "-o", "shop", "--on-bad-rows", "set-aside")
    assert kept.status == 0
    assert "  bad rows  orders: 1 row with I308 delivered_at, kept in the folder\n" in kept.err
    assert "shopscore-checked.json" not in names(workshop / "shop")


def test_a_folder_is_replaced_by_force_and_only_if_read_wrote_it(
    shopscore: Shopscore, workshop: Path, exports: Path
) -> None:
    assert shopscore(*READ, "exports", "-o", "shop").status == 0
    again = shopscore(*READ, "exports/orders.csv", "-o", "shop")
    assert (again.status, again.err) == (2, "Error: shop exists already; --force replaces it\n")
    assert shopscore(*READ, "exports/orders.csv", "-o", "shop", "--force", "--quiet").err == ""
    assert "returns.parquet" not in names(workshop / "shop")
    mine = shopscore(*READ, "exports/orders.csv", "-o", "exports", "--force")
    assert mine.err == ("Error: exports holds orders.csv: `read` did not write it, and does not replace it\n")
    assert names(exports) == ["orders.csv", "returns.xlsx"]


def test_wrong_options_are_told(shopscore: Shopscore, workshop: Path, exports: Path) -> None:
    said = {
        "date=dmy": (
            "Error: the reader seller-center has no option 'date'; expected dates, reasons, shop; "
            "did you mean 'dates'?\n"
        ),
        "dates": "Error: --option is 'dates'; expected NAME=VALUE\n",
    }
    for option, message in said.items():
        done = shopscore(*READ, "exports", "-o", "shop", "--option", option)
        assert (done.status, done.err) == (2, message)
    assert not (workshop / "shop").exists()


def test_a_file_that_is_no_export_ends_with_2_and_leaves_nothing(
    shopscore: Shopscore, workshop: Path
) -> None:
    (workshop / "orders.csv").write_bytes(b"%PDF-1.7 of the orders")
    before = names(workshop)
    done = shopscore(*READ, "orders.csv", "-o", "shop")
    assert (done.status, done.out, done.err) == (
        2, "", "orders.csv: I321 error the file is a PDF; expected a CSV or XLSX export\n",
    )  # fmt: skip
    assert names(workshop) == before


@pytest.mark.parametrize(
    "written",
    [
        "{}",
        '{"format": 1, "zone": "Mars/Olympus", "notes": []}',
        '{"format": 1, "zone": 7, "notes": []}',
        '{"format": 1, "zone": 0, "notes": []}',
        '{"format": 1, "zone": null, "notes": [{"id": "dropped", "text": 3}]}',
    ],
)
def test_an_origin_that_cannot_be_read_stops_a_score(
    shopscore: Shopscore, workshop: Path, written: str
) -> None:
    (workshop / "shop").mkdir()
    (workshop / "shop/shops.csv").write_text("shop_id\nS1\n")
    (workshop / "shop/shopscore-read.json").write_text(written)
    done = shopscore("evaluate", "shop", *SCORE)
    assert (done.status, done.err) == (
        2,
        "shopscore-read.json: I321 error the file cannot be read; "
        "read the exports anew, or remove it and give --zone\n",
    )


def test_progress_is_told_in_bytes_up_to_all_of_them(exports: Path) -> None:
    from shopscore.events.reader import ReadOptions
    from shopscore_plugins import seller_center

    told: list[tuple[int, int | None]] = []
    seller_center.read([exports], ReadOptions(on_progress=lambda done, total: told.append((done, total))))
    size = sum(path.stat().st_size for path in exports.iterdir())
    assert told == sorted(told, key=lambda each: each[0])
    assert {total for _, total in told} == {size}
    assert told[-1] == (size, size)


def test_a_reading_leaves_no_temporary_files(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shopscore.events.reader import ReadOptions
    from shopscore_plugins import seller_center

    temp = exports.parent / "temp"
    temp.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(temp))
    result = seller_center.read([exports], ReadOptions())
    assert len(names(temp)) == 1  # the rows wait there until somebody asks for them
    for table in result.tables.values():
        list(table)
    del result, table
    gc.collect()
    assert names(temp) == []


def test_the_progress_of_a_csv_is_that_of_its_rows(exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from shopscore.events.reader import ReadOptions
    from shopscore_plugins import seller_center

    monkeypatch.setattr("shopscore_plugins.seller_center.csv_rows._BLOCK", 4096)
    told: list[int] = []
    path = exports / "orders.csv"
    seller_center.read([path], ReadOptions(on_progress=lambda done, total: told.append(done)))
    blocks = path.stat().st_size // 4096
    assert blocks > 3
    assert told[:blocks] == [4096 * number for number in range(1, blocks + 1)]


def test_a_bar_is_shown_on_a_terminal_alone(workshop: Path, exports: Path) -> None:
    command = [sys.executable, "-m", "shopscore_cli", *READ, "exports", "--force", "-o"]
    piped = subprocess.run([*command, "piped"], capture_output=True, text=True, timeout=120)
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    with subprocess.Popen([*command, "shown"], stdout=subprocess.PIPE, stderr=slave, env=environment):
        os.close(slave)
        shown = b""
        with suppress(OSError):  # the other end is closed
            while block := os.read(master, 1 << 16):
                shown += block
    os.close(master)
    summary = piped.stderr.splitlines()
    assert summary[0] == "piped: shops 1, orders 45, returns 5; times in America/Los_Angeles"
    assert "\x1b" not in piped.stderr
    screen = shown.decode()
    assert "━" in screen
    for line in (*summary[1:], "reading", "writing", "checking"):
        assert line in screen


@pytest.mark.parametrize(
    ("number", "status"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), pytest.param(signal.SIGHUP, 129, marks=HEEDED)],
)
def test_an_interruption_leaves_nothing_behind(workshop: Path, number: signal.Signals, status: int) -> None:
    many = order_rows(ORDERS, "US")
    write_csv(workshop / "orders.csv", [many[0], *(many[2:] * 1000)])
    (workshop / "temp").mkdir()
    environment = {**os.environ, "TMPDIR": str(workshop / "temp")}
    command = [sys.executable, "-m", "shopscore_cli", *READ, "orders.csv", "-o", "shop"]
    before = names(workshop)
    process = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list((workshop / "temp").glob("shopscore-read-*")) and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.2)
    process.send_signal(number)
    _, said = process.communicate(timeout=120)
    assert (process.returncode, said) == (status, "interrupted\n")
    assert names(workshop) == before
    assert names(workshop / "temp") == []

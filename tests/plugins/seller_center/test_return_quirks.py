"""The oddities of the returns export, each as it was seen in a shop's file."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from tests.plugins.seller_center.conftest import Read, at, read, refusal
from tests.plugins.seller_center.exports import Return, return_rows, write_csv, write_xlsx

REQUESTED = datetime(2026, 6, 20, 10)
FIRST = Return("403500000000000001", "576500000000000001", REQUESTED)


def returns(tmp_path: Path, *each: Return, market: str = "BR") -> Read:
    write_xlsx(tmp_path / "returns.xlsx", return_rows(each))
    return read(tmp_path / "returns.xlsx", market=market)


def with_(**values: object) -> Return:
    return Return(**{"id": FIRST.id, "order": FIRST.order, "requested": REQUESTED, **values})  # type: ignore[arg-type]


def test_a_return_has_its_order_reason_and_fault(tmp_path: Path) -> None:
    found = returns(tmp_path, with_(reason="Wrong item was sent", refunded=REQUESTED + timedelta(days=2)))
    assert found.tables["returns"] == [
        {
            "shop_id": "shop",
            "return_id": "403500000000000001",
            "order_id": "576500000000000001",
            "requested_at": at("2026-06-20 10:00:00"),
            "kind": "refund",
            "reason": "Wrong item was sent",
            "fault": "seller",
            "status": "completed",
            "resolved_at": at("2026-06-22 10:00:00"),
            "_file": "returns.xlsx",
            "_row": 2,
        }
    ]


def test_each_status_is_understood(tmp_path: Path) -> None:
    statuses = {
        "To process": "open",
        "In process": "open",
        "Completed": "completed",
        "Refund rejected": "rejected",
        "Canceled": "cancelled",
    }
    each = (with_(id=f"40350000000000000{n}", status=status) for n, status in enumerate(statuses))
    found = returns(tmp_path, *each).tables["returns"]
    assert [row["status"] for row in found] == list(statuses.values())


def test_each_kind_is_understood(tmp_path: Path) -> None:
    kinds = {"Return and refund": "return_and_refund", "Refund only": "refund", "Replacement": "replacement"}
    each = (with_(id=f"40350000000000000{n}", kind=kind) for n, kind in enumerate(kinds))
    found = returns(tmp_path, *each).tables["returns"]
    assert [row["kind"] for row in found] == list(kinds.values())


def test_a_refund_time_does_not_end_what_is_not_completed(tmp_path: Path) -> None:
    found = returns(tmp_path, with_(status="In process", refunded=REQUESTED + timedelta(days=2)))
    assert [row["resolved_at"] for row in found.tables["returns"]] == [None]
    assert "1 return not completed have a Refund Time: it does not end them" in found.notes


def test_a_request_of_several_articles_is_one_return(tmp_path: Path) -> None:
    found = returns(tmp_path, with_(skus=3), with_(id="403500000000000002"))
    assert [row["return_id"][-1] for row in found.tables["returns"]] == ["1", "2"]
    assert +found.result.dropped == {"further rows and older copies of returns": 2}


def test_of_two_exports_the_one_named_last_counts(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "b.xlsx", return_rows([with_(status="In process")]))
    write_xlsx(tmp_path / "a.xlsx", return_rows([with_()]))
    found = read(tmp_path / "b.xlsx", tmp_path / "a.xlsx", market="BR")
    assert [row["status"] for row in found.tables["returns"]] == ["completed"]


def test_a_return_reason_in_no_table_is_unknown_and_shown(tmp_path: Path) -> None:
    found = returns(tmp_path, with_(reason="Changed planets"), with_(id="403500000000000002", reason="Other"))
    assert [row["fault"] for row in found.tables["returns"]] == ["unknown", "unknown"]
    # `Other` is listed as a reason that tells no fault: it is known.
    assert found.result.unmapped == {"return reasons": {"Changed planets": 1}}


def test_what_a_return_status_and_kind_nobody_knows_are_read_as_is_told(tmp_path: Path) -> None:
    found = returns(tmp_path, with_(status="Vanished", kind="Barter"))
    # `open` and unknown are what the event model makes of a status and a kind that are not there.
    assert [(row["status"], row["kind"]) for row in found.tables["returns"]] == [(None, None)]
    assert found.notes == [
        "kinds of return: 1 text in no table, in 1 row: read as unknown",
        "return statuses: 1 text in no table, in 1 row: read as open",
    ]


def test_the_older_layout_of_19_columns_is_read(tmp_path: Path) -> None:
    gone = {
        "Return Quantity",
        "Return Sub Status",
        "Refund Time",
        "Compensation Status",
        "Compensation Amount",
    }
    header, row = return_rows([FIRST])
    kept = [place for place, name in enumerate(header) if name not in gone]
    write_csv(tmp_path / "returns.csv", [[each[place] for place in kept] for each in (header, row)])
    (found,) = read(tmp_path / "returns.csv", market="BR").tables["returns"]
    assert (found["status"], found["resolved_at"]) == ("completed", None)


def test_without_orders_the_market_has_to_be_said(tmp_path: Path) -> None:
    write_xlsx(tmp_path / "returns.xlsx", return_rows([FIRST]))
    assert refusal(tmp_path / "returns.xlsx", market=None) == (
        "which market the files are of cannot be told from their columns; give --market"
    )

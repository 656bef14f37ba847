"""Exports name no deadline: rules make them, and mark them in the data and on the scorecard."""

from __future__ import annotations

from datetime import date

from tests.plugins.seller_center.conftest import Reading, cells


def test_computed_deadlines_are_marked_in_the_data(reading: Reading) -> None:
    # Wednesday 20 May 2026 and six working days: 21, 22, (25: Memorial Day), 26, 27, 28, 29.
    known, unknown = reading(
        cells(), cells(id="576500000000000002", type="Pre-order"), market="US", dates="dmy"
    ).orders
    assert (known["deliver_by"], known["_computed"]) == (date(2026, 5, 29), "deliver_by")
    assert (unknown["order_type"], unknown["deliver_by"], unknown["_computed"]) == ("pre_order", None, None)


def test_computed_deadlines_are_counted_for_the_scorecard(reading: Reading) -> None:
    rows = [cells(), cells(id="576500000000000002"), cells(id="576500000000000003", type="Pre-order")]
    notes = reading(*rows, market="US", dates="dmy").result.notes
    assert notes == (
        ("delivered_without_date", "3 orders called delivered without a time: not delivered here"),
        ("deadlines_computed", "deliver_by of 2 orders computed by the rule of US (deadlines/US.yaml)"),
        (
            "deadlines_unknown",
            "no deliver_by for 1 order of type pre_order: the export does not say what the rule needs",
        ),
    )


def test_an_order_of_a_type_nobody_knows_has_no_deadline(reading: Reading) -> None:
    found = reading(cells(type="Lottery"), market="US", dates="dmy")
    assert [order["deliver_by"] for order in found.orders] == [None]
    assert (
        "no deliver_by for 1 order of type unknown: the export does not say what the rule needs"
        in found.notes
    )


def test_a_type_the_rule_does_not_have_is_told_as_such(reading: Reading) -> None:
    found = reading(cells(type="Pre-order"), market="ID", dates="dmy")
    assert "no dispatch_by for 1 order of type pre_order: the rule has no such type" in found.notes


def test_without_a_rule_the_export_has_no_deadline(reading: Reading) -> None:
    (order,) = reading(cells()).orders
    assert not {"deliver_by", "dispatch_by", "_computed"} & order.keys()

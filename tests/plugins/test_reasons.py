"""Reasons to faults: the tables beside the policies, and how a reason is found in them."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from shopscore.errors import UsageError
from shopscore.yaml.nodes import MapNode
from shopscore_plugins.reasons import FOLDER, Reasons, listed, stem
from shopscore_plugins.tables import nodes

ROOT = Path(__file__).parents[2]
TABLES = sorted(path.stem for path in (ROOT / "policies" / FOLDER).glob("*.yaml"))
CODES = list(
    csv.DictReader(
        (Path(__file__).parent / "seller_center/data/reason_codes.csv")
        .read_text(encoding="utf-8")
        .splitlines()
    )
)
KINDS = {"cancel": "cancellations", "refund": "refunds"}
EVERYWHERE = Reasons.of(None)


def shipped(name: str) -> MapNode:
    found = nodes(FOLDER, name)
    assert found is not None
    return found


@pytest.mark.parametrize("name", TABLES)
def test_no_table_gives_a_reason_two_faults(name: str) -> None:
    found = {(kind, stem(reason), fault) for kind, reason, fault in listed(shipped(name))}
    assert len(found) == len({(kind, reason) for kind, reason, _ in found}) > 0


@pytest.mark.parametrize("row", CODES, ids=[row["reason_code"][:50] for row in CODES])
def test_every_published_code_has_the_fault_of_the_reading(row: dict[str, str]) -> None:
    fault = EVERYWHERE.fault(KINDS[row["kind"]], row["reason_code"].replace("*", "anything"))  # type: ignore[arg-type]
    proposed = row["proposed_fault"]
    match proposed:
        case "ambiguous":
            assert fault == "unknown"
        case "non-buyer (check policy)":
            assert fault in ("seller", "logistics")
        case _ if proposed.startswith("non-buyer"):
            assert fault == proposed.removeprefix("non-buyer (").rstrip(")").split("/")[0]
        case _:
            assert fault == proposed


def test_what_fits_several_faults_is_known_and_blamed_on_nobody() -> None:
    assert EVERYWHERE.fault("cancellations", "Order cancelled by system") == "unknown"


def test_what_no_table_has_is_nothing() -> None:
    assert EVERYWHERE.fault("cancellations", "Mercury in retrograde") is None


def test_a_reason_is_of_its_kind() -> None:
    assert EVERYWHERE.fault("refunds", "Defective item") == "seller"
    assert EVERYWHERE.fault("cancellations", "Defective item") is None


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("OUT OF STOCK ", "Out of stock"),
        ("Item wasn’t shipped on time", "Item wasn't shipped on time"),
        ("Order canceled by system", "Order cancelled by system"),
        ("Ｏｕｔ of stock", "Out of stock"),
        ("package_damagaed", "package_damaged"),
        (
            "ecom_order_delivered_refund_reason_wrong_product_uk",
            "ecom_order_delivered_refund_reason_wrong_product",
        ),
        ("ecom_order_delivered_refund_reason_damaged_seller", "ecom_order_delivered_refund_reason_damaged"),
        ("ecom_order_delivered_refund_reason_damaged_S", "ecom_order_delivered_refund_reason_damaged"),
        (
            "ecom_order_delivered_refund_reason_wrong_product_1",
            "ecom_order_delivered_refund_reason_wrong_product",
        ),
        (
            "ecom_order_delivered_refund_and_return_reason_no_need",
            "ecom_order_delivered_refund_reason_no_need",
        ),
        ("buyer_return_and_refund_suspected_counterfeit", "buyer_refund_suspected_counterfeit"),
    ],
)
def test_what_differs_from_page_to_page_does_not_count(written: str, same_as: str) -> None:
    assert stem(written) == stem(same_as)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("returned_to_shipper_refused", "returned_to_shipper_other"),
        ("Package lost", "Package damaged"),
        ("seller_cancel_order_reason_potential_fraud", "system_cancel_order_reason_potential_fraud"),
    ],
)
def test_what_tells_reasons_apart_counts(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_indonesian_texts_are_known() -> None:
    indonesian = Reasons.of("ID")
    assert indonesian.fault("cancellations", "Paket hilang") == "logistics"
    # The same words stand for parcels that were refused and parcels that were lost.
    assert indonesian.fault("cancellations", "Pengiriman paket gagal") == "unknown"


def test_a_markets_own_language_goes_before_what_holds_everywhere() -> None:
    vietnamese = Reasons.of("VN")
    collection_timed_out = "Tự động hủy do quá thời gian lấy hàng"
    assert vietnamese.fault("cancellations", collection_timed_out) == "seller"
    assert vietnamese.fault("cancellations", "Không còn nhu cầu") == "buyer"
    assert vietnamese.fault("cancellations", "Out of stock") == "seller"
    assert Reasons.of("US").fault("cancellations", collection_timed_out) is None


def test_a_file_of_ones_own_goes_before_ours(tmp_path: Path) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text("cancellations: {buyer: {en: [Out of stock, Too green]}}", encoding="utf-8")
    found = Reasons.of("US", own)
    assert (
        found.fault("cancellations", "Out of stock") == found.fault("cancellations", "too green") == "buyer"
    )
    assert found.fault("cancellations", "Package lost") == "logistics"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "cancelations: {}",
            "1:1: found 'cancelations'; expected cancellations, refunds, sources, source, assumed",
        ),
        (
            "refunds: {seler: {en: [x]}}",
            "1:11: found 'seler'; expected seller, buyer, logistics, platform, unknown",
        ),
        ("refunds: [x]", "1:10: refunds is no map; expected one, as in reasons/all.yaml"),
        ("refunds: {seller: {en: [[x]]}}", "1:25: expected a reason, as a code or as a shop shows it"),
        ("[x]", "1:1: expected a map, as in the tables beside the policies"),
    ],
)
def test_what_is_no_table_of_reasons_is_told_with_its_place(tmp_path: Path, text: str, message: str) -> None:
    own = tmp_path / "mine.yaml"
    own.write_text(text, encoding="utf-8")
    hints = {"cancelations": "; did you mean 'cancellations'?", "seler": "; did you mean 'seller'?"}
    hint = next((hint for word, hint in hints.items() if word in text), "")
    with pytest.raises(UsageError) as raised:
        Reasons.of(None, own)
    assert str(raised.value) == f"{own}:{message}{hint}"

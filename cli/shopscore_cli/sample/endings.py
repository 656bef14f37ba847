"""How orders that end early read in the data: who cancelled, why, whose fault."""

from __future__ import annotations

from typing import NamedTuple


class Ending(NamedTuple):
    """One way a cancellation reads in the data: its share among those of the same fate."""

    fate: str
    tenths: int
    by: str
    reason: str
    fault: str | None


ENDINGS = (
    Ending("unpaid", 8, "system", "system_cancel_unpaid_time_out", "buyer"),
    Ending("unpaid", 2, "buyer", "ecom_order_unpaid_canceled_reason_not_want_pay", "buyer"),
    Ending("buyer", 4, "buyer", "ecom_order_to_ship_canceled_reason_no_longer_needed", "buyer"),
    Ending("buyer", 2, "buyer", "ecom_order_to_ship_canceled_reason_better_price", "buyer"),
    Ending("buyer", 2, "buyer", "ecom_order_to_ship_canceled_reason_created_by_mistakes", "buyer"),
    Ending("buyer", 1, "buyer", "ecom_order_to_ship_canceled_reason_not_shipped_on_time", "seller"),
    Ending("buyer", 1, "buyer", "ecom_order_unpaid_canceled_reason_other", "unknown"),
    Ending("seller", 6, "seller", "seller_cancel_reason_out_of_stock", "seller"),
    Ending("seller", 1, "seller", "seller_cancel_reason_wrong_price", "seller"),
    Ending("seller", 2, "seller", "seller_cancel_paid_reason_buyer_requested_cancellation", "buyer"),
    Ending("seller", 1, "seller", "seller_cancel_paid_reason_address_not_deliver", "unknown"),
    Ending("timeout", 8, "system", "system_cancel_order_reason_shipping_timeout", "seller"),
    Ending("timeout", 2, "system", "system_cancel_order_untracked", "seller"),
    Ending("risk", 7, "system", "system_cancel_anti_span_block", "platform"),
    Ending("risk", 3, "system", "package_cancel", None),
    Ending("lost", 5, "system", "package_lost", "logistics"),
    Ending("lost", 3, "system", "threepl_breach", "logistics"),
    Ending("lost", 2, "system", "package_damaged", "logistics"),
    Ending("refused", 7, "system", "returned_to_shipper_refused", "buyer"),
    Ending("refused", 3, "system", "returned_to_shipper_other", "logistics"),
    Ending("recalled", 5, "operator", "system_cancel_order_reason_potential_fraud", "platform"),
    Ending("recalled", 3, "operator", "system_cancel_order_reason_nrr_related", "seller"),
    Ending("recalled", 2, "operator", "system_cancel_order_reason_experience_related", None),
)


def macros() -> str:
    """Write the macros that tell of a fate, and a draw from 0 to 9, how the cancellation reads."""
    script = ""
    for fact in ("by", "reason", "fault"):
        cases = ""
        for fate in dict.fromkeys(ending.fate for ending in ENDINGS):
            texts = [getattr(e, fact) for e in ENDINGS if e.fate == fate for _ in range(e.tenths)]
            picks = ", ".join("NULL" if text is None else f"'{text}'" for text in texts)
            cases += f" WHEN '{fate}' THEN [{picks}][1 + pick]"
        script += f"CREATE MACRO cancelled_{fact}(fate, pick) AS CASE fate{cases} END;"
    return script

"""The oracle's margins against crossings worked out by hand."""

from __future__ import annotations

from datetime import date

from tests.oracle.examples import Example, example, shop
from tests.oracle.rows import Row, all_supplied, at_score, delivered

Margin = tuple[str | None, float | None, float | None]
NONE: Margin = (None, None, None)


def margin(row: Row, item: str) -> Margin:
    return (row[f"{item}_margin_cell"], row[f"{item}_margin_threshold"], row[f"{item}_margin_distance"])


def of_score(threshold: float, distance: float) -> Margin:
    return ("score", threshold, distance)


@example
def test_a_benefit_names_the_line_of_its_next_change() -> Example:
    items = ("affiliate_marketing", "crm", "flash_deals", "platform_promotions")
    cases: list[tuple[float, str, list[tuple[float, float] | None]]] = [
        # Granted: lost at 3.0, the dead band's lower end; crm is frozen earlier, below 3.5.
        (3.75, "locked", [(3.0, 0.75), (3.5, 0.25), (2.5, 1.25), (3.5, 0.25)]),
        (3.2, "granted", [(3.0, 0.2), (3.0, 0.2), (2.5, 0.7), (3.5, 0.3)]),
        (3.3, "frozen", [(3.5, 0.2), (3.5, 0.2), (2.5, 0.8), (3.5, 0.2)]),
        (3.2, "locked", [(3.5, 0.3), (3.5, 0.3), (2.5, 0.7), (3.5, 0.3)]),
        # 3.25 lies between both lines: the one written first, to lose it.
        (3.25, "frozen", [(3.0, 0.25), (3.0, 0.25), (2.5, 0.75), (3.5, 0.25)]),
        # On the line itself, where it still holds.
        (3.0, "granted", [(3.0, 0.0), (3.0, 0.0), (2.5, 0.5), (3.5, 0.5)]),
        # At 3.5 it would be granted, and would no longer be below 3.0.
        (2.9, "granted", [(3.5, 0.6), (3.5, 0.6), (2.5, 0.4), (3.5, 0.6)]),
    ]
    rows = yield [
        shop(
            supplied_metrics=at_score(points),
            shop_states=[{"item": item, "state": state, "as_of_on": date(2026, 6, 21)} for item in items],
        )
        for points, state, _ in cases
    ]
    assert [row["score"] for row in rows] == [points for points, _, _ in cases]
    expected = [[NONE if line is None else of_score(*line) for line in lines] for _, _, lines in cases]
    assert [[margin(row, item) for item in items] for row in rows] == expected


@example
def test_a_ladder_names_the_nearest_step_that_changes_its_value() -> Example:
    cases = [
        (4.7, of_score(4.0, 0.7), of_score(4.5, 0.2)),
        (4.0, of_score(4.0, 0.0), of_score(3.5, 0.5)),
        (3.9, of_score(4.0, 0.1), of_score(3.5, 0.4)),
        (3.75, of_score(3.5, 0.25), of_score(3.5, 0.25)),
        (2.6, of_score(3.5, 0.9), of_score(2.5, 0.1)),
        (1.0, of_score(3.5, 2.5), of_score(2.5, 1.5)),
    ]
    rows = yield [shop(supplied_metrics=at_score(points)) for points, _, _ in cases]
    found = [(row["score"], margin(row, "settlement_days"), margin(row, "visibility_boost")) for row in rows]
    assert found == cases


@example
def test_a_gate_names_the_one_comparison_that_decides() -> Example:
    def health(distance: float) -> Margin:
        return ("account_standing", 150.0, distance)

    cases: list[tuple[float, float | None, Margin, Margin]] = [
        (2.6, 151.0, of_score(2.5, 0.1), of_score(3.5, 0.9)),
        (3.6, 150.0, health(0.0), health(0.0)),
        (2.4, 151.0, of_score(2.5, 0.1), of_score(3.5, 1.1)),
        (2.4, 140.0, NONE, NONE),  # two comparisons stand in the way
        (3.6, 148.0, health(2.0), health(2.0)),
    ]
    few = shop(shops=[{"account_health": 200.0}], orders=delivered(20))
    shops = [
        shop(shops=[{"account_health": given}], supplied_metrics=at_score(points))
        for points, given, _, _ in cases
    ]
    *rows, unscored = yield [*shops, few]
    found = [(margin(row, "countdown_bidding"), margin(row, "smart_promotion")) for row in rows]
    assert found == [(countdown, smart) for _, _, countdown, smart in cases]
    assert margin(unscored, "countdown_bidding") == health(50.0)
    assert margin(unscored, "smart_promotion") == ("delivered_orders_90d.value", 30.0, 10.0)
    assert margin(unscored, "crm") == margin(unscored, "settlement_days") == NONE


@example
def test_a_badge_counts_its_basics_as_one_condition() -> Example:
    star = {"positive_rating_share": 0.8, "sellable_products": 1.0, "has_logo": True}

    def reputation(threshold: float, distance: float) -> Margin:
        return ("shop.reputation_points", threshold, distance)

    cases: list[tuple[Row, Margin, Margin]] = [
        (
            {"reputation_points": 10001.0},
            of_score(4.0, 1.0),
            reputation(10000.0, 1.0),
        ),  # a tie
        ({"reputation_points": 2000.0}, reputation(10000.0, 8000.0), reputation(2000.0, 0.0)),
        ({"reputation_points": 9000.0}, reputation(10000.0, 1000.0), of_score(4.0, 1.0)),
        ({"reputation_points": 10001.0, "has_logo": False}, NONE, NONE),
        ({"reputation_points": None}, NONE, NONE),
    ]
    rows = yield [shop(shops=[star | given], supplied_metrics=all_supplied()) for given, _, _ in cases]
    found = [(margin(row, "gold_star_seller"), margin(row, "silver_star_seller")) for row in rows]
    assert found == [(gold, silver) for _, gold, silver in cases]

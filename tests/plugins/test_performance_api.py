"""The reader `performance-api`: one scale for numbers that come as shares and as percentages."""

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from shopscore.errors import BadInputError, UsageError
from shopscore.events.reader import ReadOptions, ReadResult
from shopscore.hooks import Loaded, collect
from shopscore_plugins import performance_api
from shopscore_plugins.performance_api.model import Official
from shopscore_plugins.performance_api.official import read_official
from shopscore_plugins.performance_api.scales import Written, read_thresholds, read_value
from shopscore_plugins.performance_api.windows import read_window

READER = collect([Loaded("performance_api", "0", performance_api)]).reader("performance-api")
SEP_24, OCT_24 = 1758672000, 1761264000  # 2025, 00:00 UTC


def saved(folder: Path, **data: Any) -> Path:
    """Write each answer around its data."""
    for name, each in data.items():
        text = json.dumps({"code": 0, "data": each, "message": "Success"})
        (folder / f"{name}.json").write_text(text, encoding="utf-8")
    return folder


def read(folder: Path, **more: str) -> ReadResult:
    return READER.read([folder], ReadOptions(more=more))


def rows(result: ReadResult, table: str) -> list[dict[str, Any]]:
    """Return the rows of a table without what is not there."""
    return [
        {name: value for name, value in row.items() if value is not None and not name.startswith("_")}
        for row in result.tables[table].to_pylist()
    ]


def metric(code: str, value: str | None, unit: str = "PERCENT", **more: Any) -> dict[str, Any]:
    window = {"evaluate_duration_days": 30, "start_evaluation_time": SEP_24, "end_evaluation_time": OCT_24}
    return {"metric_code": code, "value": value, "value_unit": unit, **window, **more}


def parts(numerator: str, denominator: str) -> dict[str, Any]:
    rule = {"numerator_value": numerator, "numerator_label": "A", "denominator_value": denominator,
            "denominator_label": "B"}  # fmt: skip
    return {"calculation_rule": rule}


OVERVIEW = {
    "sps_score": "4.6",
    "sps_tier": "GOOD",
    "dimensions": [
        {"name": "Product satisfaction", "score": "4.8", "weight": "70"},
        {"name": "Fulfillment & Logistics", "score": "4.0", "weight": "20"},
        {"name": "Customer Service", "score": "4.0", "weight": "10"},
    ],
    "primary_category": {"category_id": "601450", "category_name": "Home Supplies"},
}


@pytest.mark.parametrize(
    ("written", "value", "how"),
    [
        # The API's own samples: 0.97 is 0.97 %, for 97 % negative reviews are not excellent; 0.947 is 94.7 %.
        (
            Written("0.97", "PERCENT", excellent="0.02", poor="0.08", status="EXCELLENT"),
            "0.0097",
            "a percentage: only so it is EXCELLENT",
        ),
        (
            Written("0.947", "PERCENT", "947", "1000", "0.98", "0.80", "GOOD"),
            "0.947",
            "a share: its numerator and denominator give it",
        ),
        (
            Written("94.7", "PERCENT", "947", "1000"),
            "0.947",
            "a percentage: its numerator and denominator give it",
        ),
        # cut off, not rounded: 2 of 3 are 66.66...
        (
            Written("66.6", "PERCENT", "2", "3"),
            "0.666",
            "a percentage: its numerator and denominator give it",
        ),
        (
            Written("0.947", "PERCENT", excellent="0.98", poor="0.80", status="GOOD"),
            "0.947",
            "a share: only so it is GOOD",
        ),
        (Written("1.5", "PERCENT"), "0.015", "a percentage: above 1"),
        (Written("0", "PERCENT"), "0.00", "zero"),
        (Written("0.5", "PERCENT"), "0.005", "a percentage, as the API's page says"),
        (Written("30.4", "HOURS"), "30.4", "hours"),
    ],
)
def test_a_value_is_read_on_the_scale_that_something_tells(written: Written, value: str, how: str) -> None:
    reading = read_value(written)
    assert reading is not None
    assert (reading.value, reading.how) == (Decimal(value), how)
    assert reading.assumed == (how == "a percentage, as the API's page says")


def test_without_a_number_there_is_no_reading() -> None:
    assert read_value(Written(None, "PERCENT")) is None
    assert read_value(Written("-", "PERCENT")) is None
    assert read_value(Written("NaN", "PERCENT")) is None


@pytest.mark.parametrize(
    ("unit", "excellent", "poor", "expected"),
    [
        ("PERCENT", "0.98", "0.80", (Decimal("0.80"), Decimal("0.98"))),
        ("PERCENT", "1.2", "40", (Decimal("0.4"), Decimal("0.012"))),
        ("PERCENT", "0.87", "10", (Decimal("0.1"), Decimal("0.0087"))),  # both are on one scale
        ("HOURS", "26.5", "96", (Decimal("96"), Decimal("26.5"))),
        ("PERCENT", None, "0.08", (Decimal("0.08"), None)),
    ],
)
def test_thresholds_are_shares_or_hours(
    unit: str, excellent: str | None, poor: str | None, expected: tuple[Decimal | None, ...]
) -> None:
    assert read_thresholds(Written(None, unit, excellent=excellent, poor=poor)) == expected


def test_the_length_in_days_tells_where_a_window_ends() -> None:
    metrics = read_window(SEP_24, OCT_24, 30)
    overview = read_window(1774828800, 1782518400, 90)  # 30 March and 27 June 2026, 89 days apart
    odd = read_window(SEP_24, OCT_24, 7)
    assert metrics is not None and overview is not None and odd is not None
    assert (str(metrics.as_of), metrics.how) == ("2025-10-24", "its end is excluded")
    assert (str(overview.as_of), overview.how) == (
        "2026-06-28",
        "its end is the beginning of the last day, which is included",
    )
    assert odd.how == "its ends are 30 days apart, not 7; its end is taken as excluded"
    assert read_window(OCT_24, SEP_24, 30) is None


def test_a_day_is_the_midnight_nearest_to_the_end_of_its_window() -> None:
    local = read_window(SEP_24 + 7 * 3600, OCT_24 + 7 * 3600, 30)  # midnights in Los Angeles
    east = read_window(SEP_24 - 7 * 3600, OCT_24 - 7 * 3600, 30)  # and in Jakarta
    seconds = read_window(SEP_24, OCT_24 - 1, 30)
    assert local is not None and east is not None and seconds is not None
    assert [str(each.as_of) for each in (local, east, seconds)] == ["2025-10-24"] * 3
    assert (seconds.end, seconds.how) == (OCT_24, "its end is the last second, which is included")


PST, PDT = 8 * 3600, 7 * 3600


@pytest.mark.parametrize(
    ("start", "end", "length", "as_of", "how"),
    [
        # From 27 February to 29 March 2026 in Los Angeles, where 8 March has 23 hours.
        (1772150400 + PST, 1774742400 + PDT, 30, "2026-03-29", "its end is excluded"),
        (1772150400 + PST, 1774742400 + PDT - 1, 30, "2026-03-29",
         "its end is the last second, which is included"),
        (1772150400 + PST, 1774656000 + PDT, 30, "2026-03-29",
         "its end is the beginning of the last day, which is included"),
        # From 15 October to 14 November 2025, where 2 November has 25 hours.
        (1760486400 + PDT, 1763078400 + PST, 30, "2025-11-14", "its end is excluded"),
        (1760486400 + PDT, 1762992000 + PST, 30, "2025-11-14",
         "its end is the beginning of the last day, which is included"),
    ],
)  # fmt: skip
def test_a_change_of_the_clock_does_not_move_a_window_of_local_days(
    start: int, end: int, length: int, as_of: str, how: str
) -> None:
    window = read_window(start, end, length)
    assert window is not None
    assert (str(window.as_of), window.how) == (as_of, how)


def test_metrics_thresholds_and_weights_become_supplied_values(tmp_path: Path) -> None:
    lines = {"benchmarks": {"excellent_threshold": "0.02", "poor_threshold": "0.08"}}
    reviews = metric("NRR", "0.97", status="EXCELLENT", **lines)
    hours, deliveries = metric("AHT", "30.4", "HOURS"), metric("OTDR", "0.95")
    saved(tmp_path, overview=OVERVIEW, metrics={"metrics": [reviews, hours, deliveries]})
    saved(tmp_path, diagnosis=metric("OTDR", "0.947", **parts("947", "1000")))
    result = read(tmp_path, shop="S1")
    assert rows(result, "shops") == [{"shop_id": "S1", "market": "US", "category": "Home Supplies"}]
    assert rows(result, "supplied_metrics") == [
        {"shop_id": "S1", "metric": "negative_review_rate", "value": "0.0097", "as_of": "2025-10-24"},
        {
            "shop_id": "S1",
            "metric": "on_time_delivery_rate",  # the diagnosis has its parts, the list has not
            "value": "0.947",
            "numerator": "947",
            "denominator": "1000",
            "as_of": "2025-10-24",
        },
        {"shop_id": "S1", "metric": "after_sales_handling_hours", "value": "30.4", "as_of": "2025-10-24"},
    ]
    assert rows(result, "supplied_benchmarks") == [
        {"shop_id": "S1", "metric": "negative_review_rate", "poor": "0.08", "excellent": "0.02"},
        {"shop_id": "S1", "dimension": "product_satisfaction", "weight": "70"},
        {"shop_id": "S1", "dimension": "fulfillment_logistics", "weight": "20"},
        {"shop_id": "S1", "dimension": "customer_service", "weight": "10"},
    ]
    assert (result.dropped, result.notes) == ({}, ())


def test_answers_of_several_days_are_all_supplied(tmp_path: Path) -> None:
    later = {"start_evaluation_time": SEP_24 + 86400, "end_evaluation_time": OCT_24 + 86400}
    lines = {"benchmarks": {"excellent_threshold": "20", "poor_threshold": "90"}}
    first, second = metric("AHT", "30.4", "HOURS", **lines), metric("AHT", "31", "HOURS") | later
    result = read(saved(tmp_path, b={"metrics": [second]}, a={"metrics": [first]}))
    assert [(row["as_of"], row["value"]) for row in rows(result, "supplied_metrics")] == [
        ("2025-10-24", "30.4"),
        ("2025-10-25", "31"),
    ]
    assert result.tables["supplied_benchmarks"].num_rows == 0  # the newer answer has no thresholds
    assert read_official([tmp_path]).metrics["AHT"].written.value == "31"


def test_of_several_overviews_the_newest_counts(tmp_path: Path) -> None:
    older = {"start_evaluation_time": SEP_24, "end_evaluation_time": OCT_24}
    newer = {"start_evaluation_time": SEP_24 + 86400, "end_evaluation_time": OCT_24 + 86400}
    category = {"primary_category": {"category_id": "7", "name": "Toys"}}
    found = official(tmp_path, a={**OVERVIEW, **newer, **category, "sps_score": "4.7"}, b=OVERVIEW | older)
    assert found.overview is not None
    assert (found.overview.score, found.overview.category) == ("4.7", "Toys")


def test_answers_about_two_shops_are_refused(tmp_path: Path) -> None:
    saved(tmp_path, a={"metrics": [metric("NRR", "0.97")]}, b=metric("NRR", "0.947", **parts("947", "1000")))
    with pytest.raises(BadInputError) as raised:
        read(tmp_path)
    assert str(raised.value) == (
        "b.json: I321 error NRR is 0.947, and 0.97 for the same days in a.json; expected answers about "
        "one shop"
    )


def test_one_number_may_be_written_on_two_scales(tmp_path: Path) -> None:
    saved(
        tmp_path, a={"metrics": [metric("OTDR", "94.7")]}, b=metric("OTDR", "0.947", **parts("947", "1000"))
    )
    assert [row["value"] for row in rows(read(tmp_path), "supplied_metrics")] == ["0.947"]


def test_a_value_is_given_with_all_decimals_of_its_parts(tmp_path: Path) -> None:
    result = read(saved(tmp_path, diagnosis=metric("NRR", "33.3", **parts("1", "3"))))
    assert rows(result, "supplied_metrics")[0]["value"] == "0.3333333333333333"


def test_what_is_assumed_or_contradictory_is_told(tmp_path: Path) -> None:
    result = read(
        saved(
            tmp_path,
            metrics={"metrics": [metric("NRR", "0.5")]},
            diagnosis=metric("SFCR", "3.1", **parts("1", "10")),
            items={"metric_code": "NRR", "top_products": []},
            overview={**OVERVIEW, "dimensions": [{"name": "Kepuasan produk", "weight": "70"}]},
        )
    )
    assert [row["value"] for row in rows(result, "supplied_metrics")] == ["0.005", "0.031"]
    assert "numerator" not in result.tables["supplied_metrics"].column_names
    assert result.tables["supplied_benchmarks"].num_rows == 0
    assert result.notes == (
        ("unit_assumed", "NRR: 0.5 is read as a percentage, as the API's page says"),
        ("parts_differ", "SFCR: 3.1 is not 1 of 10; the value alone is read"),
        (
            "unknown_dimension",
            "no weight is read: a dimension is called 'Kepuasan produk'; expected English names",
        ),
    )
    assert result.dropped == {"answers with nothing to supply": 1}


def official(folder: Path, **data: Any) -> Official:
    return read_official([saved(folder, **data)])


def test_problem_records_are_one_for_each_order_and_say_nothing_of_people(tmp_path: Path) -> None:
    key = "nrr_problem_order_items"
    item = {
        "order_id": "576461413038785752",
        "sku_id": "1",
        "product_name": "Headphones",
        "user_review_rating": 2,
    }
    chat = {
        "chat_record_id": "745961413038785752",
        "customer_name": "Siti Rahmawati",
        "service_agent": "Agent Ayu",
        "customer_rating": 1,
    }
    found = official(
        tmp_path,
        one={
            "metric_code": "NRR",
            key: [item, {**item, "sku_id": "2"}],
            "total_count": 3,
            "next_page_token": "b2",
        },
        two={"metric_code": "NRR", key: [{"sku_id": "3"}], "total_count": 3},
        chats={"metric_code": "IM_DSAT", "im_dsat_chat_items": [chat]},
        none={"metric_code": "AHT", "total_count": 0},
    )
    reviews, chats, cases = (found.metrics[code] for code in ("NRR", "IM_DSAT", "AHT"))
    (problem,) = reviews.problems
    assert (problem.record_id, dict(problem.fields)) == (
        "576461413038785752",
        {"user_review_rating": "2", "order_id": "576461413038785752"},
    )
    assert problem.place == "one.json:nrr_problem_order_items[1]"
    assert (reviews.listed, reviews.lines, found.idless) == (3, 3, 1)
    assert [(each.record_id, dict(each.fields)) for each in chats.problems] == [
        ("745961413038785752", {"customer_rating": "1"})
    ]
    assert (cases.problems, cases.listed) == ((), 0)


def test_hours_are_hours_where_an_answer_says_no_unit(tmp_path: Path) -> None:
    hours, share = metric("AHT", "30.4"), metric("NRR", "30.4")
    for each in (hours, share):
        del each["value_unit"]
    result = read(saved(tmp_path, metrics={"metrics": [hours, share]}))
    assert [row["value"] for row in rows(result, "supplied_metrics")] == ["0.304", "30.4"]


def test_lists_that_are_printed_as_texts_are_lists(tmp_path: Path) -> None:
    cancelled = {"order_id": "5764614130387857", "cancellation_reasons": json.dumps(["Out of stock", "Late"])}
    found = official(
        tmp_path,
        overview={**OVERVIEW, "dimensions": json.dumps(OVERVIEW["dimensions"])},
        metrics={"metrics": json.dumps([metric("SFCR", "1.5")])},
        items={"metric_code": "SFCR", "sfcr_problem_order_items": json.dumps([cancelled])},
    )
    assert found.overview is not None
    assert found.overview.weights[0] == ("Product satisfaction", "70")
    cancellations = found.metrics["SFCR"]
    assert cancellations.written.value == "1.5"
    (problem,) = cancellations.problems
    assert problem.fields["cancellation_reasons"] == "Out of stock; Late"


def test_a_page_that_was_saved_twice_does_not_hide_that_one_is_missing(tmp_path: Path) -> None:
    page = {"metric_code": "NRR", "nrr_problem_order_items": [{"order_id": "1"}, {"order_id": "2"}]}
    found = official(tmp_path, a={**page, "total_count": 4}, b={**page, "total_count": 3})
    assert (found.metrics["NRR"].listed, found.metrics["NRR"].lines) == (4, 2)


def test_entries_that_are_alike_are_all_counted(tmp_path: Path) -> None:
    page = {"metric_code": "SFCR", "total_count": 5}
    same, other = {"order_id": "1"}, {"order_id": "2"}
    first = {**page, "sfcr_problem_order_items": [same, same, other]}
    found = official(tmp_path, a=first, again=first, b={**page, "sfcr_problem_order_items": [other]})
    assert (found.metrics["SFCR"].listed, found.metrics["SFCR"].lines) == (5, 3)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            metric("AHT", "1", "DAYS"),
            "a.json: I321 error AHT has the value_unit DAYS; expected PERCENT or HOURS",
        ),
        (
            {"metric_code": "NRR", "nrr_problem_order_items": [{"order_id": 5.764e17}]},
            "a.json: I321 error nrr_problem_order_items[1].order_id is 5.764e+17, an id that has lost "
            "digits; expected a text or a whole number",
        ),
        (
            metric("NRRR", "1"),
            "a.json: I321 error metric_code is NRRR; expected NRR, NBFR, SFCR, OTDR, AHT, IM_DSAT; did you "
            "mean 'NRR'?",
        ),
        (
            {"order": []},
            "a.json: I321 error an answer with order; expected one of the score API: overview, metrics, "
            "diagnosis or problem_details",
        ),
    ],
)
def test_other_answers_are_refused(tmp_path: Path, data: dict[str, Any], message: str) -> None:
    with pytest.raises(BadInputError) as raised:
        read(saved(tmp_path, a=data))
    assert str(raised.value) == message


def test_answers_of_the_other_reader_are_counted_and_not_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(saved(tmp_path, orders={"orders": []}))
    assert str(raised.value) == (
        "no answer is about the official score; expected overview, metrics, diagnosis or problem_details"
    )
    assert read(saved(tmp_path, overview=OVERVIEW)).dropped == {"answers with nothing to supply": 1}


@pytest.mark.parametrize(
    "data",
    [
        {"conversations": [{"id": "1"}]},
        {"performance": {"support_session_count": 3}},
        {"aftersales": []},
        {"top_products": []},
        {},
        {"next_page_token": "", "total_count": 0},
    ],
)
def test_what_the_other_reader_lets_be_is_let_be(tmp_path: Path, data: dict[str, Any]) -> None:
    found = read(saved(tmp_path, overview=OVERVIEW, other=data))
    assert found.dropped == {"answers with nothing to supply": 1}


def test_shops_of_other_regions_get_the_apis_own_words(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(
        '{"code": 36009004, "message": "not supported in region BR", "data": null}'
    )
    with pytest.raises(BadInputError) as raised:
        read(tmp_path)
    assert str(raised.value) == (
        "a.json: I321 error the API refused: code 36009004, 'not supported in region BR'; expected an answer "
        "with code 0"
    )


def test_an_unknown_option_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(tmp_path, store="S1")
    assert str(raised.value) == "the reader performance-api has no option 'store'; expected shop"

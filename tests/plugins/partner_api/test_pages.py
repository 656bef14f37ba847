"""Pages of answers: nested, missing, too large, wrong."""

from pathlib import Path
from typing import Any

import pytest
from tests.plugins.partner_api.saved import (
    DATA,
    MADE_UP,
    O1,
    O3,
    READER,
    RECORDED,
    answers,
    orders,
    read,
    rows,
)

from shopscore.errors import BadInputError, UsageError
from shopscore.events.opening import open_dataset
from shopscore.events.reader import ReadOptions
from shopscore.events.time import Zone
from shopscore_plugins import json_pages
from shopscore_plugins.json_pages import Page
from shopscore_plugins.partner_api.answers import Answers


def test_a_search_that_finds_nothing_is_an_empty_table(tmp_path: Path) -> None:
    found = read(answers(tmp_path, orders={"orders": None, "total_count": 0}, nothing={"total_count": 0}))
    assert found.tables["orders"].num_rows == 0
    assert found.dropped == {"empty answers": 1}


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    text = '\ufeff{"code": 0, "data": {"orders": [{"id": "1", "create_time": 1782900000}]}}'
    (tmp_path / "a.json").write_text(text, encoding="utf-8")
    assert rows(read(tmp_path), "orders", "order_id") == [("1",)]


def test_a_page_that_is_missing_shows_in_the_total(tmp_path: Path) -> None:
    first, last = {"id": O1, "create_time": 1782900000}, {"id": O3, "create_time": 1782900000}
    pages = {
        "page-3": {"orders": [last], "total_count": 3, "next_page_token": ""},
        "page-1": {"orders": [first], "total_count": 3, "next_page_token": "b"},
        "page-1-again": {"orders": [first], "total_count": 3, "next_page_token": "b"},
    }
    found = read(answers(tmp_path, **pages))
    assert found.notes == (("pages_missing", "1 of 3 orders are on no page that was saved"),)
    assert found.dropped == {"older copies of orders": 1}


@pytest.mark.parametrize("first", ["detail", "zoom"])  # read before or after the page
def test_the_detail_of_orders_is_no_last_page_of_a_search(tmp_path: Path, first: str) -> None:
    order = {"id": O1, "create_time": 1782900000}
    page = {"orders": [order], "next_page_token": "b"}
    found = read(answers(tmp_path, search=page, **{first: {"orders": [order]}}))
    missing = ("pages_missing", "no last page of orders: the API had more than was saved")
    assert found.notes == (missing,)


def test_a_search_ends_with_a_total_and_no_token(tmp_path: Path) -> None:
    first = {"orders": [{"id": O1, "create_time": 1782900000}], "next_page_token": "b", "total_count": 2}
    last = {"orders": [{"id": O3, "create_time": 1782900000}], "total_count": 2}
    assert read(answers(tmp_path, a=first, b=last)).notes == ()


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ({"orders": [{"id": O1, "line_items": [{}, {"product_id": 1.729e18}]}]},
         "orders[1].line_items[2].product_id"),
        ({"order_list": [{"order_id": O1, "item_list": [{"product_id": 1.729e18}]}]},
         "order_list[1].item_list[1].product_id"),
        ({"reviews": [{"review": {"review_id": "1", "tiktok_product_id": 1.729e18}}]},
         "reviews[1].tiktok_product_id"),
    ],
)  # fmt: skip
def test_ids_of_products_that_have_lost_digits_are_refused(
    tmp_path: Path, data: dict[str, Any], where: str
) -> None:
    with pytest.raises(BadInputError) as raised:
        read(answers(tmp_path, a=data))
    assert str(raised.value) == (
        f"a.json: I321 error {where} is 1.729e+18, an id that has lost digits; expected a text or a whole "
        "number"
    )


def test_data_in_data_in_data_is_unwrapped(tmp_path: Path) -> None:
    data: dict[str, Any] = {"orders": [{"id": O1, "create_time": 1782900000}]}
    for _ in range(9):
        data = {"code": 0, "data": data}
    assert rows(read(answers(tmp_path, deep=data)), "orders", "order_id") == [(O1,)]


def test_a_line_that_is_no_answer_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_pages, "LARGEST", 1000)
    (tmp_path / "a.ndjson").write_text('{"code": 0, "data": {"orders": []}}\n' + '{"a": "' + "x" * 9999)
    with pytest.raises(BadInputError) as raised:
        read(tmp_path)
    assert str(raised.value) == (
        "a.ndjson:2: I321 error the line has more than 256 MiB; expected an answer of the API, which is "
        "smaller"
    )


def test_progress_is_told_in_bytes_of_the_files() -> None:
    told: list[tuple[int, int | None]] = []
    READER.read([RECORDED], ReadOptions(on_progress=lambda done, total: told.append((done, total))))
    sizes = [path.stat().st_size for path in sorted(RECORDED.glob("*.json"))]
    assert told == [(sum(sizes[: number + 1]), sum(sizes)) for number in range(4)]


def test_of_a_page_only_what_is_read_stays_in_memory() -> None:
    line = {"product_id": "7", "sku_image": "https://example.com/a.jpeg"}
    order = {"id": O1, "line_items": [line], "recipient_address": {"name": "Siti"}, "packages": [{"id": "1"}]}
    found = Answers()
    found.add(Page("a.json", None, {"orders": [order]}, {}))
    assert [each.record for each in found.of("orders")] == [{"id": O1, "line_items": [{"product_id": "7"}]}]


def test_answers_about_the_official_score_are_counted_and_not_read(tmp_path: Path) -> None:
    score = {"metric_code": "NRR", "nrr_problem_order_items": [{"order_id": O1}]}
    found = orders(tmp_path, {})
    assert found.dropped == {}
    found = read(answers(tmp_path, overview={"sps_score": "4.6"}, problems=score, top={"top_products": []}))
    assert found.dropped == {"answers about the official score": 3}
    assert found.tables["orders"].num_rows == 1


def test_answers_that_give_no_table_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(answers(tmp_path, nothing={"total_count": 0}, totals={"performance": {}}))
    assert str(raised.value) == (
        "no answer is about something that becomes a table; expected orders, returns, reviews, chat sessions "
        "or records of returns"
    )


MESSAGES = (DATA / "wrong-answers.txt").read_text(encoding="utf-8").splitlines()
WRONG = {message.partition(":")[0]: message for message in MESSAGES}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_file_gives_one_clear_message(name: str) -> None:
    with pytest.raises(BadInputError) as raised:
        read(DATA / "wrong-answers" / name)
    assert str(raised.value) == WRONG[name]


def test_every_wrong_file_has_its_message() -> None:
    assert sorted(WRONG) == sorted(path.name for path in (DATA / "wrong-answers").iterdir())


def test_wrong_requests_are_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as nothing:
        read(tmp_path)
    assert str(nothing.value) == (
        f"the reader partner-api finds no saved answer in {tmp_path}; expected .json, .ndjson, .jsonl files"
    )
    with pytest.raises(UsageError) as gone:
        read(tmp_path / "gone")
    assert str(gone.value) == f"there is no file or folder {tmp_path / 'gone'}"
    with pytest.raises(UsageError) as option:
        read(MADE_UP, shops="S1")
    assert str(option.value) == (
        "the reader partner-api has no option 'shops'; expected shop; did you mean 'shop'?"
    )


def test_a_time_nobody_can_read_is_named_with_its_place(tmp_path: Path) -> None:
    order = {"id": O1, "status": "DELIVERED", "create_time": "last Monday"}
    with pytest.raises(BadInputError) as raised:
        open_dataset(answers(tmp_path, orders={"orders": [order]}), zone=Zone("UTC"), reader=READER)
    assert str(raised.value) == (
        "orders.json:row 1:placed_at: I302 error orders: placed_at is 'last Monday'; expected a time with "
        "its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds"
    )

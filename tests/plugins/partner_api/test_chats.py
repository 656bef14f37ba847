"""Chats and review rounds of the API: who acted, and when."""

from pathlib import Path
from typing import Any

import pytest
from tests.plugins.partner_api.saved import R1, answers, read, rows

from shopscore.events.reader import FILE, ROW


def test_records_that_were_saved_twice_make_one_round(tmp_path: Path) -> None:
    records = [{"event": "ASKED", "role": "BUYER", "create_time": 1783210000},
               {"event": "REFUND", "role": "SELLER", "create_time": 1783210000}]  # fmt: skip
    saved = {"return_id": R1, "records": records}
    assert read(answers(tmp_path, a=saved, b=saved)).tables["after_sales_rounds"].num_rows == 1


def test_a_round_begins_with_the_first_of_the_buyers_records(tmp_path: Path) -> None:
    records = [
        {"event": "REFUND", "role": "SELLER", "create_time": 1783217200},
        {"event": "REMINDED", "role": "BUYER", "create_time": 1783213000},
        {"event": "ASKED", "role": "BUYER", "create_time": 1783210000},
    ]
    found = read(answers(tmp_path, records={"return_id": R1, "records": records}))
    assert rows(found, "after_sales_rounds", "started_at", "finished_at") == [("1783210000", "1783217200")]


def test_first_replies_of_some_chats_are_told_of_none(tmp_path: Path) -> None:
    sessions = [{"id": "s1", "conversation_id": "111111", "begin_time": 1783000000},
                {"id": "s2", "conversation_id": "222222", "begin_time": 1783000000}]  # fmt: skip
    message = {"id": "m1", "create_time": 1783000010, "type": "TEXT", "sender": {"role": "BUYER"}}
    files = {"sessions": {"sessions": sessions}, "messages-111111": {"messages": [message]}}
    result = read(answers(tmp_path, **files))
    assert result.tables["chats"].column_names == ["chat_id", "shop_id", "started_at", FILE, ROW]
    assert result.notes == (
        (
            "messages_missing",
            "the messages of 1 chat were not all saved: first replies are not read of any",
        ),
    )


TALK = "7494560109732334263"
SESSION = {"id": "s1", "conversation_id": TALK, "begin_time": 1783000000}


def message(number: int, at: int, role: str, **more: Any) -> dict[str, Any]:
    usual = {"id": f"m{number}", "index": str(number), "create_time": at, "type": "TEXT"}
    return {**usual, "sender": {"role": role}, **more}


def chat(folder: Path, *messages: dict[str, Any], **around: Any) -> tuple[Any, ...]:
    """Return what is told of a chat with some messages."""
    talk = {"messages": list(messages), **({"conversation_id": TALK} | around)}
    (row,) = rows(
        read(answers(folder, sessions={"sessions": [SESSION]}, talk=talk)),
        "chats",
        "started_by",
        "first_reply_at",
        "resolved_by",
    )
    return row


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP")], ("1783000002", "human")),
        (
            [message(1, 1783000001, "BUYER"), message(2, 1783000002, "CUSTOMER_SERVICE")],
            ("1783000002", "human"),
        ),
        ([message(1, 1783000001, "BUYER"), message(2, 1783000002, "SYSTEM")], (None, "human")),
        ([message(1, 1783000001, "BUYER"), message(2, 1783000002, "ROBOT")], (None, "bot")),
        (
            [message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP", type="NOTIFICATION")],
            (None, "human"),
        ),
        (
            [message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP", type="ALLOCATED_SERVICE")],
            (None, "human"),
        ),
        (
            [message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP", is_visible=False)],
            (None, "human"),
        ),
        # In one second the index tells the order, as a number: the 10th comes after the 9th.
        ([message(10, 1783000001, "SHOP"), message(9, 1783000001, "BUYER")], ("1783000001", "human")),
    ],
)
def test_who_answered_first(tmp_path: Path, messages: list[dict[str, Any]], told: tuple[Any, ...]) -> None:
    assert chat(tmp_path, *messages) == ("buyer", *told)


def test_messages_on_two_pages_are_one(tmp_path: Path) -> None:
    early = message(1, 1782999999, "BUYER")
    pages = {
        "page-1": {"conversation_id": TALK, "messages": [early]},
        "page-2": {"conversation_id": TALK, "messages": [early, message(2, 1783000001, "BUYER")]},
    }
    found = read(answers(tmp_path, sessions={"sessions": [SESSION]}, **pages))
    assert found.dropped == {"messages outside of every session": 1}


def test_a_folder_names_the_conversation_whatever_its_files_are_called(tmp_path: Path) -> None:
    answers(tmp_path, sessions={"sessions": [SESSION]})
    talk = {"messages": [message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP")]}
    answers(tmp_path / "20260702" / "conversations" / TALK, **{"saved-20260703": talk})
    assert rows(read(tmp_path), "chats", "first_reply_at") == [("1783000002",)]


def test_a_conversation_without_its_last_page_tells_no_reply(tmp_path: Path) -> None:
    session = {"id": "s1", "conversation_id": "111111", "begin_time": 1783000000}
    other = {"id": "s2", "conversation_id": "222222", "begin_time": 1783000000}
    asks = {"id": "m1", "create_time": 1783000010, "type": "TEXT", "sender": {"role": "BUYER"}}
    says = {"id": "m2", "create_time": 1783000020, "type": "TEXT", "sender": {"role": "SHOP"}}
    pages = {
        "sessions": {"sessions": [session, other]},
        "messages-111111-1": {"messages": [asks], "next_page_token": "b"},
        "messages-222222-1": {"messages": [asks, says], "next_page_token": ""},
    }
    found = read(answers(tmp_path, **pages))
    assert "first_reply_at" not in found.tables["chats"].column_names
    said = "the messages of 1 chat were not all saved: first replies are not read of any"
    assert found.notes == (
        ("pages_missing", "no last page of messages: the API had more than was saved"),
        ("messages_missing", said),
    )
    whole = read(answers(tmp_path, **{"messages-111111-2": {"messages": [says], "next_page_token": ""}}))
    assert rows(whole, "chats", "first_reply_at") == [("1783000020",), ("1783000020",)]
    assert whole.notes == ()


def test_sessions_that_begin_at_times_in_words_have_their_messages(tmp_path: Path) -> None:
    first = {"id": "s1", "conversation_id": TALK, "begin_time": "2026-07-02T13:46:40Z"}  # 1783000000
    second = {"id": "s2", "conversation_id": TALK, "begin_time": "2026-07-02T14:46:40Z"}
    talk = [message(1, 1783000001, "BUYER"), message(2, 1783000002, "SHOP"),
            message(3, 1783003601, "BUYER"), message(4, 1783003602, "SHOP")]  # fmt: skip
    pages = {"page-1": {"conversation_id": TALK, "messages": talk}}
    found = read(answers(tmp_path, sessions={"sessions": [first, second]}, **pages))
    assert rows(found, "chats", "first_reply_at") == [("1783000002",), ("1783003602",)]

"""Chat sessions and the messages in them: who began, and when a person answered first.

Robots, the system and cards sent by themselves act for the shop and are no answer of a person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from msgspec import Struct

from shopscore_plugins.json_values import Record, moment, part, seconds, text
from shopscore_plugins.partner_api.answers import Item, owner_of
from shopscore_plugins.partner_api.columns import Row, Rows

_ALWAYS = ("chat_id", "shop_id", "started_at")
_FROM_MESSAGES = ("started_by", "first_reply_at", "resolved_by")

_BUYER, _PEOPLE, _MACHINES = "BUYER", ("SHOP", "CUSTOMER_SERVICE"), ("ROBOT",)
_NO_WORDS = ("NOTIFICATION", "ALLOCATED_SERVICE")
"""Types of messages that only tell what happened."""

_FOREVER = float("inf")


class Chats(Struct):
    """Rows of chats, and what could not be told from the messages."""

    rows: Rows
    silent: int = 0
    """Sessions whose messages were not all saved: with any of them, first replies are not told at all."""
    homeless: int = 0
    """Messages that fall into no session."""
    unnamed: int = 0
    """Messages whose conversation is named neither in them nor by their file."""


def read_chats(
    sessions: Sequence[Item], messages: Sequence[Item], shop: str, endless: Collection[str | None] = ()
) -> Chats:
    """Return a row for each session; messages belong to the last session begun before them.

    `endless` are conversations that have more messages than were saved.
    """
    talks, unnamed = _by_conversation(messages)
    spans = _spans(sessions)
    whole = talks.keys() - endless
    silent = sum(text(item.record, "conversation_id") not in whole for item in sessions)
    has_messages = bool(talks) and not silent
    found = Chats(Rows((*_ALWAYS, *_FROM_MESSAGES) if has_messages else _ALWAYS), silent, 0, unnamed)
    placed = 0
    for item in sessions:
        record = item.record
        row: Row = {
            "chat_id": text(record, "id"),
            "shop_id": shop,
            "started_at": moment(record, "begin_time"),
        }
        if has_messages:
            begins, ends = spans[item.file, item.row]
            talk = talks[text(record, "conversation_id") or ""]
            inside = [each for each in talk if begins <= _at(each) < ends]
            placed += len(inside)
            row |= _replies(inside)
        found.rows.add(item, row)
    if has_messages or not sessions:
        found.homeless = sum(map(len, talks.values())) - placed
    return found


def _by_conversation(messages: Iterable[Item]) -> tuple[Mapping[str, list[Record]], int]:
    """Return each conversation's messages in order, each once, and how many name no conversation."""
    talks: defaultdict[str, dict[str, Record]] = defaultdict(dict)
    unnamed = 0
    for number, item in enumerate(messages):
        name = owner_of(item)
        if name is None:
            unnamed += 1
            continue
        talks[name][text(item.record, "id") or f"#{number}"] = item.record
    return {name: sorted(each.values(), key=_order) for name, each in talks.items()}, unnamed


def _spans(sessions: Iterable[Item]) -> Mapping[tuple[str, int], tuple[float, float]]:
    """Return the instants of each session: from its beginning to that of the next one."""
    by_talk: defaultdict[str | None, list[Item]] = defaultdict(list)
    for item in sessions:
        by_talk[text(item.record, "conversation_id")].append(item)
    spans = {}
    for items in by_talk.values():
        begins = sorted(seconds(moment(each.record, "begin_time")) for each in items)
        for each in items:
            begin = seconds(moment(each.record, "begin_time"))
            spans[each.file, each.row] = begin, next((at for at in begins if at > begin), _FOREVER)
    return spans


def _replies(messages: Iterable[Record]) -> Row:
    said = [each for each in messages if _is_said(each)]
    speakers = [_role(each) for each in said]
    asked = speakers.index(_BUYER) if _BUYER in speakers else None
    answers = said[asked + 1 :] if asked is not None else []
    human = next((each for each in answers if _role(each) in _PEOPLE), None)
    by_machine = human is None and any(_role(each) in _MACHINES for each in answers)
    first = next((role for role in speakers if role == _BUYER or role in _PEOPLE), None)
    return {
        "started_by": None if first is None else "buyer" if first == _BUYER else "seller",
        "first_reply_at": None if human is None else moment(human, "create_time"),
        "resolved_by": "bot" if by_machine else "human",
    }


def _is_said(message: Record) -> bool:
    return text(message, "is_visible") != "false" and text(message, "type") not in _NO_WORDS


def _role(message: Record) -> str | None:
    return text(part(message, "sender"), "role")


def _at(message: Record) -> float:
    return seconds(moment(message, "create_time"))


def _order(message: Record) -> tuple[float, str]:
    index = text(message, "index") or ""
    return _at(message), index.rjust(_WIDEST, "0")


_WIDEST = 24
"""Digits of the longest index; messages of one second are in order of it."""

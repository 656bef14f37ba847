"""Ledgers as lines: the balance, what comes next, what is restricted, and which points expire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from shopscore.plan.model import LedgerPlan
from shopscore_cli.render.columns import columns
from shopscore_cli.render.metric_lines import STATE_WORDS
from shopscore_cli.render.numbers import as_points, in_points
from shopscore_cli.render.view import View
from shopscore_cli.render.words import actions_text

_DAYS_SHOWN = 2
"""How many days on which points expire are told; the others are counted."""


def ledger_lines(view: View) -> list[str]:
    """Return the ledgers, what restricts the subject on lines of its own."""
    rows = []
    for plan in view.policy.plan.ledgers:
        first, *others = _told(view, plan, view.card["ledgers"][plan.id])
        rows.append([view.say(plan.ledger.label) + view.star(f"ledgers.{plan.id}"), first])
        rows += [["", other] for other in others]
    lines = columns(rows, indent="    ")
    return [f"  {view.paint('Account', 'bold')}", *lines] if lines else []


def balance_text(card: Mapping[str, Any]) -> str:
    """Return a ledger's balance with its unit, or that nothing is known of it."""
    return STATE_WORDS[card["state"]] if card["balance"] is None else in_points(card["balance"])


def next_text(card: Mapping[str, Any]) -> str:
    """Return the next milestone and how far it is: `12 is 4 away`."""
    coming = card["next_milestone"]
    if coming["id"] is None:
        return "" if card["balance"] is None else "no milestone ahead"
    return f"{as_points(coming['at'])} is {as_points(coming['distance'])} away"


def restriction_text(plan: LedgerPlan, restriction: Mapping[str, Any], language: str) -> str:
    """Return what is not allowed and until when: `no new listings until 2026-07-03`."""
    milestone = next(each for each in plan.ledger.milestones if each.id == restriction["milestone"])
    until = restriction["until"]
    end = "permanently" if until is None else f"until {until}"
    return f"{actions_text(restriction['actions'], milestone.label, language)} {end}"


def expiring_text(expiring: Sequence[Mapping[str, Any]]) -> str:
    """Return what expires next and how many days of it there are more; nothing where nothing expires."""
    if not expiring:
        return ""
    shown = [f"{in_points(each['points'])} on {each['on']}" for each in expiring[:_DAYS_SHOWN]]
    rest = len(expiring) - len(shown)
    return f"expiring: {', '.join(shown)}{f' and {rest} more' if rest else ''}"


def _told(view: View, plan: LedgerPlan, card: Mapping[str, Any]) -> list[str]:
    if card["balance"] is None:
        return [view.paint(balance_text(card), "dim")]
    now = [balance_text(card), next_text(card)]
    if not card["restrictions"]:
        now.insert(1, "no milestone in force")
    restricted = [
        view.paint(restriction_text(plan, each, view.language), "yellow")
        + view.star(f"ledgers.{plan.id}.milestones.{each['milestone']}.days")
        for each in card["restrictions"]
    ]
    expiring = expiring_text(card["expiring"])
    return ["; ".join(now), *restricted, *([expiring] if expiring else [])]

"""A dialogue about the numbers of one shop: one question each, asked again until the answer can be read."""

from __future__ import annotations

import os
import shlex
import sys
import textwrap
from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, TypeVar

import click
from msgspec import Struct

from shopscore.errors import ShopscoreError, UsageError
from shopscore.events.typed import read_typed
from shopscore_cli.categories import categories
from shopscore_cli.inputs import choose_policy
from shopscore_cli.render.words import said
from shopscore_cli.session import Session

if TYPE_CHECKING:
    from shopscore.events.quantities import Quantity
    from shopscore.plan.model import MetricInfo
    from shopscore.policy import Policy

LONGEST = 1_000
"""Bytes of an answer that are read."""
TRIES = 10
"""Wrong answers in a row after which something that is no terminal is not asked again."""
_STEP = " " * 8

Answer = TypeVar("Answer")


class Answers(Struct, frozen=True):
    """What a person said: the category and the metrics they know, as they typed them."""

    category: str | None
    metrics: tuple[tuple[str, str], ...]


def ask_policy(session: Session, as_of: date) -> tuple[str, Policy]:
    """Ask for a market or a policy; return what was said and the policy."""

    def read(text: str) -> tuple[str, Policy]:
        if not text:
            raise UsageError("nothing is written; expected a market or a policy")
        is_market = "@" not in text and "/" not in text
        bundle, market = (None, text) if is_market else (text, None)
        return text, choose_policy(session, bundle, market, as_of)

    return _ask("Market such as US, or policy such as us-sps@2026.06", read, "the market or policy")


def ask_numbers(policy: Policy, category: str | None, language: str) -> Answers:
    """Ask for the category, unless it is known, and for every scored metric; empty answers are unknown."""
    metrics = [each for each in policy.plan.metric_infos.values() if each.scored]
    if not metrics:
        raise UsageError(f"{policy.name} scores no metrics; there is nothing to ask")
    _say(f"{said(policy.bundle.title, language)} ({policy.name}): {len(metrics)} numbers")
    _say("An empty answer means that you do not know; Ctrl-C ends.\n")
    if category is None:
        category = _ask(_category_question(policy), lambda text: text or None, "the category")
    quantities = policy.tables["supplied_metrics"].quantities
    known = []
    for number, metric in enumerate(metrics, 1):
        place = f"{number} of {len(metrics)}"
        _say("\n" + "\n".join(_about(policy, metric, place, language)))
        quantity = quantities[metric.id]
        written = _ask(
            f"{_STEP}Answer with {quantity.expected}", _reader(quantity), f"number {place}, {metric.id}"
        )
        if written:
            known.append((metric.id, written))
    if not known:
        raise UsageError("no number is known; expected at least one to score by")
    return Answers(category, tuple(known))


def again(options: list[tuple[str, str | None]], answers: Answers) -> str:
    """Return the command line that gives the same scorecard."""
    given = [*options, ("--category", answers.category)]
    words = [word for name, value in given if value is not None for word in (name, value)]
    words += [word for metric, written in answers.metrics for word in ("--metric", f"{metric}={written}")]
    return shlex.join(["shopscore", "evaluate", *words])


def _about(policy: Policy, metric: MetricInfo, place: str, language: str) -> Iterator[str]:
    """Yield what a metric is and where a person finds it."""
    yield f"{place}  {said(metric.label, language)}"
    if metric.help:
        yield _indented(said(metric.help, language))
    shown = policy.bundle.metrics[metric.id].where_shown
    if shown:
        yield _indented(f"Shown in {said(shown, language)}")


def _indented(text: str) -> str:
    """Return a text under a question, in lines that fit where a terminal shows them."""
    if not sys.stderr.isatty():
        return f"{_STEP}{text}"
    columns = os.get_terminal_size(sys.stderr.fileno()).columns or sys.maxsize
    return textwrap.fill(text, max(columns, 2 * len(_STEP)), initial_indent=_STEP, subsequent_indent=_STEP)


def _category_question(policy: Policy) -> str:
    return f"Category such as {', '.join(categories(policy.bundle)) or 'beauty'}"


def _reader(quantity: Quantity) -> Callable[[str], str]:
    """Return what takes an answer as it was typed, once it can be read."""

    def read(text: str) -> str:
        value = read_typed(text, quantity) if text else None
        if isinstance(value, str):
            raise UsageError(value)
        return text

    return read


def _ask(question: str, read: Callable[[str], Answer], about: str) -> Answer:
    """Ask until an answer can be read; raises UsageError where the answers end."""
    tries = 0
    while True:
        click.echo(f"{question}: ", nl=False, err=True)
        line = sys.stdin.buffer.readline(LONGEST)
        if not line:
            _say("")
            raise UsageError(f"the answers ended before {about}; expected a line for each, empty for unknown")
        if not sys.stdin.isatty():
            _say("")  # nobody's Enter has ended the line
        try:
            return read(line.decode("utf-8", "replace").strip("\ufeff \t\r\n"))
        except ShopscoreError as error:
            tries += 1
            if tries == TRIES and not sys.stdin.isatty():
                raise
            _say(_indented(str(error)))


def _say(text: str) -> None:
    click.echo(text, err=True)

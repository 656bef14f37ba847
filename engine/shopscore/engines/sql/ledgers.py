"""Ledgers as stages: events, the days on which balances change, milestones, what is in force (2.7).

Points are whole millionths and days whole numbers, so that no order of adding matters. The replay is
three questions about the events: on which days does the balance change, which milestones does it cross
there, and what of that is still in force.
"""

from __future__ import annotations

from sqlglot import exp

from shopscore.bundle.sections.ledgers import VIOLATIONS
from shopscore.engines.sql.dialect import Dialect
from shopscore.engines.sql.ledger_events import (
    NO_END,
    LedgerRun,
    add_entries,
    in_millionths,
    known_rows,
)
from shopscore.engines.sql.result import type_of
from shopscore.engines.sql.rounding import to_double
from shopscore.engines.sql.stages import grouped, parsed, quoted, relation, select
from shopscore.engines.sql.terms import case, column, equals, integer, named, string
from shopscore.formula.sql_functions import double
from shopscore.plan.layout import EXPIRY, RESTRICTION
from shopscore.plan.model import LedgerPlan


class LedgerStages:
    """One ledger as of a day: the stages that hold it, by subject."""

    def __init__(self, run: LedgerRun, plan: LedgerPlan, day: int) -> None:
        self._run = run
        self._plan = plan
        self._ledger = plan.ledger
        self._day = day
        self._s = quoted(run.subject)
        self.entries = self._kept_by_the_cap(add_entries(run, plan, day))
        self.actions = self._actions(self._levels(self.entries, ""))
        self.balances = self._balances()
        self.restrictions = self._restrictions()

    def _label(self, name: str) -> str:
        return self._run.label(self._ledger, name, self._day)

    def _add(self, name: str, text: str, is_kept: bool = False) -> str:
        return self._run.stages.add(self._label(name), parsed(text), is_kept)

    def _clipped(self, change: str) -> str:
        """Return the balance after changes, in millionths, inside the limits."""
        term = f"{in_millionths(self._ledger.starts_at)} + {change}"
        least, most = (None if end is None else in_millionths(end) for end in self._ledger.limits)
        ends = [] if least is None else [f"WHEN {term} < {least} THEN {least}"]
        ends += [] if most is None else [f"WHEN {term} > {most} THEN {most}"]
        return f"CASE {' '.join(ends)} ELSE {term} END" if ends else term

    def _reached(self, balance: str, points: float) -> str:
        return f"{balance} {'>=' if self._ledger.goes_up else '<='} {in_millionths(points)}"

    def _kept_by_the_cap(self, entries: str) -> str:
        """Let nothing expire from the day on which the balance reached `never_expires_after`."""
        cap = self._ledger.never_expires_after
        if cap is None:
            return entries
        levels = quoted(self._levels(entries, "_expiring"))
        capped = self._add(
            "capped",
            f"SELECT {self._s}, MIN(day) AS cap_day FROM {levels} "
            f"WHERE {self._reached('balance', cap)} GROUP BY {self._s}",
        )
        others = [name for name in self._run.stages.queries[entries].named_selects if name != "last_day"]
        names = ", ".join(f"e.{quoted(name)}" for name in others)
        return self._add(
            "kept",
            f"SELECT {names}, "
            f"CASE WHEN e.last_day >= c.cap_day THEN {NO_END} ELSE e.last_day END AS last_day "
            f"FROM {quoted(entries)} AS e LEFT JOIN {quoted(capped)} AS c ON e.{self._s} = c.{self._s}",
        )

    def _levels(self, entries: str, suffix: str) -> str:
        """Add the days up to D on which balances change, with the balance before and after."""
        e, wide = quoted(entries), self._run.dialect.wide
        steps = self._add(
            f"steps{suffix}",
            f"""
            SELECT {self._s}, day, SUM(change) AS change FROM (
                SELECT {self._s}, side * change AS change,
                    CASE WHEN side > 0 THEN first_day ELSE last_day + 1 END AS day
                FROM {e} CROSS JOIN (VALUES (1), (-1)) AS sides(side)
                WHERE first_day <= last_day AND (side > 0 OR last_day < {self._day})
            ) AS changes
            GROUP BY {self._s}, day
            """,
        )
        sums = self._add(
            f"sums{suffix}",
            f"SELECT {self._s}, day, change, CAST(SUM(change) OVER (PARTITION BY {self._s} ORDER BY day "
            f"ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS {wide}) AS level FROM {quoted(steps)}",
        )
        return self._add(
            f"levels{suffix}",
            f"SELECT {self._s}, day, {self._clipped('level')} AS balance, "
            f"{self._clipped('level - change')} AS before FROM {quoted(sums)}",
        )

    def _actions(self, levels: str) -> str | None:
        """Add the actions of milestones in force on the day: milestone by number, first and last day."""
        milestones = self._ledger.milestones
        if not milestones:
            return None
        lines = ", ".join(f"({place}, {in_millionths(each.at)})" for place, each in enumerate(milestones))
        sign, other = (">=", "<") if self._ledger.goes_up else ("<=", ">")
        fired = self._add(
            "fired",
            f"""
            SELECT {self._s}, milestone, day AS begins,
                LEAD(day) OVER (PARTITION BY {self._s}, milestone ORDER BY day) AS again
            FROM {quoted(levels)} CROSS JOIN (VALUES {lines}) AS lines(milestone, line)
            WHERE balance {sign} line AND before {other} line
            """,
        )
        written = " ".join(
            f"WHEN {place} THEN begins + {each.days} - 1"
            for place, each in enumerate(milestones)
            if each.days
        )
        ends = f"CASE milestone {written} ELSE {NO_END} END" if written else str(NO_END)
        lengths = self._lengths(fired)
        if lengths is not None:
            ends = f"CASE WHEN NOT days IS NULL THEN begins + days - 1 ELSE {ends} END"
        return self._add(
            "actions",
            f"""
            SELECT {self._s}, milestone, begins, ends FROM (
                SELECT {self._s}, milestone, begins, {ends} AS ends FROM {quoted(lengths or fired)}
                {"WHERE place = 1" if lengths is not None else ""}
            ) AS all_actions
            WHERE ends >= {self._day}
            """,
        )

    def _lengths(self, fired: str) -> str | None:
        """Add the length a quiz gives to each action: the last one from its first day up to the next."""
        limited = [(place, each) for place, each in enumerate(self._ledger.milestones) if each.days]
        if "point_events" not in self._run.sources or not limited:
            return None
        quizzes = known_rows(self._run, "point_events", self._day)
        number = " ".join(f"WHEN {string(each.id).sql()} THEN {place}" for place, each in limited)
        return self._add(
            "lengths",
            f"""
            SELECT f.{self._s}, f.milestone, f.begins, CAST(q.days AS INT) AS days,
                ROW_NUMBER() OVER (
                    PARTITION BY f.{self._s}, f.milestone, f.begins
                    ORDER BY q.micros DESC, q.event_id DESC
                ) AS place
            FROM {quoted(fired)} AS f
            LEFT JOIN (
                SELECT {self._s}, CASE milestone {number} END AS milestone, day, micros, event_id, days
                FROM {quoted(quizzes)} WHERE kind = 'milestone_quiz'
            ) AS q
                ON f.{self._s} = q.{self._s} AND f.milestone = q.milestone
                    AND q.day >= f.begins AND (f.again IS NULL OR q.day < f.again)
            """,
        )

    def _balances(self) -> str:
        """Add what formulas read of the ledger but for restrictions, for subjects with events."""
        counts = "".join(
            f", COUNT(*) FILTER (WHERE {quoted(f'count.{each.id}')}) AS {quoted(f'count.{each.id}')}"
            for each in self._plan.counts
        )
        signs = [each for each in ("unknown_kinds", "out_of_range") if VIOLATIONS in self._ledger.signs]
        counts += "".join(f", COUNT(*) FILTER (WHERE {each}) AS {each}" for each in signs)
        balance = self._clipped(f"CAST(SUM(change) AS {self._run.dialect.wide})")
        return self._add(
            "balances",
            f"SELECT {self._s}, {balance} AS balance{counts} "
            f"FROM {quoted(self.entries)} WHERE last_day >= {self._day} GROUP BY {self._s}",
        )

    def _restrictions(self) -> str | None:
        """Add the actions in force by subject: a flag for each milestone, and the list."""
        if self.actions is None:
            return None
        milestones, dialect = self._ledger.milestones, self._run.dialect
        flags = "".join(
            f", COUNT(*) FILTER (WHERE milestone = {place}) > 0 AS {quoted(f'restricted.{each.id}')}"
            for place, each in enumerate(milestones)
        )
        query = parsed(f"SELECT {self._s}{flags} FROM {quoted(self.actions)} GROUP BY {self._s}")
        number = column("milestone")
        which = [(equals(number.copy(), integer(place)), each) for place, each in enumerate(milestones)]
        has_end = exp.LT(this=column("ends"), expression=integer(NO_END))
        entry = dialect.struct(
            [
                ("milestone", case([(test, string(each.id)) for test, each in which])),
                ("from", dialect.date(column("begins"))),
                ("until", case([(has_end, dialect.date(column("ends")))])),
                (
                    "actions",
                    case(
                        [
                            (test.copy(), exp.Array(expressions=[string(action) for action in each.actions]))
                            for test, each in which
                        ]
                    ),
                ),
            ]
        )
        longest_first: list[exp.Expr] = [exp.Neg(this=column("ends")), column("begins"), number]
        query.append("expressions", named(dialect.gathered(entry, longest_first), "restrictions"))
        return self._run.stages.add(self._label("restrictions"), query)

    def broken_appeals(self) -> str | None:
        """Add the number of appeals that came too late, or after the second."""
        first, second = self._ledger.appeal_days, self._ledger.second_appeal_days
        if self._run.appeals is None or first is None or VIOLATIONS not in self._run.sources:
            return None
        appeals = self._run.appeals.known(self._day)
        about = string(self._ledger.id).sql()
        issued = known_rows(self._run, VIOLATIONS, self._day)
        s = self._s
        places = self._add(
            "appeals_in_order",
            f"""
            SELECT a.{s}, a.filed_day, v.issued_day,
                ROW_NUMBER() OVER (PARTITION BY a.{s}, a.record_id ORDER BY a.filed_at, a.appeal_id) AS place,
                LAG(a.status) OVER (PARTITION BY a.{s}, a.record_id ORDER BY a.filed_at, a.appeal_id)
                    AS status_before,
                LAG(a.decided_day) OVER (PARTITION BY a.{s}, a.record_id ORDER BY a.filed_at, a.appeal_id)
                    AS decided_before
            FROM {quoted(appeals)} AS a
            JOIN {quoted(issued)} AS v ON a.{s} = v.{s} AND a.record_id = v.violation_id
            WHERE a.about = {about}
            """,
        )
        too_late = "TRUE"
        if second is not None:
            too_late = f"(status_before = 'rejected' AND filed_day - decided_before > {second})"
        return self._add(
            "appeals_broken",
            f"""
            SELECT {s}, COUNT(*) AS broken_appeals FROM {quoted(places)}
            WHERE (place = 1 AND filed_day - issued_day > {first}) OR (place = 2 AND {too_late}) OR place > 2
            GROUP BY {s}
            """,
        )

    @property
    def start(self) -> float:
        """Return the balance of a subject without events that count."""
        least, most = self._ledger.limits
        start = self._ledger.starts_at
        start = start if least is None else max(start, least)
        return start if most is None else min(start, most)

    def expiring(self) -> str:
        """Add the points that stop counting, as a list by the first day without them."""
        days = self._add(
            "expiring_days",
            f"SELECT {self._s}, last_day + 1 AS day, SUM(change) AS change FROM {quoted(self.entries)} "
            f"WHERE last_day >= {self._day} AND last_day < {NO_END} GROUP BY {self._s}, last_day",
        )
        dialect = self._run.dialect
        entry = dialect.struct([("on", dialect.date(column("day"))), ("points", points(column("change")))])
        query = select(
            [column(self._run.subject), named(dialect.gathered(entry, [column("day")]), "expiring")],
            relation(days),
        )
        return self._run.stages.add(self._label("expiring"), grouped(query, column(self._run.subject)))


def empty_list(name: str, dialect: Dialect) -> exp.Expr:
    """Return an empty list of restrictions, or of expiring points."""
    return dialect.empty(type_of({"restrictions": RESTRICTION, "expiring": EXPIRY}[name], dialect))


def points(millionths: exp.Expr) -> exp.Expr:
    """Return whole millionths as points in a double."""
    return exp.Div(this=exp.Paren(this=to_double(millionths)), expression=double(1e6))

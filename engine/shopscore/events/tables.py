"""The event model: every table, its columns, keys, clocks and what an absent column means.

The one place that knows the model; checks, cases, data sets and both engines read it.
Source: specification chapter 3.1 (columns) and 2.2, 2.3 (clocks, what absence means).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from types import MappingProxyType

from msgspec import Struct, field
from msgspec.structs import replace

from shopscore.events.quantities import Quantity
from shopscore.formula.tree import Type

SUBJECT = "shop_id"
"""The column that names the subject as the tables below are written; other subjects rename it."""


class Kind(StrEnum):
    """What a column holds; the physical form in both engines stands behind each."""

    ID = "id"  # text, compared by code points
    TEXT = "text"
    FLAG = "flag"  # boolean
    NUMBER = "number"  # double
    COUNT = "count"  # whole number, carried as double
    INSTANT = "instant"  # *_at: integer microseconds since the epoch
    DEADLINE = "deadline"  # *_by: the same; a bare date is the last microsecond of its local day
    DAY = "day"  # *_on, as_of: integer days since 1970-01-01


_TYPES = {
    Kind.ID: Type.TEXT,
    Kind.TEXT: Type.TEXT,
    Kind.FLAG: Type.BOOLEAN,
    Kind.NUMBER: Type.NUMBER,
    Kind.COUNT: Type.COUNT,
    Kind.INSTANT: Type.INSTANT,
    Kind.DEADLINE: Type.INSTANT,
    Kind.DAY: Type.DAY,
}


class Column(Struct, frozen=True):
    """One column of the event model."""

    name: str
    kind: Kind
    required: bool = False
    values: tuple[str, ...] = ()
    """The closed list of accepted texts; empty means any."""
    unlisted: str | None = None
    """What a text outside `values` becomes (a fault becomes `unknown`); None makes it a bad row."""
    default: str | bool | None = None
    """What null, and an absent column, mean."""
    between: tuple[float | None, float | None] = (None, None)
    has_default: bool = False
    """True where an absent column is not missing data (`default` may still be null: cancelled_at)."""
    units: str = "%hd"
    """Signs a number may carry where it is written as text: 0.58 %, 30.4 h, 15 d."""

    @property
    def type(self) -> Type:
        """The column's type in formulas."""
        return _TYPES[self.kind]


class Table(Struct, frozen=True):
    """One table of the event model."""

    name: str
    columns: Mapping[str, Column]
    key: tuple[str, ...]
    row_id: str | None
    """The column that names a row; breaks ties of `first`."""
    clock: str | None
    """The instant a row exists from; None means always (2.2)."""
    dates: Mapping[str, Mapping[str, str | None]]
    """Instant column -> the columns it dates and what they are while it has not happened."""
    parent: str | None = None
    """The table this one's rows hang on, by the parent's key columns."""
    order: tuple[tuple[str, str], ...] = ()
    """Instants that must not run backwards: (earlier, later)."""
    quantities: Mapping[str, Quantity] = field(default_factory=dict)
    """What the values of each metric are, in a table about metrics; empty where no policy is known."""


_ABSENT_FALSE = frozenset({"during_holiday_mode", "buyer_blocked", "fraud_flagged"})
_FAULTS = ("seller", "buyer", "logistics", "platform", "unknown")


def _id(name: str, required: bool = False) -> Column:
    return Column(name, Kind.ID, required)


def _text(name: str, *values: str, default: str | None = None, unlisted: str | None = None) -> Column:
    return Column(
        name, Kind.TEXT, values=values, default=default, has_default=default is not None, unlisted=unlisted
    )


def _fault(name: str) -> Column:
    return _text(name, *_FAULTS, unlisted="unknown")


def _flag(name: str) -> Column:
    absent_false = name.startswith("is_") or name in _ABSENT_FALSE
    return Column(name, Kind.FLAG, default=False if absent_false else None, has_default=absent_false)


def _number(
    name: str, low: float | None = None, high: float | None = None, required: bool = False, units: str = ""
) -> Column:
    return Column(name, Kind.NUMBER, required, between=(low, high), units=units)


def _quantity(name: str, required: bool = False) -> Column:
    return Column(name, Kind.NUMBER, required)


def _count(name: str, low: float | None = 0, high: float | None = None, required: bool = False) -> Column:
    return Column(name, Kind.COUNT, required, between=(low, high), units="")


def _at(name: str, required: bool = False, absent_is_null: bool = False) -> Column:
    return Column(name, Kind.INSTANT, required, has_default=absent_is_null)


def _by(name: str) -> Column:
    return Column(name, Kind.DEADLINE)


def _day(name: str, required: bool = False) -> Column:
    return Column(name, Kind.DAY, required)


def _required(column: Column) -> Column:
    return replace(column, required=True)


def _table(
    name: str,
    *columns: Column,
    key: tuple[str, ...],
    row_id: str | None = None,
    clock: str | None = None,
    dates: Mapping[str, Mapping[str, str | None]] | None = None,
    parent: str | None = None,
    order: tuple[tuple[str, str], ...] = (),
) -> Table:
    return Table(
        name=name,
        columns=MappingProxyType({column.name: column for column in columns}),
        key=key,
        row_id=row_id,
        clock=clock,
        dates=MappingProxyType(dict(dates or {})),
        parent=parent,
        order=order,
    )


_TABLES = (
    _table(
        "shops",
        _id(SUBJECT, True),
        _text("market"),
        _text("category"),
        _text("seller_type", default="independent"),
        _day("opened_on"),
        _text("state", "active", "suspended", "closed"),
        _flag("fraud_flagged"),
        _flag("probation_passed"),
        _number("reputation_points"),
        _number("reputation_points_90d"),
        _number("positive_rating_share", 0, 1, units="%"),
        _count("sellable_products"),
        _flag("has_logo"),
        _number("account_health"),
        _flag("smart_promotion_enrolled"),
        key=(SUBJECT,),
    ),
    _table(
        "orders",
        _id("order_id", True),
        _id(SUBJECT, True),
        _at("placed_at", True),
        _at("paid_at"),
        _by("arrange_by"),
        _at("arranged_at"),
        _by("dispatch_by"),
        _at("dispatched_at"),
        _by("fast_dispatch_by"),
        _by("deliver_by"),
        _at("delivered_at"),
        _at("cancelled_at", absent_is_null=True),
        _text("cancelled_by", "buyer", "seller", "system", "operator"),
        _text("cancel_reason"),
        _fault("cancel_fault"),
        _text(
            "order_type",
            "normal",
            "pre_order",
            "made_to_order",
            "back_order",
            "custom",
            "lottery",
            default="normal",
        ),
        _text("fulfillment", "seller", "platform", default="seller"),
        _text("category"),
        _id("product_id"),
        _text("region"),
        _flag("is_sample"),
        _flag("is_gift"),
        _flag("is_fake"),
        _flag("is_replacement"),
        _flag("is_exchange"),
        _id("buyer_id"),
        _number("amount"),
        _text("currency"),
        key=("order_id", SUBJECT),
        row_id="order_id",
        clock="placed_at",
        dates={"cancelled_at": {"cancelled_by": None, "cancel_reason": None, "cancel_fault": None}},
        order=(
            ("placed_at", "paid_at"),
            ("placed_at", "arranged_at"),
            ("placed_at", "dispatched_at"),
            ("placed_at", "delivered_at"),
            ("placed_at", "cancelled_at"),
            ("dispatched_at", "delivered_at"),
        ),
    ),
    _table(
        "reviews",
        _id("review_id", True),
        _id("order_id", True),
        _id(SUBJECT, True),
        _at("posted_at", True),
        _count("stars", 1, 5, True),
        _text("topic", "product", "service", "logistics", "unknown"),
        _text("cause"),
        _id("product_id"),
        _flag("is_edit"),
        key=("review_id", "order_id", SUBJECT),
        row_id="review_id",
        clock="posted_at",
        parent="orders",
    ),
    _table(
        "returns",
        _id("return_id", True),
        _id("order_id", True),
        _id(SUBJECT, True),
        _at("requested_at", True),
        _text("kind", "refund", "return_and_refund", "replacement"),
        _text("reason"),
        _fault("fault"),
        _text("status", "open", "completed", "rejected", "cancelled", default="open"),
        _at("resolved_at"),
        key=("return_id",),
        row_id="return_id",
        clock="requested_at",
        dates={"resolved_at": {"status": "open"}},
        parent="orders",
        order=(("requested_at", "resolved_at"),),
    ),
    _table(
        "after_sales_rounds",
        _id("round_id", True),
        _id("case_id", True),
        _id(SUBJECT, True),
        _text("stage", "approval", "inspection"),
        _at("started_at", True),
        _at("finished_at"),
        _text("handled_by", "seller", "seller_rule", "system", default="seller"),
        key=("round_id",),
        row_id="round_id",
        clock="started_at",
        order=(("started_at", "finished_at"),),
    ),
    _table(
        "chats",
        _id("chat_id", True),
        _id(SUBJECT, True),
        _at("started_at", True),
        _text("started_by", "buyer", "seller", "broadcast", default="buyer"),
        _at("first_reply_at"),
        _text("resolved_by", "human", "bot", "faq", default="human"),
        _count("rating", 1, 5),
        _at("rated_at", absent_is_null=True),
        _flag("during_holiday_mode"),
        _flag("buyer_blocked"),
        key=("chat_id",),
        row_id="chat_id",
        clock="started_at",
        dates={"rated_at": {"rating": None}},
        order=(("started_at", "first_reply_at"), ("started_at", "rated_at")),
    ),
    _table(
        "complaints",
        _id("ticket_id", True),
        _id(SUBJECT, True),
        _at("opened_at", True),
        _id("order_id"),
        _fault("fault"),
        key=("ticket_id",),
        row_id="ticket_id",
        clock="opened_at",
        parent="orders",
    ),
    _table(
        "violations",
        _id("violation_id", True),
        _id(SUBJECT, True),
        _at("issued_at", True),
        _text("kind"),
        _number("points", 0),
        _text("status", "pending", "active", "appealing", "overturned", "expired", default="active"),
        # When a pending violation takes effect is announced: plain data, like a deadline (2.7).
        _by("effective_at"),
        _at("decided_at"),
        _flag("counterfeit"),
        key=("violation_id",),
        row_id="violation_id",
        clock="issued_at",
        dates={"decided_at": {"status": "active"}},
        order=(("issued_at", "decided_at"),),
    ),
    _table(
        "point_events",
        _id("event_id", True),
        _id(SUBJECT, True),
        _at("at", True),
        _required(_text("kind", "gain", "quiz", "milestone_quiz", "deduction")),
        _number("points", 0),
        _text("milestone"),
        _count("days", 0, 3660),
        key=("event_id",),
        row_id="event_id",
        clock="at",
    ),
    _table(
        "appeals",
        _id("appeal_id", True),
        _id(SUBJECT, True),
        _required(_text("about")),
        _id("record_id", True),
        _id("ticket_id"),
        _at("filed_at", True),
        _at("decided_at"),
        _text("status", "pending", "granted", "rejected", default="pending"),
        key=("appeal_id",),
        row_id="appeal_id",
        clock="filed_at",
        dates={"decided_at": {"status": "pending"}},
        order=(("filed_at", "decided_at"),),
    ),
    _table(
        "supplied_metrics",
        _id(SUBJECT, True),
        _required(_text("metric")),
        _quantity("value", required=True),
        _quantity("numerator"),
        _number("denominator"),
        _day("as_of"),
        key=(SUBJECT, "metric", "as_of"),
    ),
    _table(
        "supplied_benchmarks",
        _id(SUBJECT),
        _text("category"),
        _text("metric"),
        _text("dimension"),
        _quantity("poor"),
        _quantity("excellent"),
        _quantity("average"),
        _number("weight", 0),
        key=(SUBJECT, "category", "metric", "dimension"),
    ),
    _table(
        "shop_states",
        _id(SUBJECT, True),
        _required(_text("item")),
        _text("state", "granted", "frozen", "locked"),
        _quantity("value"),
        _day("since_on"),
        _day("as_of_on", True),
        _count("streak"),
        # Written by shopscore, so that a replay goes on as if it had never stopped.
        _text("decided_by", "grant", "freeze", "revoke", "unscored", "start", "supplied"),
        key=(SUBJECT, "item", "as_of_on"),
        order=(("since_on", "as_of_on"),),
    ),
)


@cache
def catalog(subject: str = "shop") -> Mapping[str, Table]:
    """Return the tables by name, keyed by the subject's own id (`creator` -> creator_id)."""
    column = f"{subject}_id"
    return MappingProxyType({table.name: _keyed_by(table, column) for table in _TABLES})


def _keyed_by(table: Table, subject: str) -> Table:
    if subject == SUBJECT:
        return table
    columns = {
        (subject if name == SUBJECT else name): replace(column, name=subject if name == SUBJECT else name)
        for name, column in table.columns.items()
        if name != subject
    }
    key = tuple(subject if name == SUBJECT else name for name in table.key)
    return replace(table, columns=MappingProxyType(columns), key=key)


def with_columns(tables: Mapping[str, Table], extra: Mapping[str, Column]) -> Mapping[str, Table]:
    """Return the tables with the shop columns a bundle declares added."""
    shops = tables["shops"]
    columns = MappingProxyType({**shops.columns, **extra})
    return MappingProxyType({**tables, "shops": replace(shops, columns=columns)})


def with_quantities(tables: Mapping[str, Table], known: Mapping[str, Quantity]) -> Mapping[str, Table]:
    """Return the tables with what the metrics of a policy are numbers of."""
    about = ("supplied_metrics", "supplied_benchmarks")
    return MappingProxyType(
        {
            **tables,
            **{name: replace(tables[name], quantities=MappingProxyType(dict(known))) for name in about},
        }
    )


def parent_of(tables: Mapping[str, Table], table: Table) -> Table | None:
    """Return the table without whose row a row counts for nothing: a review's order, not a complaint's."""
    if table.parent is None or table.parent not in tables:
        return None
    parent = tables[table.parent]
    return parent if all(table.columns[name].required for name in parent.key) else None


def restricted(tables: Mapping[str, Table], needs: Mapping[str, Iterable[str]]) -> Mapping[str, Table]:
    """Return the tables and columns that are needed, with what those cannot do without.

    Always there: the shops' ids, markets and states, which say whom a run is about; keys, clocks and
    required columns; the instant that dates a needed column.
    """
    found = {}
    for name, table in tables.items():
        if name not in needs and name != "shops":
            continue
        wanted = {*needs.get(name, ()), *table.key, *({"market", "state"} if name == "shops" else ())}
        wanted |= {each.name for each in table.columns.values() if each.required}
        wanted |= {table.clock} if table.clock is not None else set()
        wanted |= {instant for instant, dated in table.dates.items() if wanted & dated.keys()}
        columns = {each: column for each, column in table.columns.items() if each in wanted}
        found[name] = replace(table, columns=MappingProxyType(columns))
    return MappingProxyType(found)

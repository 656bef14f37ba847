"""Drawn sheets: typed trees over named values, with rows to work them out on."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from shopscore.formula.evaluate import evaluate_cells
from shopscore.formula.functions import LOCAL_DAY
from shopscore.formula.tree import Call, Const, Curve, Name, Node, Op, Type, Value

MICROSECONDS_PER_DAY = 86_400_000_000

NAMES = {
    "n0": Type.NUMBER,
    "n1": Type.NUMBER,
    "n2": Type.NUMBER,
    "n3": Type.NUMBER,
    "s0": Type.TEXT,
    "s1": Type.TEXT,
    "b0": Type.BOOLEAN,
    "b1": Type.BOOLEAN,
    "d0": Type.DAY,
    "d1": Type.DAY,
    "i0": Type.INSTANT,
    "i1": Type.INSTANT,
}

# Ties, signed zeros, halves, knots, what overflows and what NaN comes from: chance would miss them.
NUMBERS = st.one_of(
    st.sampled_from(
        [0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 2.5, 3.5, -2.5, 0.1, 1e308, -1e308, 5e-324, 1e-9, 4503599627370497.5]
    ),
    st.sampled_from([float("nan"), float("inf"), float("-inf")]),
    st.integers(-5, 5).map(float),
    st.floats(),
)
TEXTS = st.sampled_from(["", "a", "it's", 'say "b"', "--", "é"])
DAYS = st.integers(-800_000, 800_000)
INSTANTS = st.integers(0, 4_000_000_000_000_000)
ROW_VALUES = {
    Type.NUMBER: NUMBERS,
    Type.TEXT: TEXTS,
    Type.BOOLEAN: st.booleans(),
    Type.DAY: DAYS,
    Type.INSTANT: INSTANTS,
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.none() | ROW_VALUES[type_] for name, type_ in NAMES.items()}),
    min_size=4,
    max_size=12,
)
LITERALS = st.floats(allow_nan=False, allow_infinity=False) | st.sampled_from([0.0, 1.0, 0.1, 3.5, 1e9])

NUMERIC_KINDS = (
    *("+", "-", "*", "/", "neg", "if", "min", "max", "clip", "abs", "round", "coalesce", "quantise"),
    *("min_known", "max_known", "days_between", "hours_between", "curve", "leaf"),
)
BOOLEAN_KINDS = (
    *("compare", "compare", "equal", "and", "or", "not", "if", "in", "known", "missing", "leaf"),
)

Draw = st.DrawFn
Cells = Sequence[tuple[str, Node]]
Rows = Sequence[Mapping[str, Value]]
Known = Mapping[str, Type]


def call(function: str, *args: Node, type_: Type = Type.NUMBER) -> Call:
    return Call(function, args, type_)


def op(sign: str, *args: Node, type_: Type = Type.NUMBER) -> Op:
    return Op(sign, args, type_)


def leaf(draw: Draw, known: Known, type_: Type) -> Node:
    name = Name(draw(st.sampled_from([name for name, of in known.items() if of is type_])), type_)
    match draw(st.integers(0, 9)):
        case 0:
            return Const(None, type_)
        case 1 | 2 | 3 if type_ is Type.NUMBER:
            return Const(draw(LITERALS), type_)
        case 1 | 2 if type_ is Type.TEXT:
            return Const(draw(TEXTS), type_)
        case 1 if type_ is Type.BOOLEAN:
            return Const(draw(st.booleans()), type_)
        case _:
            return name


def day(draw: Draw, known: Known, depth: int) -> Node:
    if depth and draw(st.booleans()):
        return call(LOCAL_DAY, leaf(draw, known, Type.INSTANT), type_=Type.DAY)
    return leaf(draw, known, Type.DAY)


def number(draw: Draw, known: Known, depth: int) -> Node:
    if depth == 0:
        return leaf(draw, known, Type.NUMBER)

    def some(least: int, most: int) -> list[Node]:
        return [number(draw, known, depth - 1) for _ in range(draw(st.integers(least, most)))]

    kind = draw(st.sampled_from(NUMERIC_KINDS))
    match kind:
        case "+" | "-" | "*" | "/":
            return op(kind, *some(2, 2))
        case "neg":
            return op(kind, *some(1, 1))
        case "if":
            return op(kind, boolean(draw, known, depth - 1), *some(2, 2))
        case "min" | "max" | "min_known" | "max_known" | "coalesce":
            return call(kind, *some(2, 4))
        case "clip":
            return call(kind, *some(3, 3))
        case "abs" | "quantise":
            return call(kind, *some(1, 1))
        case "round":
            return call(kind, *some(1, 1), Const(float(draw(st.integers(0, 9))), Type.NUMBER))
        case "days_between":
            return call(kind, day(draw, known, depth), day(draw, known, depth))
        case "hours_between":
            return call(kind, leaf(draw, known, Type.INSTANT), leaf(draw, known, Type.INSTANT))
        case "curve":
            return curve(draw, known, depth)
        case _:
            return leaf(draw, known, Type.NUMBER)


def curve(draw: Draw, known: Known, depth: int) -> Node:
    rising = draw(st.booleans())
    raws = sorted(draw(st.sets(st.integers(-6, 6), min_size=1, max_size=5)), reverse=not rising)
    knots = [(Const(float(raw), Type.NUMBER), draw(st.integers(0, 10)) / 2) for raw in raws]
    place = draw(st.integers(0, 2 * len(knots)))
    supplied: list[tuple[Node, float]] = [
        (number(draw, known, depth - 1) if i == place else raw, points)
        for i, (raw, points) in enumerate(knots)
    ]
    return Curve(number(draw, known, depth - 1), tuple(supplied), rising)


def boolean(draw: Draw, known: Known, depth: int) -> Node:
    if depth == 0:
        return leaf(draw, known, Type.BOOLEAN)
    kind = draw(st.sampled_from(BOOLEAN_KINDS))
    order = st.sampled_from(["<", "<=", ">", ">=", "==", "!="])
    truth = Type.BOOLEAN
    match kind:
        case "compare" if draw(st.integers(0, 3)) == 0:
            return op(draw(order), day(draw, known, depth), day(draw, known, depth), type_=truth)
        case "compare":
            pair = (number(draw, known, depth - 1), number(draw, known, depth - 1))
            return op(draw(order), *pair, type_=truth)
        case "equal":
            type_ = draw(st.sampled_from([Type.TEXT, Type.BOOLEAN]))
            sign = draw(st.sampled_from(["==", "!="]))
            return op(sign, leaf(draw, known, type_), leaf(draw, known, type_), type_=truth)
        case "and" | "or":
            parts = [boolean(draw, known, depth - 1) for _ in range(draw(st.integers(2, 4)))]
            return op(kind, *parts, type_=truth)
        case "not":
            return op("not", boolean(draw, known, depth - 1), type_=truth)
        case "if":
            return op("if", *(boolean(draw, known, depth - 1) for _ in range(3)), type_=truth)
        case "in" if draw(st.booleans()):
            texts = [Const(text, Type.TEXT) for text in draw(st.lists(TEXTS, min_size=1, max_size=3))]
            return op("in", leaf(draw, known, Type.TEXT), *texts, type_=truth)
        case "in":
            numbers = [
                Const(value, Type.NUMBER) for value in draw(st.lists(LITERALS, min_size=1, max_size=3))
            ]
            return op("in", number(draw, known, depth - 1), *numbers, type_=truth)
        case "known" | "missing":
            return call(kind, number(draw, known, depth - 1), type_=truth)
        case _:
            return leaf(draw, known, truth)


@st.composite
def sheets(draw: Draw) -> list[tuple[str, Node]]:
    """Cells that read the columns and the cells before them."""
    known = dict(NAMES)
    cells: list[tuple[str, Node]] = []
    for place in range(draw(st.integers(1, 5))):
        build = draw(st.sampled_from([number, number, boolean]))
        node = build(draw, known, draw(st.integers(1, 3)))
        cells.append((f"c{place}", node))
        known[f"c{place}"] = Type.BOOLEAN if node.type is Type.BOOLEAN else Type.NUMBER
    return cells


def day_of(instant: int) -> int:
    return instant // MICROSECONDS_PER_DAY


def bits(value: Value) -> object:
    return struct.pack(">d", value) if isinstance(value, float) else value


def in_bits(rows: Sequence[Sequence[Value]]) -> list[list[object]]:
    return [[bits(value) for value in row] for row in rows]


def by_reference(cells: Cells, rows: Rows) -> list[list[object]]:
    return in_bits([list(evaluate_cells(cells, row, day_of=day_of).values()) for row in rows])

"""The plan's own findings: permanent ids, with what each means."""

from __future__ import annotations

from msgspec import Struct


class Documented(Struct, frozen=True):
    """A finding id and its documentation."""

    id: str
    title: str
    why: str
    example: str
    instead: str


CYCLE = "P101"
CHILD_FACT = "P102"
UNKNOWN_KIND = "P103"
METRIC_UNIT = "P104"
UNSCORED = "P105"
KIND_PARAMETERS = "P106"
FORMULA_METRIC = "P107"
AT_COLUMN = "P108"
PLUGIN_VERSION = "P109"

FINDINGS = (
    Documented(
        CYCLE,
        "values that need each other",
        "Facts, metrics and values are worked out one after another, so none can need itself.",
        'values: {a: {formula: "b + 1"}, b: {formula: "a + 1"}}',
        "Write the one that comes first without the other.",
    ),
    Documented(
        CHILD_FACT,
        "a fact that reads rows which do not hang on its table",
        "`first`, `any` and `count` read the child rows of each row: reviews, returns and complaints "
        "of an order.",
        "facts: {chats: {answered: {any: reviews}}}",
        "Put the fact on the table the rows belong to.",
    ),
    Documented(
        UNKNOWN_KIND,
        "a metric kind nobody provides",
        "A kind beyond the built-in ones comes from a plugin, which must be installed.",
        "kind: percentil_of",
        "Check the spelling against `shopscore plugins`.",
    ),
    Documented(
        METRIC_UNIT,
        "a metric whose unit does not fit its value",
        "The unit decides how a value is compared, scaled and printed.",
        'unit: hours beside value: "amount"',
        "Leave the unit out, or make the value a time.",
    ),
    Documented(
        UNSCORED,
        "a benefit that depends on the score but does not say what happens without one",
        "A shop may have no score at all, which is not a low score.",
        'grant: "score >= 3.5"',
        "Add unscored: granted, locked or keep.",
    ),
    Documented(
        KIND_PARAMETERS,
        "parameters a metric kind does not take",
        "A plugin's kind says which keys it reads under `with:`.",
        "with: {shar: 0.9}",
        "Use the keys `shopscore plugins` lists for the kind.",
    ),
    Documented(
        FORMULA_METRIC,
        "a metric kind that cannot be used this way",
        "Some kinds need a value or a condition, others take none.",
        "mean_of: orders without value:",
        "Add or remove the key the message names.",
    ),
    Documented(
        AT_COLUMN,
        "a population dated by a column that is no instant",
        "Windows ask when a row happened, so `at` and `due` name instants or deadlines of the table.",
        "at: order_type",
        "Use a column that ends in _at or _by.",
    ),
    Documented(
        PLUGIN_VERSION,
        "a plugin the bundle needs is not named, or not there in that version",
        "A different plugin may compute different numbers.",
        'plugins: {rates: ">=2"} with rates 1.4 installed',
        "Name every plugin the bundle uses, and install the version it names.",
    ),
)

"""The catalogue of what can be wrong with a text and its shape; the documentation is made from it."""

from __future__ import annotations

from msgspec import Struct

from shopscore.errors import Finding, Level, Mark


class DocumentedFinding(Struct, frozen=True):
    """What a finding means, why it is one, what it looks like and what to write instead."""

    id: str
    title: str
    why: str
    example: str
    instead: str


def finding(id: str, where: Mark | str, message: str) -> Finding:
    """Return an error; a text or shape that is wrong always stops the run."""
    return Finding(id, Level.ERROR, where, message)


def shorten(text: str) -> str:
    """Return a text short enough for a message."""
    return text if len(text) <= 60 else f"{text[:57]}..."


CATALOGUE: tuple[DocumentedFinding, ...] = (
    DocumentedFinding(
        "Y101",
        "the file cannot be read",
        "It is missing, is a folder, or the system does not let this user read it.",
        "shopscore evaluate shp.yaml",
        "shopscore evaluate shop.yaml",
    ),
    DocumentedFinding(
        "Y102",
        "the file is too large",
        "Policies and cases are read into memory whole; the size is looked at before anything is read.",
        "a case file of 1 GB",
        "a data set: one CSV or Parquet file per table",
    ),
    DocumentedFinding(
        "Y103",
        "the file is not UTF-8",
        "Read as another encoding the same bytes are other letters, and nothing in the file says which.",
        "a file saved as Latin-1 or UTF-16",
        "the same file saved as UTF-8",
    ),
    DocumentedFinding(
        "Y104",
        "a control character or an invisible line break",
        "Nobody sees NUL, DEL or U+2028 on a screen, and readers disagree on where such lines end.",
        'note: "one\\0two"\n',
        'note: "one two"\n',
    ),
    DocumentedFinding(
        "Y105",
        "the text is not YAML",
        "The rest of the file has no certain meaning, so reading stops here.",
        "window: {days: 60\n",
        "window: {days: 60}\n",
    ),
    DocumentedFinding(
        "Y106",
        "nested too deep",
        "No policy or case nests so deep, and deep nesting crashes readers.",
        "[" * 51 + "]" * 51 + "\n",
        "[[[]]]\n",
    ),
    DocumentedFinding(
        "Y107",
        "too many values or aliases",
        "Aliases that hold aliases multiply: ten lines can mean a billion values.",
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        "b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
        "c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
        "d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
        "e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
        "f: &f [*e, *e, *e, *e, *e, *e, *e, *e, *e, *e]\n",
        "a: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n",
    ),
    DocumentedFinding(
        "Y108",
        "the file is empty",
        "A file without content says nothing, and is more often an accident than a wish.",
        "# to be written\n",
        "id: us-sps\n",
    ),
    DocumentedFinding(
        "Y109",
        "several documents in one file",
        "One file is one document; readers that take the first would lose the second in silence.",
        "id: one\n---\nid: two\n",
        "id: one\n",
    ),
    DocumentedFinding(
        "Y110",
        "a tag",
        "Tags let a text name the types, even the code, that reads it; here the schema says what a value is.",
        "id: !!python/object/apply:os.system [id]\n",
        "id: us-sps\n",
    ),
    DocumentedFinding(
        "Y111",
        "a merge key",
        "`<<` was dropped in YAML 1.2, and readers differ on which value wins.",
        "base: &base {days: 60}\nwindow: {<<: *base, lag: 7}\n",
        "window: {days: 60, lag: 7}\n",
    ),
    DocumentedFinding(
        "Y112",
        "a key written twice",
        "Most readers keep the last value in silence; which one was meant only the author knows.",
        "days: 60\nlag: 7\ndays: 30\n",
        "days: 60\nlag: 7\n",
    ),
    DocumentedFinding(
        "Y113",
        "a key that is not a text",
        "Keys are names; a list, a map, an alias or nothing at all names nothing.",
        "? [orders, reviews]\n: 60\n",
        "orders: 60\nreviews: 60\n",
    ),
    DocumentedFinding(
        "Y114",
        "a number with a leading zero",
        "YAML 1.1 readers take 017 as fifteen, YAML 1.2 readers as seventeen.",
        "points: 017\n",
        "points: 17\n",
    ),
    DocumentedFinding(
        "Y115",
        "not a number that can be kept",
        "Infinity and not-a-number have no place in a score, and what is beyond a double would become "
        "infinity, or zero, in silence.",
        "limit: .inf\n",
        "limit: null\n",
    ),
    DocumentedFinding(
        "Y116",
        "an alias or anchor that leads nowhere certain",
        "An alias needs one anchor that ends before it; a name used twice has two meanings.",
        "window: *usual\n",
        "usual: &usual {days: 60}\nwindow: *usual\n",
    ),
    DocumentedFinding(
        "Y117",
        "a directive",
        "Files are read by YAML 1.2 rules whatever they declare; another declaration would mislead.",
        "%YAML 1.1\n---\nid: us-sps\n",
        "id: us-sps\n",
    ),
    DocumentedFinding(
        "Y201",
        "an unknown key",
        "A key nobody reads is a rule nobody applies, most often a slip of the pen.",
        "tresholds: [1]\n",
        "thresholds: [1]\n",
    ),
    DocumentedFinding(
        "Y202",
        "a missing key",
        "Without it the rest has no meaning, and no default would be a safe guess.",
        "thresholds: [1]\nwindow: {lag: 7}\n",
        "thresholds: [1]\nwindow: {days: 60, lag: 7}\n",
    ),
    DocumentedFinding(
        "Y203",
        "a value of the wrong type",
        "`yes` is text and 22:30 is text: values are what YAML 1.2 says, and are never converted by guess.",
        "window: {days: '60'}\n",
        "window: {days: 60}\n",
    ),
    DocumentedFinding(
        "Y204",
        "a value outside the list",
        "Only the listed words have a meaning here.",
        "better: hihger\n",
        "better: higher\n",
    ),
    DocumentedFinding(
        "Y205",
        "a number out of range",
        "The range is the one in which the rule means something.",
        "window: {days: -60}\n",
        "window: {days: 60}\n",
    ),
    DocumentedFinding(
        "Y206",
        "a text of the wrong form",
        "Ids, dates and versions have one way of being written, so that they can be compared as texts.",
        "opened_on: 1/4/2026\n",
        "opened_on: 2026-04-01\n",
    ),
    DocumentedFinding(
        "Y207",
        "too few, too many or repeated items",
        "A curve needs two knots, a list of names names each once.",
        "thresholds: []\n",
        "thresholds: [1]\n",
    ),
    DocumentedFinding(
        "Y208",
        "keys that do not go together",
        "Some keys need others, and some exclude each other; together they would say two things.",
        "from: 2026-04-01\n",
        "from: 2026-04-01\nuntil: 2026-06-01\n",
    ),
    DocumentedFinding(
        "Y209",
        "another rule of the schema",
        "The schema in `schemas/` states it; the message quotes the rule.",
        "actions: [warn]\n",
        "actions: [warn, restrict]\n",
    ),
    DocumentedFinding(
        "Y210",
        "a quantity that is not certain",
        "A number may carry %, h or d and a decimal point; anything else can be read in two ways.",
        "share: 1,5 %\n",
        "share: 1.5 %\n",
    ),
)

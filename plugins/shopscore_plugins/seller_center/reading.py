"""One reading: which market the files are of, their rows, and the tables made of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from shopscore.errors import UsageError, near_match
from shopscore.events.reader import FILE, ROW, ReadOptions, ReadResult
from shopscore.events.rows import Note
from shopscore.events.wording import counted
from shopscore_plugins.read_as import READ_AS
from shopscore_plugins.reasons import Reasons
from shopscore_plugins.seller_center.dates import SAID
from shopscore_plugins.seller_center.due import add_deadlines
from shopscore_plugins.seller_center.faults import unreadable
from shopscore_plugins.seller_center.files import ENDINGS, find, passed_over
from shopscore_plugins.seller_center.layout import Export, Layout
from shopscore_plugins.seller_center.markets import Market, market_named, market_of
from shopscore_plugins.seller_center.orders import Made, make_orders
from shopscore_plugins.seller_center.returns import make_returns
from shopscore_plugins.seller_center.staging import Staging

if TYPE_CHECKING:
    import pyarrow as pa

_SHOP = "shop"
_BATCH = 50_000
_NAMED = 6
"""How many files a note names."""
# Where nobody knows the status, only the mark Cancel can tell that an order is cancelled without a time.
_READ_AS = READ_AS | {"order statuses": "cancelled if marked Cancel, else by their times"}


def read_exports(paths: Sequence[Path], options: ReadOptions) -> ReadResult:
    """Return the tables of exports; raises UsageError or BadInputError where they cannot be read."""
    from shopscore_plugins.seller_center import NAME, OPTIONS

    for name in options.more:
        if name not in OPTIONS:
            known = ", ".join(OPTIONS)
            hint = near_match(name, OPTIONS)
            raise UsageError(f"the reader {NAME} has no option {name!r}; expected {known}{hint}")
    dates = options.more.get("dates")
    if dates is not None and dates not in SAID:
        raise UsageError(f"dates is {dates!r}; expected {' or '.join(SAID)}")
    files = find(paths)
    staging = Staging(sum(path.stat().st_size for path in files))
    try:
        found = _Found(market_named(options.market) if options.market is not None else None)
        _stage(files, dates, staging, found, options)
        notes = [*found.notes, *_passed_over_note(passed_over(paths))]
        return _result(NAME, staging, found.sure(), files, options, notes)
    except BaseException:
        staging.close()
        raise


class _Found(Struct):
    """The market the files are of: the one that was said, else the one that a header shows."""

    said: Market | None
    shown: Market | None = None
    by: str = ""
    notes: list[Note] = field(default_factory=list)

    def look(self, layout: Layout, shown: str) -> None:
        """Take in a file's header; raises BadInputError where it is of another market."""
        if layout.export is not Export.ORDERS:
            return
        here = market_of(layout.header)
        if here is None:
            return
        expected = self.said or self.shown
        if expected is not None and here is not expected and (expected is self.shown or expected.marks):
            columns = ", ".join(name for name in layout.header if name in here.marks)
            why = f" as {self.by} is" if self.said is None else ""
            message = f"the export is of market {here.id} (it has {columns}); expected {expected.id}{why}"
            raise unreadable(shown, message)
        if expected is not None and here is not expected:
            text = f"{shown} has the columns of an export of {here.id}; read as {expected.id}, as was said"
            self.notes.append(("another_market", text))
        if self.shown is None:
            self.shown, self.by = here, shown

    def sure(self) -> Market:
        """Return the market; raises UsageError where nothing tells it."""
        market = self.said or self.shown
        if market is None:
            raise UsageError("which market the files are of cannot be told from their columns; give --market")
        return market


def _stage(
    files: Sequence[Path], dates: str | None, staging: Staging, found: _Found, options: ReadOptions
) -> None:
    sizes = [path.stat().st_size for path in files]
    total = sum(sizes)
    for number, path in enumerate(files):
        before = sum(sizes[:number])

        def advance(done: int, before: int = before) -> None:
            if options.on_progress is not None:
                options.on_progress(min(before + done, total), total)

        staging.add(path, dates, found.look, advance)
        advance(sizes[number])


def _result(
    name: str,
    staging: Staging,
    market: Market,
    files: Sequence[Path],
    options: ReadOptions,
    notes: list[Note],
) -> ReadResult:
    import pyarrow as pa

    shop = options.more.get("shop", _SHOP)
    own = options.more.get("reasons")
    reasons = Reasons.of(market.id, Path(own) if own is not None else None)
    tables: dict[str, pa.Table | pa.RecordBatchReader] = {
        "shops": pa.table({"shop_id": [shop], "market": [market.id]})
    }
    dropped, unmapped = Counter(staging.dropped), dict[str, dict[str, int]]()
    for export, make in ((Export.ORDERS, make_orders), (Export.RETURNS, make_returns)):
        if not staging.layouts_of(export):
            continue
        made = make(staging, market, reasons)
        if export is Export.ORDERS:
            add_deadlines(staging.connection, market, made)
        tables[export.value] = _stream(staging, export, made, shop)
        notes += made.notes
        dropped += made.dropped
        unmapped |= made.unmapped
    notes += [_unmapped_note(what, each) for what, each in unmapped.items()]
    return ReadResult(
        reader=name,
        tables=tables,
        zone=options.zone or market.zone,
        dropped=dropped,
        notes=tuple(notes),
        files=tuple(files),
        unmapped=unmapped,
    )


def _passed_over_note(names: Sequence[str]) -> Iterator[Note]:
    if names:
        listed = ", ".join(names[:_NAMED]) + (f" and {len(names) - _NAMED} more" if names[_NAMED:] else "")
        text = f"not read, as they end neither in {' nor in '.join(ENDINGS)}: {listed}"
        yield "files_passed_over", text


def _unmapped_note(what: str, found: dict[str, int]) -> Note:
    words, rows = counted(len(found), "text"), sum(found.values())
    meant = _READ_AS.get(what, "unknown")
    return "words_unknown", f"{what}: {words} in no table, in {counted(rows, 'row')}: read as {meant}"


def _stream(staging: Staging, export: Export, made: Made, shop: str) -> pa.RecordBatchReader:
    """Return a table's rows as they are asked for; the staged ones live as long as somebody may ask."""
    import pyarrow as pa

    subject = "'" + shop.replace("'", "''") + "'"
    columns = {"shop_id": subject, **made.columns, FILE: '"file"', ROW: '"row"'}
    select = ", ".join(f'{sql} AS "{name}"' for name, sql in columns.items())
    query = f'SELECT {select} FROM {export}_made ORDER BY "file", "row"'
    reader: pa.RecordBatchReader = staging.connection.cursor().sql(query).to_arrow_reader(_BATCH)

    def batches() -> Iterator[pa.RecordBatch]:
        keep = staging  # noqa: F841 - its folder goes with the last reader
        yield from reader

    return pa.RecordBatchReader.from_batches(reader.schema, batches())

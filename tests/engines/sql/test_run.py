"""A run of the DuckDB engine: the same on any number of threads and in any order, streamed and written."""

import json
import random
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.engines.sql.world import World, at, policy

from shopscore.engines.arrow import schema_of
from shopscore.engines.duckdb import DuckDbEngine
from shopscore.errors import UsageError
from shopscore.policy import Policy

METRICS = """
category: {of: placed, column: category, window: {days: 30}, assumed: test}
facts:
  orders:
    first_stars: {first: stars, of: reviews, order_by: posted_at}
populations:
  placed: {of: orders, at: placed_at}
  sold: {of: orders, where: "not is_gift", at: placed_at}
exclusions:
  - {id: samples, of: sold, when: is_sample, label: {en: samples}, assumed: test}
  - {id: cheap, of: sold, when: "amount < 1", label: {en: cheap}, assumed: test}
metrics:
  low:
    share_of: sold
    where: "first_stars <= 2"
    window: {days: 20}
    decay: {factor: 0.7, every_days: 3}
    assumed: test
  mean:
    mean_of: sold
    value: "amount / 3"
    window: {days: 20}
    decay: {factor: 0.7, every_days: 3}
    assumed: test
  total: {sum_of: placed, value: amount, window: {days: 20}, assumed: test}
  buyers: {distinct_of: placed, value: buyer_id, window: {days: 20}, assumed: test}
  amounts: {distinct_of: placed, value: "amount - amount", window: {days: 20}, assumed: test}
"""
BENEFITS = """
badges:
  was_busy: {when: "buyers.value >= 3 and category == 'toys'", assessed: monthly on 1, assumed: test}
advisories:
  - {id: many, when: "buyers.value > 2", text: {en: many buyers}, assumed: test}
  - {id: unknown, when: "mean.value < 0", text: {en: never}, assumed: test}
  - {id: few, when: "buyers.value <= 2", text: {en: few buyers}, assumed: test}
"""


@pytest.fixture(scope="module")
def mini(tmp_path_factory: pytest.TempPathFactory) -> Policy:
    return policy(tmp_path_factory.mktemp("policy"), metrics=METRICS, benefits=BENEFITS)


def market(orders: int = 3000, shops: int = 40) -> dict[str, list[Mapping[str, Any]]]:
    draw = random.Random(7)
    start = at("2026-05-10 00:00")
    rows: list[Mapping[str, Any]] = []
    reviews: list[Mapping[str, Any]] = []
    for number in range(orders):
        shop, order = f"S{draw.randrange(shops)}", f"o{number}"
        placed_at = start + draw.randrange(40 * 86_400_000_000)
        rows.append(
            {
                "order_id": order,
                "shop_id": shop,
                "placed_at": placed_at,
                "amount": draw.choice([None, 0.5, draw.random() * 1e3, 0.1, 1e14]),
                "category": draw.choice([None, "toys", "books", "food"]),
                "buyer_id": draw.choice([None, f"b{draw.randrange(9)}"]),
                "is_gift": draw.random() < 0.1,
                "is_sample": draw.random() < 0.1,
            }
        )
        for review in range(draw.choice([0, 0, 1, 2])):
            common = {"review_id": f"r{number}-{review}", "order_id": order, "shop_id": shop}
            reviews.append({**common, "posted_at": placed_at + 5, "stars": float(draw.randint(1, 5))})
    return {"orders": rows, "reviews": reviews}


def bits(value: object) -> object:
    match value:
        case float():
            return struct.pack(">d", value)
        case Mapping():
            return {key: bits(part) for key, part in value.items()}
        case list():
            return [bits(part) for part in value]
        case _:
            return value


def test_threads_and_the_order_of_rows_change_no_bit(mini: Policy) -> None:
    rows = market()
    runs = [
        bits(World(mini, rows, threads=threads, shuffle=seed).by_duckdb("2026-06-11"))
        for threads, seed in [(1, None), (2, 1), (8, 2), (8, 3)]
    ]
    assert runs[1:] == [runs[0]] * 3
    assert runs[0] == bits(World(mini, rows).by_reference("2026-06-11"))


def test_scorecards_come_by_subject_id_and_for_subjects_without_rows_too(mini: Policy) -> None:
    subjects = ["Z", "S1", "S10", "S2", "s1", "é", "\U0001f600", "ﬀ"]
    cards = World(mini, market(60, 3), subjects=subjects).by_duckdb("2026-06-11")
    assert list(cards) == ["S1", "S10", "S2", "Z", "s1", "é", "ﬀ", "\U0001f600"]
    nobody = cards["Z"]["metrics"]
    assert (nobody["total"]["value"], nobody["buyers"]["value"], nobody["mean"]["state"]) == (
        0.0,
        0.0,
        "no_data",
    )


def test_scorecards_of_more_subjects_than_a_sort_hands_out_at_once_come_in_order(
    mini: Policy, tmp_path: Path
) -> None:
    """DuckDB sorts into lots of 122,880 rows, and threads take rows of several lots at the same time."""
    world = World(mini, market(60, 3), threads=8)
    more = "INSERT INTO events.subjects SELECT 'T' || hash(number) FROM range(400_000) AS _(number)"
    world.connection.execute(more)
    binding = world.bound("2026-06-11")
    out = tmp_path / "scores.parquet"
    DuckDbEngine().write(binding, world, out)  # type: ignore[arg-type]
    written = ids(pq.read_table(out, columns=["subject"]))
    streamed = ids(DuckDbEngine().score(binding, world).read_all())  # type: ignore[arg-type]
    assert len(written) == 400_003
    assert written == sorted(written)
    assert streamed == written


def ids(table: pa.Table) -> list[str]:
    found: list[str] = table["subject"].combine_chunks().field("id").to_pylist()
    return found


def test_lists_hold_the_entries_whose_guard_is_true(mini: Policy) -> None:
    """An entry whose guard is null is left out like one whose guard is false."""
    cards = World(mini, market(60, 3), subjects=["S1", "Z"]).by_duckdb("2026-06-11")
    assert cards["S1"]["advisories"] == [{"id": "many", "text": "many buyers"}]
    assert cards["Z"]["advisories"] == [{"id": "few", "text": "few buyers"}]
    assert [each["id"] for each in cards["S1"]["exclusions"]] == ["samples", "cheap"]


def test_batches_have_the_layout_s_types_and_say_once_what_all_share(mini: Policy) -> None:
    world = World(mini, market(60, 3))
    binding = world.bound("2026-06-11")
    reader = DuckDbEngine().score(binding, world)  # type: ignore[arg-type]
    expected = [each for each in schema_of(binding.layout) if each.name not in ("assumptions", "conflicts")]
    assert list(reader.schema) == expected
    said = {key.decode(): value.decode() for key, value in reader.schema.metadata.items()}
    assert said["shopscore.schema_version"] == "1"
    assumed = json.loads(said["shopscore.assumptions"])
    assert {"path": "metrics.low", "text": "test"} in assumed
    rows = reader.read_all().to_pylist()
    cards = [dict(card) for card in world.by_duckdb("2026-06-11").values()]
    assert cards == [{**card, **row} for card, row in zip(cards, rows, strict=True)]
    assert cards[0]["assumptions"] == assumed


def test_a_written_file_holds_the_batches_and_what_all_share(mini: Policy, tmp_path: Path) -> None:
    world = World(mini, market(60, 3))
    binding = world.bound("2026-06-11")
    out = tmp_path / "scores.parquet"
    DuckDbEngine().write(binding, world, out)  # type: ignore[arg-type]
    batches: pa.Table = DuckDbEngine().score(binding, world).read_all()  # type: ignore[arg-type]
    assert pq.read_table(out).to_pylist() == batches.to_pylist()
    written = pq.read_schema(out).metadata
    assert {key: written[key] for key in batches.schema.metadata} == batches.schema.metadata
    assert list(tmp_path.iterdir()) == [out]


def test_a_run_that_fails_leaves_no_file_and_keeps_a_former_one(mini: Policy, tmp_path: Path) -> None:
    world = World(mini, market(60, 3))
    binding = world.bound("2026-06-11")
    world.connection.execute("DROP TABLE events.orders")
    out = tmp_path / "scores.parquet"
    out.write_bytes(b"former")
    with pytest.raises(duckdb.CatalogException):
        DuckDbEngine().write(binding, world, out)  # type: ignore[arg-type]
    assert (list(tmp_path.iterdir()), out.read_bytes()) == ([out], b"former")


def test_values_beyond_128_bits_are_told_in_words(tmp_path: Path) -> None:
    text = METRICS.replace("value: amount, ", 'value: "amount * amount * amount", ')
    order = {"order_id": "o", "shop_id": "S1", "placed_at": at("2026-06-01 10:00"), "amount": 1e14}
    world = World(policy(tmp_path, metrics=text), {"orders": [order], "reviews": []})
    with pytest.raises(UsageError, match=r"^a metric's values do not fit 128-bit whole numbers: "):
        world.by_duckdb("2026-06-11")


def test_an_abandoned_reader_does_not_block_the_next_run(mini: Policy) -> None:
    world = World(mini, market(60, 3))
    first: Iterator[Any] = iter(DuckDbEngine().scorecards(world.bound("2026-06-11"), world))  # type: ignore[arg-type]
    next(first)
    assert len(world.by_duckdb("2026-06-11")) == 3
    assert len(list(first)) == 2


@pytest.mark.parametrize("day", ["0001-01-01", "1970-01-01", "2201-01-01"])
def test_a_day_no_score_can_be_as_of_is_a_usage_error(tmp_path: Path, day: str) -> None:
    mini = policy(tmp_path, metrics="populations:\n  placed: {of: orders, at: placed_at}\n")
    with pytest.raises(UsageError) as raised:
        World(mini, {"orders": []}).bound(day)
    assert str(raised.value) == f"as_of is {day}; expected a day from 1970-01-02 to 2200-12-31"

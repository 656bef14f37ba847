"""Everything a person can get wrong: one clear message each, the right exit status, never a traceback."""

import errno
import gzip
from pathlib import Path

import pytest
from tests.cli.conftest import Shopscore

CASE = "bundle: corner-shop@1\nas_of: 2026-03-11\nshop: {shop_id: S1}\n"

WRONG_CASES = [
    (
        "an unknown key",
        CASE + "order: []\n",
        "case.yaml:4:1: Y201 error unknown key 'order'; did you mean 'orders'?\n",
    ),
    (
        "a naive time",
        CASE + "chats:\n  - {chat_id: c1, started_at: 2026-03-01T10:00:00, rating: 5}\n",
        "case.yaml:5:31: I303 error chats: started_at is '2026-03-01T10:00:00', a time without a zone; "
        "expected a time with its zone, such as 2026-06-01T10:00:00-07:00, or Unix seconds\n",
    ),
    (
        "seven stars",
        CASE + "reviews:\n  - {review_id: r1, order_id: o1, posted_at: 2026-03-01T10:00:00Z, stars: 7}\n",
        "case.yaml:5:75: I307 error reviews: stars is 7; expected a whole number from 1 to 5\n",
    ),
    (
        "a missing column",
        CASE + "chats:\n  - {chat_id: c1, rating: 5}\n",
        "case.yaml:5:5: I301 error chats: started_at is missing; expected a time with its zone, such as "
        "2026-06-01T10:00:00-07:00, or Unix seconds\n",
    ),
    (
        "a duplicate id",
        CASE + "chats:\n"
        "  - {chat_id: c1, started_at: 2026-03-01T10:00:00Z}\n"
        "  - {chat_id: c1, started_at: 2026-03-02T10:00:00Z}\n",
        "case.yaml:6:15: I309 error chats: chat_id 'c1' came before; expected each chat_id once\n",
    ),
    (
        "an alias bomb",
        "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
        + "".join(
            f"{name}: &{name} [{', '.join([f'*{before}'] * 10)}]\n"
            for before, name in zip("abcdefgh", "bcdefghi", strict=True)
        ),
        "case.yaml:7:32: Y107 error more than 8388608 values, those of aliases included\n",
    ),
    (
        "fifty thousand brackets",
        "[" * 50_000,
        "case.yaml:1:51: Y106 error nested more than 50 levels deep\n",
    ),
    (
        "an empty file",
        "",
        "case.yaml:1:1: Y108 error the file is empty\n",
    ),
    (
        "a list instead of a case",
        "- 1\n",
        "case.yaml:1:1: Y203 error expected a case: keys such as case, as_of, shop, orders\n",
    ),
]


@pytest.mark.parametrize(
    ("text", "said"), [each[1:] for each in WRONG_CASES], ids=[each[0] for each in WRONG_CASES]
)
@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_a_wrong_case_stops_with_its_place(
    shopscore: Shopscore, workshop: Path, text: str, said: str, command: str
) -> None:
    (workshop / "case.yaml").write_text(text)
    outcome = shopscore(command, "case.yaml")
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)


WRONG_WORDS = [
    (
        ("evaluate", "nowhere.yaml"),
        "nowhere.yaml: Y101 error there is no such file\n",
    ),
    (
        ("evaluate", "nowhere", "--bundle", "corner-shop@1", "--as-of", "2026-03-11"),
        "Error: there is no file or folder nowhere\n",
    ),
    (
        ("evaluate", "empty", "--bundle", "corner-shop@1", "--as-of", "2026-03-11"),
        "Error: empty is empty; expected files such as orders.parquet, orders.csv or orders/*.parquet "
        "(shops, orders, reviews, returns, after_sales_rounds, chats, complaints, violations, point_events, "
        "appeals, supplied_metrics, supplied_benchmarks, shop_states)\n",
    ),
    (
        ("evaluate", "empty", "--bundle", "corner-shop@1"),
        "Error: a data set has no day of its own; give --as-of, the day to evaluate as of\n",
    ),
    (
        ("evaluate", "case.yaml"),
        "Error: no policy to evaluate by; give --bundle ID@VERSION or --market M, or bundle: in the case\n",
    ),
    (
        ("evaluate", "case.yaml", "--bundle", "corner-shp@1"),
        "Error: no bundle is called 'corner-shp'; did you mean 'corner-shop'?\n",
    ),
    (
        ("evaluate", "case.yaml", "--bundle", "corner-shop@1", "--market", "ZZ"),
        "Error: --bundle names a policy and --market asks for one; give one of them\n",
    ),
    (
        ("evaluate", "case.yaml", "--bundle", "corner-shop@1"),
        "Error: case: no day to evaluate as of; write as_of: in the case or give --as-of\n",
    ),
    (
        ("evaluate", "case.yaml", "--market", "ZZ"),
        "Error: which version of market ZZ is in force depends on the day; give --as-of\n",
    ),
    (
        ("evaluate", "case.yaml", "--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--shop", "S2"),
        "Error: the case is about 'S1'; there is no 'S2' in it\n",
    ),
    (
        ("evaluate", "empty", "--bundle", "corner-shop@1", "--as-of", "2026-03-11", "--reader", "olits"),
        "Error: no reader is called 'olits'; did you mean 'olist'? "
        "(known: olist, partner-api, performance-api, seller-center)\n",
    ),
    (
        ("evaluate", "policies"),
        "Error: a data set has no day of its own; give --as-of, the day to evaluate as of\n",
    ),
    (
        ("lint", "nowhere"),
        "Error: nowhere: there is no such file or folder; a bundle's name is id@version\n",
    ),
    (
        ("lint", "empty"),
        "Error: empty: there is no bundle.yaml and no case in this folder or below it\n",
    ),
    (
        ("test", "empty"),
        "Error: empty: there is no bundle.yaml and no case in this folder or below it\n",
    ),
    (
        ("new", "bundle", "Corner Shop"),
        "Error: 'Corner Shop' is no name of a bundle; expected id@version such as us-sps@2026.08\n",
    ),
    (
        ("new", "bundle", "corner-shop@1"),
        "Error: policies/corner-shop/1/bundle.yaml exists already; --force replaces it\n",
    ),
    (
        ("new", "case", "corner-shop@1", "-o", "case.yaml"),
        "Error: case.yaml exists already; --force replaces it\n",
    ),
    (
        ("new", "case", "corner-shop@1", "-o", "no/such/folder/case.yaml"),
        "Error: no/such/folder is no folder; expected one to write case.yaml into\n",
    ),
    (
        ("sample", "policies"),
        "Error: policies exists already; --force replaces it\n",
    ),
    (
        ("sample", "policies", "--force"),
        "Error: policies holds corner-shop, which is no table of a sample; it is not replaced\n",
    ),
    (
        ("sample", "market", "--shops", "0"),
        "Error: shops is 0; expected 1 to 8,000,000\n",
    ),
    (
        ("score", "empty", "--bundle", "corner-shop@1", "--as-of", "2026-03-11", "-o", "out.txt"),
        "Error: out.txt has '.txt'; expected .parquet, .csv or .xlsx\n",
    ),
    (
        ("score", "empty", "--bundle", "corner-shop@1", "-o", "out.parquet"),
        "Error: a data set has no day of its own; give --as-of, the day to score as of\n",
    ),
    (
        ("evaluate", "csae.yaml"),
        "csae.yaml: Y101 error there is no such file; did you mean 'case.yaml'?\n",
    ),
    (
        ("evaluate", "policies/corner-shop/1/cases/twenty-order.yaml"),
        "policies/corner-shop/1/cases/twenty-order.yaml: Y101 error there is no such file; "
        "did you mean 'twenty-orders.yaml'?\n",
    ),
    (
        ("evaluate", "no/such/folder/case.yaml"),
        "no/such/folder/case.yaml: Y101 error there is no such file\n",
    ),
    (
        ("new", "bundle", "us-sps@2026.06", "-o", "policies", "--force"),
        "Error: us-sps@2026.06 is there already in another folder of policies; expected a new name\n",
    ),
    (
        ("new", "case", "corner-shop@1", "-o", "mine.txt"),
        "Error: mine.txt has '.txt'; cases are written as .yaml, .yml, .json only\n",
    ),
    (
        ("new", "case", "corner-shop@1", "-o", "mine"),
        "Error: mine has no ending; cases are written as .yaml, .yml, .json only\n",
    ),
]


@pytest.mark.parametrize(("words", "said"), WRONG_WORDS, ids=[" ".join(words) for words, _ in WRONG_WORDS])
def test_a_wrong_command_line_stops_with_what_was_expected(
    shopscore: Shopscore, workshop: Path, words: tuple[str, ...], said: str
) -> None:
    (workshop / "empty").mkdir()
    (workshop / "case.yaml").write_text("shop: {shop_id: S1}\norders: []\n")
    outcome = shopscore(*words)
    assert (outcome.status, outcome.out, outcome.err) == (2, "", said)


@pytest.mark.parametrize(
    ("words", "end"),
    [
        (("evaluat", "case.yaml"), "Error: no command is called 'evaluat'; did you mean 'evaluate'?\n"),
        (
            ("evaluate", "case.yaml", "--bundel", "x"),
            "Error: No such option '--bundel'. Did you mean '--bundle'?\n",
        ),
        (
            ("evaluate",),
            "Error: Missing argument 'CASE_OR_DATA', or --metric NAME=VALUE in its place.\n",
        ),
        (
            ("evaluate", "case.yaml", "--as-of", "2026-02-30"),
            "Error: Invalid value for '--as-of': '2026-02-30' is no day of the calendar\n",
        ),
        *(
            (
                (*words, day),
                f"Error: Invalid value for '--as-of': '{day}' is out of reach; "
                "expected a day from 1970-01-02 to 2200-12-31\n",
            )
            for words in (
                ("evaluate", "case.yaml", "--as-of"),
                ("score", "market", "-o", "out.parquet", "--as-of"),
                ("new", "case", "corner-shop@1", "-o", "case.yaml", "--as-of"),
                ("show", "corner-shop@1", "--sql", "--as-of"),
            )
            for day in ("0001-01-01", "1970-01-01", "2201-01-01", "9999-12-31")
        ),
        *(
            (
                (*words, "--threads", count),
                f"Error: Invalid value for '--threads': expected a whole number from 1 to 256, "
                f"found '{count}'\n",
            )
            for words in (("score", "market", "-o", "out.parquet"), ("sample", "market"))
            for count in ("0", "-1", "257", "many", "1.5", "9" * 30)
        ),
        *(
            (
                ("score", "market", "-o", "out.parquet", "--memory-limit", size),
                f"Error: Invalid value for '--memory-limit': "
                f"expected a size such as 4GiB, at least 64MB, found '{size}'\n",
            )
            for size in ("lots", "0", "0GB", "-5GB", "1KB", "63.9MB", "4", "4 GiB GiB", "nanGB", "80%")
        ),
        *(
            (words, f"Error: Invalid value for {name}: it is empty; expected {expected}\n")
            for words, name, expected in (
                (("evaluate", ""), "'[CASE_OR_DATA]'", "a name or a path"),
                (("explain", ""), "'[CASE_OR_DATA]'", "a name or a path"),
                (("lint", ""), "'[PATH|BUNDLE]...'", "a name or a path"),
                (("test", "corner-shop@1", ""), "'[PATH|BUNDLE]...'", "a name or a path"),
                (("show", ""), "'BUNDLE'", "a name or a path"),
                *(
                    ((command, *words, option, ""), f"'{option}'", "a name or a path")
                    for command, *words in (("evaluate", "x"), ("ask",), ("score", "x"), ("history", "x"))
                    for option in ("--category", "--market", "--bundle")
                ),
                (("sample", ""), "'OUT'", "a path"),
                (("score", "", "-o", "out.parquet"), "'DATA'", "a path"),
                (("score", "market", "-o", ""), "'-o' / '--output'", "a path"),
                (("new", "case", "corner-shop@1", "-o", ""), "'-o' / '--output'", "a path"),
                (("new", "bundle", "corner-shop@2", "-o", ""), "'-o' / '--output'", "a path"),
                (("--settings", "", "lint"), "'--settings'", "a path"),
            )
        ),
        (
            ("evaluate", "case.yaml", "--format", "jsn"),
            "Error: Invalid value for '--format': 'jsn' is not one of table, json, ndjson, csv; "
            "did you mean 'json'?\n",
        ),
        (
            ("lint", "--policies", "nowhere"),
            "Error: Invalid value for '--policies': Directory 'nowhere' does not exist.\n",
        ),
    ],
)
def test_wrong_usage_shows_how_to_ask_for_help(
    shopscore: Shopscore, words: tuple[str, ...], end: str
) -> None:
    outcome = shopscore(*words)
    assert (outcome.status, outcome.out) == (2, "")
    assert outcome.err.startswith("Usage: shopscore ")
    assert outcome.err.endswith(end)


WRONG_FORMULAS = [
    (
        "late_rate.valu <= 0.4",
        "F109 error no name 'late_rate.valu' is known here; did you mean 'late_rate.value'?",
    ),
    (
        "late_rate.value <= chat_hours.value",
        "F121 error cannot compare late_rate.value (share) <= chat_hours.value (hours): "
        "both must be of one type",
    ),
]


def test_a_misspelt_metric_and_a_share_beside_hours_are_told_at_their_place(
    shopscore: Shopscore, workshop: Path
) -> None:
    folder = workshop / "policies/corner-shop/1"
    metrics = (
        (folder / "metrics.yaml")
        .read_text()
        .replace(
            "metrics:\n",
            "metrics:\n"
            "  chat_hours: {label: {en: Hours}, mean_of: rated_chats, source: rules,\n"
            '    value: "hours_between(started_at, first_reply_at)", window: {days: 30}}\n',
        )
    )
    (folder / "metrics.yaml").write_text(metrics)
    benefits = (folder / "benefits.yaml").read_text()
    found = []
    for formula, _ in WRONG_FORMULAS:
        (folder / "benefits.yaml").write_text(benefits.replace("late_rate.value <= 0.4", formula))
        outcome = shopscore("lint", "corner-shop@1")
        assert outcome.status == 1
        found.append(outcome.out)
    places = [42, 42]
    assert found == [
        f"policies/corner-shop/1/benefits.yaml:13:{place}: {said}\n"
        for place, (_, said) in zip(places, WRONG_FORMULAS, strict=True)
    ]


@pytest.mark.parametrize("command", ["evaluate", "explain"])
def test_a_cases_own_day_has_the_range_of_the_option(
    shopscore: Shopscore, workshop: Path, command: str
) -> None:
    for day in ("0001-01-01", "9999-12-31"):
        (workshop / "case.yaml").write_text(CASE.replace("2026-03-11", day))
        outcome = shopscore(command, "case.yaml")
        assert (outcome.status, outcome.out, outcome.err) == (
            2,
            "",
            f"Error: case.yaml: as_of is {day}; expected a day from 1970-01-02 to 2200-12-31\n",
        )
        assert shopscore(command, "case.yaml", "--as-of", "2026-03-11").status == 0


@pytest.mark.parametrize("day", ["1970-01-02", "2200-12-31"])
def test_the_first_and_the_last_day_can_be_evaluated(shopscore: Shopscore, case: Path, day: str) -> None:
    for bundle in ("corner-shop@1", "us-sps@2026.06"):
        outcome = shopscore("evaluate", str(case), "--bundle", bundle, "--as-of", day, "--format", "json")
        assert (outcome.status, outcome.err) == (0, "")


def test_a_file_that_may_not_be_read_is_said_so(
    shopscore: Shopscore, workshop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (workshop / "secret.yaml").write_text(CASE)

    def refuse(self: Path, *arguments: object, **options: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(self))

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, whatever its mode
    outcome = shopscore("evaluate", "secret.yaml")
    assert (outcome.status, outcome.err) == (2, "secret.yaml: Y101 error cannot be read: Permission denied\n")


def test_a_line_of_a_gigabyte_is_refused_before_it_is_read(shopscore: Shopscore, workshop: Path) -> None:
    with (workshop / "line.yaml").open("wb") as file:
        file.truncate(1024**3)  # a sparse file: nothing is written, and nothing must be read
    outcome = shopscore("evaluate", "line.yaml")
    assert (outcome.status, outcome.err) == (
        2,
        "line.yaml: Y102 error has 1,073,741,824 bytes, expected at most 67,108,864\n",
    )


def test_damaged_files_of_a_data_set_are_named(shopscore: Shopscore, workshop: Path) -> None:
    data = workshop / "data"
    data.mkdir()
    (data / "orders.parquet").write_bytes(b"no parquet at all")
    outcome = shopscore("evaluate", "data", "--bundle", "corner-shop@1", "--as-of", "2026-03-11")
    assert outcome.status == 2
    assert "orders.parquet" in outcome.err
    assert "Traceback" not in outcome.err
    (data / "orders.parquet").unlink()
    (data / "orders.csv.gz").write_bytes(gzip.compress(b"order_id\n1\n")[:-6])
    outcome = shopscore("evaluate", "data", "--bundle", "corner-shop@1", "--as-of", "2026-03-11")
    assert outcome.status == 2
    assert "Traceback" not in outcome.err


def test_a_row_longer_than_a_block_is_named_with_its_file(shopscore: Shopscore, workshop: Path) -> None:
    data = workshop / "data"
    data.mkdir()
    (data / "orders.csv").write_text("order_id,shop_id\n" + "x" * (40 * 1024**2) + ",S1\n")
    outcome = shopscore("evaluate", "data", "--bundle", "corner-shop@1", "--as-of", "2026-03-11")
    assert (outcome.status, outcome.out, outcome.err) == (
        2,
        "",
        "orders.csv: I321 error a row longer than 16 MiB; expected one row per line\n",
    )

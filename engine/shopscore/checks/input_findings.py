"""What can be wrong with event tables and cases, documented; the checks stand in the event model's rules."""

from __future__ import annotations

from shopscore.yaml.findings import DocumentedFinding

INPUT_FINDINGS: tuple[DocumentedFinding, ...] = (
    DocumentedFinding(
        "I301",
        "a value that must be there is missing",
        "Without it the row has no meaning: an order without a day, a review without stars.",
        "reviews: [{review_id: r1, order_id: o1, posted_at: 2026-06-05T10:00:00Z}]",
        "reviews: [{review_id: r1, order_id: o1, posted_at: 2026-06-05T10:00:00Z, stars: 4}]",
    ),
    DocumentedFinding(
        "I302",
        "a value of the wrong kind",
        "A column holds one kind of value; nothing is converted by guess.",
        "placed_at: yesterday",
        "placed_at: 2026-06-01T10:00:00-07:00",
    ),
    DocumentedFinding(
        "I303",
        "a time without a zone",
        "The same clock shows other instants in other places, and one twice in autumn.",
        "placed_at: 2026-06-01T10:00:00",
        "placed_at: 2026-06-01T10:00:00-07:00, or --zone where a file's times have none",
    ),
    DocumentedFinding(
        "I304",
        "a year that cannot be meant",
        "Calendars of computers run from year 1 to 9999; year 0 is an empty date of some export.",
        "placed_at: 0000-00-00T00:00:00Z",
        "placed_at: null",
    ),
    DocumentedFinding(
        "I305",
        "a text outside the list",
        "Only the listed words have a meaning here. A fault alone may be any text; it is read as `unknown`.",
        "status: closed",
        "status: completed",
    ),
    DocumentedFinding(
        "I306",
        "a number that is too large, or none",
        "Infinity and not-a-number have no place in a score, and beyond 10^15 doubles lose whole units.",
        "amount: 1e300",
        "amount: 100",
    ),
    DocumentedFinding(
        "I307",
        "a number out of range",
        "The range is the one in which the value means something.",
        "stars: 7",
        "stars: 5",
    ),
    DocumentedFinding(
        "I308",
        "instants that run backwards",
        "Nothing is delivered before it is ordered; often two columns were swapped or a zone is wrong.",
        "{placed_at: 2026-06-04T10:00:00Z, delivered_at: 2026-06-01T10:00:00Z}",
        "{placed_at: 2026-06-01T10:00:00Z, delivered_at: 2026-06-04T10:00:00Z}",
    ),
    DocumentedFinding(
        "I309",
        "a row that came before",
        "Two rows of one key would count twice; which of them holds nobody can tell.",
        "chats: [{chat_id: c1, ...}, {chat_id: c1, ...}]",
        "chats: [{chat_id: c1, ...}, {chat_id: c2, ...}]",
    ),
    DocumentedFinding(
        "I310",
        "a supplied value that its parts contradict",
        "A value that differs from numerator ÷ denominator by more than 1e-6 is not theirs.",
        "{metric: late_rate, value: 5 %, numerator: 1, denominator: 10}",
        "{metric: late_rate, value: 10 %, numerator: 1, denominator: 10}",
    ),
    DocumentedFinding(
        "I311",
        "not exactly one of two columns",
        "The two exclude each other, and without either the row is about nothing.",
        "supplied_benchmarks: [{average: 2 %}]",
        "supplied_benchmarks: [{metric: late_rate, average: 2 %}]",
    ),
    DocumentedFinding(
        "I312",
        "a record that cannot be read",
        "A line with too many or too few cells, with an open quote, or with a key of JSON twice, is no row; "
        "it is set aside whole.",
        "o1,S1,2026-06-01T10:00:00Z,,,,,,,,,,too many",
        "o1,S1,2026-06-01T10:00:00Z",
    ),
    DocumentedFinding(
        "I321",
        "a file that cannot be read",
        "It is damaged, empty, or not of the kind its name says.",
        "orders.parquet that is no Parquet file",
        "the file as it was exported",
    ),
    DocumentedFinding(
        "I322",
        "a column is missing or is there twice",
        "A table cannot be read without its required columns, and two of one name have two meanings.",
        "orders.csv without placed_at",
        "order_id,shop_id,placed_at",
    ),
    DocumentedFinding(
        "I323",
        "a table that is there twice",
        "A table is one file, or one folder of files of one kind; two would be counted together or lost.",
        "orders.csv beside orders.parquet",
        "orders.parquet",
    ),
    DocumentedFinding(
        "I341",
        "a column the event model does not have",
        "It is not read. A misspelt one would otherwise be missed without a word.",
        "deliverd_at",
        "delivered_at",
    ),
    DocumentedFinding(
        "I342",
        "a file that is no table",
        "It is not read; its name is none of the event model's tables.",
        "order.csv",
        "orders.csv",
    ),
    DocumentedFinding(
        "I350",
        "files that were checked again",
        "--checked trusts what a former run found in unchanged files; where that does not hold, the run says "
        "why and checks them.",
        "orders.parquet written anew since the last run",
        "nothing: the run is right, only slower",
    ),
    DocumentedFinding(
        "I361",
        "a case with too many rows",
        "Cases are read into memory whole; more events belong into a data set.",
        "repeat: {orders: [{times: 1000000, ...}]}",
        "a folder with orders.parquet",
    ),
    DocumentedFinding(
        "I362",
        "a row of another subject",
        "A case is about one subject, and its rows inherit its id.",
        "shop: {shop_id: S1} and orders: [{shop_id: S2, ...}]",
        "orders: [{order_id: o1, ...}]",
    ),
    DocumentedFinding(
        "I363",
        "a case about another kind of subject",
        "A policy scores shops, creators or products, and a case names one of the kind.",
        "creator: {creator_id: C1} for a policy of shops",
        "shop: {shop_id: S1}",
    ),
)

"""What can be wrong with a bundle beyond its shape: permanent ids; the documentation is made from here."""

from __future__ import annotations

from shopscore.yaml.findings import DocumentedFinding

TWICE_SAID = "B201"
NOT_READ = "B202"
WRONG_FOLDER = "B203"
INCOMPLETE = "B204"
NO_PARENT = "B210"
CYCLE = "B211"
NOTHING_TO_REMOVE = "B212"
PLACE = "B213"
UNUSED_CLAIM = "B214"
ITEM_WITHOUT_ID = "B215"
TWO_CLAIMS = "B220"
UNFOUNDED = "B221"
NO_SOURCE = "B222"
UNKNOWN_NAME = "B230"
NO_PATH = "B231"
NAME_TWICE = "B240"
TAKEN_NAME = "B241"
ITEM_TWICE = "B242"
NO_ENGLISH = "B243"
KIND = "B250"
KIND_KEYS = "B251"
WINDOW = "B252"
DECAY = "B253"
CURVE = "B260"
NO_CURVE = "B261"
WEIGHT = "B262"
FORMS = "B263"
UNIT = "B270"
NO_SUCH = "B271"
BACKWARDS = "B272"
OVERLAP = "B280"

CATALOGUE: tuple[DocumentedFinding, ...] = (
    DocumentedFinding(
        TWICE_SAID,
        "the same thing said in two files",
        "The files of a version are one bundle; of two sayings only one could hold, and files have no order.",
        "metrics.yaml: metrics: {late_rate: ...}\nmore.yaml: metrics: {late_rate: ...}",
        "Say it in one file. Different keys of one section may stand in different files.",
    ),
    DocumentedFinding(
        NOT_READ,
        "a folder or file that is no part of a bundle",
        "A file that is left out in silence is a rule nobody applies.",
        "us-sps/2026.06/metrics.yml",
        "us-sps/2026.06/metrics.yaml",
    ),
    DocumentedFinding(
        WRONG_FOLDER,
        "a folder that names another bundle or version",
        "Bundles are found by their folders, so the folder and the text must agree.",
        'us-sps/2026.07/bundle.yaml: version: "2026.06"',
        'us-sps/2026.07/bundle.yaml: version: "2026.07"',
    ),
    DocumentedFinding(
        INCOMPLETE,
        "a bundle that lacks what every bundle needs",
        "Without a title, programme, subject and time zone nobody can be told what was scored, and when.",
        'id: us-sps\nversion: "2026.06"',
        "Add the key, or abstract: true where the bundle is only there to be extended.",
    ),
    DocumentedFinding(
        NO_PARENT,
        "a parent that is not there",
        "`extends` takes one version of one bundle, by its full name.",
        "extends: us-sps@2026.66",
        "extends: us-sps@2026.06",
    ),
    DocumentedFinding(
        CYCLE,
        "bundles that extend each other",
        "Each would have to be read before the other.",
        "a@1 extends b@1, b@1 extends a@1",
        "Let one of them stand on its own.",
    ),
    DocumentedFinding(
        NOTHING_TO_REMOVE,
        "null where nothing is inherited",
        "`null` removes what the parent says; where it says nothing, a name is most often misspelt.",
        "benefits: {flash_deal: null}",
        "benefits: {flash_deals: null}",
    ),
    DocumentedFinding(
        PLACE,
        "a list's item whose place is not certain",
        "The order of such lists has a meaning: an inherited item keeps its place, a new one says its own.",
        "adjustments: [{id: new-rule, when: ..., set: ...}]",
        "adjustments: [{id: new-rule, after: product-collapse, when: ..., set: ...}]",
    ),
    DocumentedFinding(
        UNUSED_CLAIM,
        "a mark without a value",
        "A mark holds for what is written beside it; inherited values keep the marks of their own file.",
        "metrics: {late_rate: {source: official}}",
        "metrics: {late_rate: {window: {days: 30}, source: official}}",
    ),
    DocumentedFinding(
        ITEM_WITHOUT_ID,
        "a list that cannot be merged with the inherited one",
        "Lists of items with an `id` merge by it; an item without one would meet none of them.",
        "floors: [{points: 3}]",
        "floors: [{id: low-volume, points: 3}]",
    ),
    DocumentedFinding(
        TWO_CLAIMS,
        "published and assumed at once",
        "Nothing assumed may look published.",
        "{value: 3, source: official, assumed: not published}",
        "{value: 3, assumed: not published}",
    ),
    DocumentedFinding(
        UNFOUNDED,
        "a number that comes from nowhere",
        "Every number in a bundle carries `source:` or `assumed:`, its own or that of a map around it.",
        "floors: [{id: young, points: 3}]",
        "floors: [{id: young, points: 3, source: official}]",
    ),
    DocumentedFinding(
        NO_SOURCE,
        "a source that is not declared",
        "A source is one of the bundle's `sources`, where its title and date stand.",
        "source: offical",
        "source: official",
    ),
    DocumentedFinding(
        UNKNOWN_NAME,
        "a name that names nothing",
        "Tables and columns are those of the event model; populations, metrics, dimensions the bundle's own.",
        "share_of: delivered_order",
        "share_of: delivered_orders",
    ),
    DocumentedFinding(
        NO_PATH,
        "a conflict about nothing",
        "A conflict names the places it is about, so that a scorecard can name the conflicts it touches.",
        "about: [metrics.late_rat]",
        "about: [metrics.late_rate]",
    ),
    DocumentedFinding(
        NAME_TWICE,
        "one name for two things",
        "Metrics, dimensions, values and items meet in the same formulas, so each needs its own name.",
        "metrics: {service: ...} and score: {dimensions: {service: ...}}",
        "score: {dimensions: {customer_service: ...}}",
    ),
    DocumentedFinding(
        TAKEN_NAME,
        "a name that already means something",
        "Words of the formula language and columns of the event model keep their meaning.",
        "values: {score: ...}",
        "values: {raw_score: ...}",
    ),
    DocumentedFinding(
        ITEM_TWICE,
        "one id for two items of a list",
        "An item is named by its id in messages, results and later versions.",
        "bands: [{id: good, ...}, {id: good, ...}]",
        "bands: [{id: excellent, ...}, {id: good, ...}]",
    ),
    DocumentedFinding(
        NO_ENGLISH,
        "a text without English",
        "English is what is shown where a language is missing.",
        "label: {id: Pesanan terlambat}",
        "label: {en: Late orders, id: Pesanan terlambat}",
    ),
    DocumentedFinding(
        KIND,
        "a metric of no kind, or of two",
        "The kind says how rows become one number.",
        "late_rate: {share_of: orders, count_of: orders}",
        "late_rate: {share_of: orders}",
    ),
    DocumentedFinding(
        KIND_KEYS,
        "a key that this kind of metric does not take, or needs",
        "A key without effect would be a rule nobody applies.",
        "orders_30d: {count_of: orders, where: is_late, window: {days: 30}}",
        "Put the condition into the population.",
    ),
    DocumentedFinding(
        WINDOW,
        "a window that could mean two things",
        "A window is read in exactly one way, on every day of the year.",
        "window: {month: 2}",
        "window: {months: 2}",
    ),
    DocumentedFinding(
        DECAY,
        "a decay that does not decay",
        "An event weighs factor to the power of its steps of age: more than 0 and at most 1.",
        "decay: {factor: 1.7, every_days: 15}",
        "decay: {factor: 0.7, every_days: 15}",
    ),
    DocumentedFinding(
        CURVE,
        "a curve that turns back",
        "Raw values go up or down all the way; else one value would earn two different points.",
        "curve: [{at: 40 %, points: 1}, {at: 40 %, points: 4}]",
        "curve: [{at: 40 %, points: 1}, {at: 1.2 %, points: 4}]",
    ),
    DocumentedFinding(
        NO_CURVE,
        "a scored metric without a curve",
        "A metric of a dimension needs a curve that turns its value into points.",
        "dimensions: {service: {metrics: {late_rate: 1}}} without benchmarks: {late_rate: ...}",
        "Add score.benchmarks.late_rate with a curve.",
    ),
    DocumentedFinding(
        WEIGHT,
        "a weight that cannot be used",
        "Weights are whole millionths from 0 on, and some weight of a group is more than 0.",
        "weight: 0.33333333",
        "weight: 0.333333",
    ),
    DocumentedFinding(
        FORMS,
        "not exactly one of the forms a thing can have",
        "Two forms would say two things; none says nothing.",
        "{metric: late_rate, at_most: 4 %, below: 5 %}",
        "{metric: late_rate, at_most: 4 %}",
    ),
    DocumentedFinding(
        UNIT,
        "a unit that does not fit",
        "2 d are not 48 h here: a number counts in the unit of what it is compared with.",
        "settlement_days: {unit: days, default: 8 h}",
        "settlement_days: {unit: days, default: 8 d}",
    ),
    DocumentedFinding(
        NO_SUCH,
        "a day or time zone that does not exist",
        "Days are of the calendar, time zones of the IANA list.",
        "effective: {from: 2026-02-30}",
        "effective: {from: 2026-03-01}",
    ),
    DocumentedFinding(
        BACKWARDS,
        "a range that ends before it begins",
        "Both ends of a range belong to it, the smaller one first.",
        "effective: {from: 2026-06-22, until: 2026-06-01}",
        "effective: {from: 2026-06-01, until: 2026-06-22}",
    ),
    DocumentedFinding(
        OVERLAP,
        "two versions of one programme in force on the same day",
        "On any day at most one version of a market's programme is in force.",
        "2026.06 until 2026-07-31, 2026.07 from 2026-07-21",
        "2026.06 until 2026-07-20, 2026.07 from 2026-07-21",
    ),
)

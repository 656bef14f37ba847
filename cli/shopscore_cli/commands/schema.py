"""`shopscore schema`: the JSON Schemas of what people write and get."""

from __future__ import annotations

import json

import click

from shopscore_cli.options import examples, format_option


@click.command("schema", epilog=examples("shopscore schema", "shopscore schema case > case.schema.json"))
@click.argument("name", required=False)
@format_option()
def command(name: str | None, format: str) -> None:
    """Print a JSON Schema, or list them.

    Editors that know YAML schemas complete and check policies and cases with them.
    """
    from shopscore.errors import UsageError, near_match
    from shopscore.resources import data_root
    from shopscore_cli.output import print_records
    from shopscore_cli.render.columns import columns

    files = sorted((data_root() / "schemas").iterdir(), key=lambda file: file.name)
    texts = {
        file.name.removesuffix(".schema.json"): file.read_text(encoding="utf-8")
        for file in files
        if file.name.endswith(".schema.json")
    }
    if name is not None:
        if name not in texts:
            raise UsageError(
                f"no schema is called {name!r}{near_match(name, texts)} (known: {', '.join(texts)})"
            )
        click.echo(texts[name].rstrip("\n"))
        return
    records = [{"name": each, "title": json.loads(text).get("title", "")} for each, text in texts.items()]
    if format != "table":
        print_records(records, format)
        return
    for line in columns([[each["name"], each["title"]] for each in records]):
        click.echo(line)

"""`shopscore plugins`: what is loaded, and what it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from shopscore_cli.options import examples, format_option
from shopscore_cli.session import Session, pass_session

if TYPE_CHECKING:
    from shopscore.hooks import Plugins


@click.command("plugins", epilog=examples("shopscore plugins"))
@format_option()
@pass_session
def command(session: Session, format: str) -> None:
    """List the loaded plugins with their versions and what each provides."""
    from shopscore_cli.output import print_records
    from shopscore_cli.render.columns import columns
    from shopscore_cli.render.paint import paint_for

    plugins = session.workspace.plugins
    records = [
        {"plugin": each.name, "version": each.version, "provides": _provided(plugins, each.name)}
        for each in plugins.loaded
    ]
    if format != "table":
        print_records(records, format)
        return
    paint = paint_for()
    rows = [[paint(title, "dim") for title in ("plugin", "version", "provides", "name", "")]]
    for plugin in plugins.loaded:
        name, version = plugin.name, plugin.version
        for each in _provided(plugins, plugin.name) or [{"what": "nothing by name", "name": "", "help": ""}]:
            rows.append([name, version, each["what"], each["name"], each["help"]])
            name = version = ""
    for line in columns(rows):
        click.echo(line)


def _provided(plugins: Plugins, plugin: str) -> list[dict[str, Any]]:
    """Return what a plugin provides, in the order of its kinds and names."""
    tables = {
        "metric kind": plugins.kinds,
        "formula function": plugins.functions,
        "reader": plugins.readers,
        "renderer": plugins.renderers,
    }
    return [
        {"what": what, "name": name, "help": getattr(tables[what][name], "help", "")}
        for (what, name), provider in plugins.providers.items()
        if provider == plugin
    ]

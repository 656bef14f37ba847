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
        for each in _provided(plugins, plugin.name):
            # a folder is too wide for the column of names
            told = ["", each["name"]] if each["what"] == "policies" else [each["name"], each["help"]]
            rows.append([name, version, each["what"], *told])
            rows += [["", "", "", f"  {option}:", help] for option, help in each["options"].items()]
            name = version = ""
    for line in columns(rows):
        click.echo(line)


def _provided(plugins: Plugins, plugin: str) -> list[dict[str, Any]]:
    """Return what a plugin provides, in the order of its kinds and names."""
    return [
        {
            "what": what,
            "name": name,
            "help": _help(plugins, what, name),
            "options": _options(plugins, what, name),
        }
        for (what, name), provider in plugins.providers.items()
        if provider == plugin
    ]


def _help(plugins: Plugins, what: str, name: str) -> str:
    match what:
        case "metric kind":
            return plugins.kinds[name].help
        case "formula function":
            function = plugins.functions[name]
            return f"{function.usage}: {function.help}"
        case "reader":
            return plugins.readers[name].help
        case "renderer":
            return plugins.renderers[name].help
        case "check":
            return next(check.title for check in plugins.checks if check.id == name)
        case _:
            return ""


def _options(plugins: Plugins, what: str, name: str) -> dict[str, str]:
    """Return what a kind takes under `with:`, and a reader as options, each with its help."""
    match what:
        case "metric kind":
            described = plugins.kinds[name].parameters.get("properties", {})
            return {option: each.get("description", "") for option, each in described.items()}
        case "reader":
            return dict(plugins.readers[name].options)
        case _:
            return {}

"""Option defaults from `shopscore.toml`: top-level keys for every command, a table for one."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from shopscore.errors import Finding, FindingsError, Level, Mark, UsageError, near_match
from shopscore.yaml.findings import DocumentedFinding

FILE = "shopscore.toml"

NOT_TOML, UNKNOWN_KEY, WRONG_VALUE = "C101", "C102", "C103"

FINDINGS = (
    DocumentedFinding(
        NOT_TOML,
        "settings that are not TOML",
        "The rest of the file has no certain meaning, so nothing of it is used.",
        "threads: 2",
        "threads = 2",
    ),
    DocumentedFinding(
        UNKNOWN_KEY,
        "a setting that is no option",
        "Keys are long option names without their dashes, or a command's name for a table of its own. "
        "An unknown one would have no effect in silence.",
        "[score]\\nthread = 2",
        "[score]\\nthreads = 2",
    ),
    DocumentedFinding(
        WRONG_VALUE,
        "a setting with a value its option does not take",
        "A setting is checked like the option on the command line, before anything runs.",
        "[score]\\nengine = 'spark'",
        "[score]\\nengine = 'duckdb'",
    ),
)

Defaults = dict[str, Any]


def read_settings(path: Path, group: click.Group) -> Defaults:
    """Return option defaults by command, as click wants them.

    Raises FindingsError with everything wrong in the file.
    """
    text = _text(path)
    try:
        settings = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FindingsError([_not_toml(path, text, error)]) from error
    with click.Context(group) as context:
        commands = {name: group.get_command(context, name) for name in group.list_commands(context)}
    reader = _Reader(path, text, {name: command for name, command in commands.items() if command})
    defaults = reader.read(settings)
    if reader.findings:
        raise FindingsError(reader.findings)
    return defaults


class _Reader:
    """One reading of a settings file; findings gather."""

    def __init__(self, path: Path, text: str, commands: dict[str, click.Command]) -> None:
        self.findings: list[Finding] = []
        self._path = path
        self._lines = text.splitlines()
        self._options = {name: dict(_options(command)) for name, command in commands.items()}
        self._commands = commands

    def read(self, settings: dict[str, Any]) -> Defaults:
        defaults: Defaults = {name: {} for name in self._commands}
        shared = {option for options in self._options.values() for option in options}
        for key, value in settings.items():
            if key in self._commands and isinstance(value, dict):
                self._one_command(key, value, defaults)
            elif key in shared and not isinstance(value, dict):
                self._take("", key, value, defaults)
            else:
                known = self._commands if isinstance(value, dict) else shared
                what = "command" if isinstance(value, dict) else "option"
                self._find(UNKNOWN_KEY, "", key, f"no {what} is called {key!r}{near_match(key, known)}")
        return defaults

    def _one_command(self, command: str, table: dict[str, Any], defaults: Defaults) -> None:
        for key, value in table.items():
            if key in self._options[command]:
                self._take(command, key, value, defaults)
            else:
                hint = near_match(key, self._options[command])
                self._find(UNKNOWN_KEY, command, key, f"{command} has no option {key!r}{hint}")

    def _take(self, table: str, key: str, value: Any, defaults: Defaults) -> None:
        """Take a value for one command, or for all that have the option; what one refuses is told once."""
        refused: dict[str, str] = {}
        commands = [table] if table else [name for name, options in self._options.items() if key in options]
        for command in commands:
            option = self._options[command][key]
            assert option.name is not None
            problem = _problem(option, self._commands[command], value)
            if problem:
                refused[command] = problem
            else:
                defaults[command][option.name] = value
        if refused:
            some = f" (of {', '.join(refused)})" if len(refused) < len(commands) else ""
            self._find(WRONG_VALUE, table, key, f"{key}{some}: {next(iter(refused.values()))}")

    def _find(self, id_: str, table: str, key: str, message: str) -> None:
        self.findings.append(Finding(id_, Level.ERROR, self._mark(table, key), message))

    def _mark(self, table: str, key: str) -> Mark:
        """Return the place of a key; TOML readers keep none, so the line is looked for."""
        section = ""
        for number, line in enumerate(self._lines, 1):
            if header := re.match(r"\s*\[([^\[\]]+)\]", line):
                section = header[1].strip().strip("\"'")
                if section == key and not table:
                    return Mark(str(self._path), number, header.start(1) + 1)
            elif section == table and re.match(rf"\s*([\"']?){re.escape(key)}\1\s*[.=]", line):
                return Mark(str(self._path), number, len(line) - len(line.lstrip()) + 1)
        return Mark(str(self._path), 1, 1)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"{path} is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02X}"
        ) from error


def _options(command: click.Command) -> Iterator[tuple[str, click.Option]]:
    for parameter in command.params:
        # Views such as --resolved are asked for, not set; of help there is nothing to set either.
        is_view = isinstance(parameter, click.Option) and parameter.is_flag and not parameter.is_bool_flag
        if isinstance(parameter, click.Option) and parameter.name != "help" and not is_view:
            longest = max(parameter.opts, key=len)
            yield longest.removeprefix("--"), parameter


def _problem(option: click.Option, command: click.Command, value: Any) -> str | None:
    if option.multiple != isinstance(value, list):
        return f"expected {'a list' if option.multiple else 'one value'}, found {value!r}"
    if option.is_flag and not isinstance(value, bool):
        return f"expected true or false, found {value!r}"
    if isinstance(value, bool) and not option.is_flag:
        return f"expected a value, found {str(value).lower()}"
    try:
        option.type_cast_value(click.Context(command), value)
    except click.BadParameter as error:
        return error.message
    return None


def _not_toml(path: Path, text: str, error: tomllib.TOMLDecodeError) -> Finding:
    said = str(error)
    place = re.search(r" \(at line (\d+), column (\d+)\)", said)
    if place:
        mark = Mark(str(path), int(place[1]), int(place[2]))
    else:  # at the end of the document
        lines = text.splitlines() or [""]
        mark = Mark(str(path), len(lines), len(lines[-1]) + 1)
    words = re.sub(r" \(at .*\)$", "", said)
    return Finding(NOT_TOML, Level.ERROR, mark, f"not TOML: {words[0].lower()}{words[1:]}")

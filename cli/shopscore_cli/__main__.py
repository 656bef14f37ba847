"""Run `python -m shopscore_cli`."""

from shopscore_cli.main import main

main()

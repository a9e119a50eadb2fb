"""Run the command line: `python -m aiobarcopulse`. Installed one folder up."""

from aiobarcopulse.cli import main

main()

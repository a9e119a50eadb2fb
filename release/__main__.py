"""The command line of scripts/release."""

import argparse
from pathlib import Path
import sys

from .archive import pack
from .versions import ReleaseError, check, notes

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Write the zip file and the release notes to a folder; return the exit code."""
    parser = argparse.ArgumentParser(prog="scripts/release")
    parser.add_argument("--tag", help="the tag of the release")
    parser.add_argument(
        "folder", type=Path, help="folder for the zip file and notes.md"
    )
    chosen = parser.parse_args()
    try:
        version = check(ROOT, chosen.tag)
    except ReleaseError as error:
        print(error, file=sys.stderr)
        return 1
    chosen.folder.mkdir(parents=True, exist_ok=True)
    (chosen.folder / "notes.md").write_text(notes(ROOT))
    print(version, pack(ROOT, chosen.folder))
    return 0


sys.exit(main())

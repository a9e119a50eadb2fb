"""`python -m release`, as scripts/release starts it."""

import argparse
from pathlib import Path
import sys

from .archive import pack
from .versions import ReleaseError, check, notes

ROOT = Path(__file__).parents[1]


def main() -> int:
    """Write the zip and its notes into a folder, and return an exit code."""
    parser = argparse.ArgumentParser(prog="scripts/release")
    parser.add_argument("--tag", help="the tag that is released")
    parser.add_argument("folder", type=Path, help="where the zip and notes.md go")
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

"""The zip file that is attached to a release."""

import os
from pathlib import Path
import subprocess
from typing import Final

from .versions import INTEGRATION

NAME: Final = "barco_pulse.zip"


def pack(root: Path, folder: Path) -> Path:
    """Write the zip file of the integration as committed; return its path.

    The same commit always makes the same file.
    """
    path = folder.resolve() / NAME
    subprocess.run(
        # In a subfolder, `git archive` packs that folder alone.
        ["git", "archive", "--format=zip", f"--output={path}", "HEAD"],
        cwd=root / INTEGRATION,
        check=True,
        # The time of the commit is written as local time.
        env=os.environ | {"TZ": "UTC"},
    )
    return path

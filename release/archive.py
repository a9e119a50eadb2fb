"""The zip that is attached to a release."""

from pathlib import Path
import subprocess
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from .versions import INTEGRATION

NAME: Final = "barco_pulse.zip"
_READABLE: Final = 0o100644 << 16


def pack(root: Path, folder: Path) -> Path:
    """Zip what git knows of the integration; the same files make the same zip."""
    source = root / INTEGRATION
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=source, check=True, capture_output=True
    )
    path = folder / NAME
    with ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
            entry = ZipInfo(name)
            entry.external_attr = _READABLE
            entry.compress_type = ZIP_DEFLATED
            archive.writestr(entry, (source / name).read_bytes())
    return path

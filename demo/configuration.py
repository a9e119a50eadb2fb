"""The folder of Home Assistant's configuration, ready to start from."""

import json
from pathlib import Path
import shutil

from .settings import REPOSITORY, Settings

TEMPLATES = Path(__file__).parent
BLUEPRINTS = "blueprints/automation/barco_pulse"


def prepare(settings: Settings) -> Path:
    """Make what Home Assistant needs to start without questions; return the folder.

    What a person changed in the running Home Assistant stays, unless a reset is asked.
    """
    folder = settings.folder / "home-assistant"
    if settings.reset:
        shutil.rmtree(folder, ignore_errors=True)
    storage = folder / ".storage"
    storage.mkdir(parents=True, exist_ok=True)

    shutil.copy(TEMPLATES / "configuration.yaml", folder)
    for name in ("automations.yaml", "scenes.yaml", "scripts.yaml"):
        (folder / name).touch()

    link = folder / "custom_components"
    link.unlink(missing_ok=True)
    link.symlink_to(REPOSITORY / "custom_components")

    _link_blueprints(folder / BLUEPRINTS)

    for name in ("auth", "onboarding"):
        if not (storage / name).exists():
            shutil.copy(TEMPLATES / "storage" / f"{name}.json", storage / name)

    # The port may be another one each time.
    http = json.loads((TEMPLATES / "storage" / "http.json").read_text())
    http["data"]["stable"]["server_port"] = settings.port
    (storage / "http").write_text(json.dumps(http))
    return folder


def _link_blueprints(folder: Path) -> None:
    """Offer our blueprints: one by one, for Home Assistant looks into no linked folder."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for blueprint in (REPOSITORY / BLUEPRINTS).glob("*.yaml"):
        (folder / blueprint.name).symlink_to(blueprint)

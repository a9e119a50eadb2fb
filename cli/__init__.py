"""The command line tool of aiobarcopulse. Needs the extra `cli`."""

from importlib import import_module
import sys


def main() -> None:
    """Run the command line."""
    try:
        import_module(".app", __name__).app(prog_name="aiobarcopulse")
    except KeyboardInterrupt:  # while the modules are loaded
        sys.exit(130)
    except ModuleNotFoundError as error:
        if error.name not in ("async_upnp_client", "rich", "typer", "wakeonlan"):
            raise
        sys.exit(
            f"{error.name} is not installed. Run: pip install 'aiobarcopulse[cli]'"
        )

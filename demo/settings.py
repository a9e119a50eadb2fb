"""Settings of the demo, from the command line and the environment."""

import argparse
from dataclasses import dataclass
import os
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
# The prefix of the entity IDs in the examples of README and docs.
NAME = "cinema"


class DemoError(Exception):
    """The demo cannot run; the message gives the reason."""


@dataclass(frozen=True, slots=True)
class Projector:
    """A simulated projector."""

    model: str
    port: int
    pin: str | None
    options: tuple[str, ...] = ()
    """Further options of the simulator."""

    @property
    def control_port(self) -> int:
        """Return the port for scripts/control."""
        return self.port + 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one run."""

    folder: Path
    reset: bool
    port: int
    ready_made: Projector
    by_hand: Projector
    speed: float

    @property
    def url(self) -> str:
        """Return the URL of Home Assistant."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def projectors(self) -> tuple[Projector, Projector]:
        """Return the projector that the demo adds and the one for the user to add."""
        return self.ready_made, self.by_hand

    @property
    def ports(self) -> tuple[tuple[int, str], ...]:
        """Return all ports with the options that change them."""
        return (
            (self.port, "--port"),
            (self.ready_made.port, "--projector-port"),
            (self.ready_made.control_port, "--projector-port"),
            (self.by_hand.port, "--second-port"),
            (self.by_hand.control_port, "--second-port"),
        )


def read_settings() -> Settings:
    """Parse the command line, with defaults from the environment."""
    options = _create_parser().parse_args()
    return Settings(
        folder=options.folder.resolve(),
        reset=options.reset,
        port=options.port,
        # On, because many entities are unavailable while it is off.
        ready_made=Projector(
            "balder_cs",
            options.projector_port,
            pin="12345",
            options=(
                *("--state", "on"),
                *("--value", f"system.name={NAME.title()}"),
                *("--value", "image.window.main.source=DisplayPort 1"),
            ),
        ),
        by_hand=Projector(
            "hdr_cs",
            options.second_port,
            pin=None,
            options=("--value", "system.name=Hall"),
        ),
        speed=options.speed,
    )


def _create_parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Home Assistant with simulated Barco Pulse projectors.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )

    def option(name: str, value_type: type, default: object, text: str) -> None:
        """Add an option with its environment variable."""
        variable = f"DEMO_{name.upper().replace('-', '_')}"
        parser.add_argument(
            f"--{name}",
            type=value_type,
            default=os.environ.get(variable, default),
            help=f"{text} (or {variable})",
        )

    parser.add_argument(
        "--reset", action="store_true", help="delete all data and start over"
    )
    option("port", int, 8123, "port of Home Assistant")
    option("projector-port", int, 9090, "port of the projector that the demo adds")
    option("second-port", int, 9091, "port of the projector to add by hand")
    option("speed", float, 4.0, "speed of the projectors relative to real ones")
    option("folder", Path, REPOSITORY / ".demo", "folder for the data of the demo")
    return parser

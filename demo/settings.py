"""What the demo runs and where, from the command line and the environment."""

import argparse
from dataclasses import dataclass
import os
from pathlib import Path

REPOSITORY = Path(__file__).parents[1]
# What the examples in README and docs call the projector: entity ids begin with it.
NAME = "cinema"


class DemoError(Exception):
    """Something keeps the demo from running; the text tells a person what."""


@dataclass(frozen=True, slots=True)
class Projector:
    """A simulated projector: its model in `simulator/models`, its port and PIN."""

    model: str
    port: int
    pin: str | None
    options: tuple[str, ...] = ()
    """Of the simulator, beyond these."""

    @property
    def control_port(self) -> int:
        """Where scripts/control talks to it."""
        return self.port + 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """One run of the demo."""

    folder: Path
    reset: bool
    port: int
    ready_made: Projector
    by_hand: Projector
    speed: float

    @property
    def url(self) -> str:
        """Where Home Assistant answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def projectors(self) -> tuple[Projector, Projector]:
        """The one that is added already and the one to add by hand."""
        return self.ready_made, self.by_hand

    @property
    def ports(self) -> tuple[tuple[int, str], ...]:
        """All ports that are needed, each with the option that changes it."""
        return (
            (self.port, "--port"),
            (self.ready_made.port, "--projector-port"),
            (self.ready_made.control_port, "--projector-port"),
            (self.by_hand.port, "--second-port"),
            (self.by_hand.control_port, "--second-port"),
        )


def read_settings() -> Settings:
    """Read the command line; each option's default can come from the environment."""
    parser = argparse.ArgumentParser(
        prog="scripts/demo",
        description="Home Assistant with simulated Barco Pulse projectors.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )

    def option(name: str, kind: type, default: object, text: str) -> None:
        """Add an option with its environment variable."""
        variable = f"DEMO_{name.upper().replace('-', '_')}"
        parser.add_argument(
            f"--{name}",
            type=kind,
            default=os.environ.get(variable, default),
            help=f"{text} (or {variable})",
        )

    parser.add_argument(
        "--reset", action="store_true", help="forget all and start over"
    )
    option("port", int, 8123, "of Home Assistant")
    option("projector-port", int, 9090, "of the projector that is added already")
    option("second-port", int, 9091, "of the projector to add by hand")
    option("speed", float, 4.0, "how much faster than real ones the projectors are")
    option("folder", Path, REPOSITORY / ".demo", "where the demo keeps its state")
    chosen = parser.parse_args()
    return Settings(
        folder=chosen.folder.resolve(),
        reset=chosen.reset,
        port=chosen.port,
        # On: what it shows off cannot be seen while it is off.
        ready_made=Projector(
            "balder_cs",
            chosen.projector_port,
            pin="12345",
            options=(
                *("--state", "on"),
                *("--value", f"system.name={NAME.title()}"),
                *("--value", "image.window.main.source=DisplayPort 1"),
            ),
        ),
        by_hand=Projector(
            "hdr_cs",
            chosen.second_port,
            pin=None,
            options=("--value", "system.name=Hall"),
        ),
        speed=chosen.speed,
    )

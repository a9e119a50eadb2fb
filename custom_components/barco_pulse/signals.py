"""Floor 3: the signal of the active source, whichever connector feeds it."""

from collections.abc import Iterable, Mapping

from .protocol import JsonObject, JsonValue


def signal_names(connectors: Iterable[str]) -> set[str]:
    """Return the properties that tell what these connectors detect."""
    return {f"image.connector.{name}.detectedsignal" for name in connectors}


def active_signal(
    values: Mapping[str, JsonValue], connectors: Iterable[str]
) -> JsonObject | None:
    """Return the first active signal, else any; None where there is none to tell.

    Its members are described in specs/PROTOCOL.md; `active` false means no signal.
    """
    signals = [
        signal
        for name in sorted(signal_names(connectors))
        if isinstance(signal := values.get(name), Mapping)
    ]
    active = (signal for signal in signals if signal.get("active"))
    return next(active, signals[0] if signals else None)

"""Which error is raised if neither reading nor the PIN helps."""

from typing import Any, cast

import pytest

from custom_components.barco_pulse.pulse.api import PulseClient
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseError,
    PulsePermissionError,
    PulseProtocolError,
)
from custom_components.barco_pulse.pulse.pin_fallback import PinFallback
from custom_components.barco_pulse.pulse.sleep import SleepMonitor

REFUSED = PulseAuthenticationError("wrong PIN")
UNREADABLE = PulsePermissionError("no access")
GARBLED = PulseProtocolError("garbage")


class FakeClient:
    """A client whose projector refuses the PIN when it is sent again."""

    def __init__(self, *, connected: bool) -> None:
        """Be connected, or not any more."""
        self.connected = connected
        self.pin_refused = False
        self.pin_questionable = False

    async def authenticate(self) -> bool:
        """Refuse the PIN."""
        raise REFUSED


@pytest.mark.parametrize(
    ("errors", "connected", "raised"),
    [
        ([UNREADABLE], True, REFUSED),
        ([GARBLED], True, REFUSED),
        ([GARBLED], False, GARBLED),
        ([REFUSED, UNREADABLE], True, REFUSED),
        ([REFUSED, GARBLED], True, REFUSED),
        ([REFUSED, GARBLED], False, GARBLED),
    ],
    ids=str,
)
async def test_error(
    errors: list[PulseError], connected: bool, raised: PulseError
) -> None:
    """Raise the refusal of the PIN, unless the connection broke over garbage."""
    client: Any = FakeClient(connected=connected)
    sleep: Any = type("Sleep", (), {"is_starting": False})()
    fallback = PinFallback(cast(PulseClient, client), cast(SleepMonitor, sleep))
    outcomes = iter(errors)

    async def initialize() -> None:
        raise next(outcomes)

    with pytest.raises(type(raised)) as error:
        await fallback.initialize(initialize)
    assert error.value is raised
    assert next(outcomes, None) is None

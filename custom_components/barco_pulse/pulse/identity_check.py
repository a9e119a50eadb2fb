"""Check that the expected projector answers."""

from .const import IDENTITY
from .exceptions import PulseDeviceMismatchError
from .identity import Identity, identity_of
from .json_types import JsonObject, JsonValue
from .state import ProjectorState


class IdentityCheck:
    """Updates the identity in `ProjectorState`, and refuses other serial numbers."""

    def __init__(
        self, state: ProjectorState, serial_number: str | None, stored: JsonValue
    ) -> None:
        """Expect `serial_number`; None: that of the first projector that answers.

        `stored` is an identity as JSON. It is used if its serial number is expected.
        """
        self._state = state
        self._serial_number = serial_number
        identity = Identity.from_json(stored)
        if identity and identity.serial_number == serial_number:
            state.identity = identity

    def accept(self, answers: JsonObject) -> bool:
        """Update the identity; return True if the firmware has changed.

        Raises PulseDeviceMismatchError if another projector answers, and PulseError
        like `identity_of`.
        """
        incomplete, known = self._state.cache.incomplete, self._state.identity
        identity = identity_of(answers, incomplete=incomplete, known=known)
        serial_number = identity.serial_number
        if serial_number != (self._serial_number or serial_number):
            raise PulseDeviceMismatchError(
                "Another projector answers at this address", identity.model_and_serial
            )
        self._state.identified(identity)
        self._serial_number = serial_number
        return known is not None and identity.firmware != known.firmware

    async def read_serial_number(self) -> None:
        """Read and check only the serial number, for connections that never last.

        Raises PulseDeviceMismatchError if another projector answers.
        """
        name = IDENTITY["serial_number"]
        serial_number = (await self._state.cache.get([name])).get(name)
        if serial_number is not None and str(serial_number) != self._serial_number:
            raise PulseDeviceMismatchError("Another projector answers at this address")

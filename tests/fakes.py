"""A fake projector for introspection."""

from collections.abc import Callable

from custom_components.barco_pulse.pulse.exceptions import PulseInvalidStateError
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

ABSENT = PulseInvalidStateError("Object not found", -32601)
BUSY = PulseInvalidStateError("Method doesn't exist on interface", -32000)

type Answers = dict[str, JsonValue | Exception]


class FakeProjector:
    """Responds to methods by name, and to introspection by object.

    The description of an object is stored under its name, the recursive one under
    "<name>.*". Other requests get an error; an exception in the table is raised.
    """

    def __init__(self, answers: Answers) -> None:
        """Initialize with these responses."""
        self.answers = answers
        self.asked: list[str] = []
        self.meanwhile: Callable[[str], object] = lambda name: None
        """Called with what was asked for when the answer is on its way."""

    async def __call__(self, method: str, params: JsonValue = None) -> JsonValue:
        """Respond to a request."""
        name = method
        if method == "introspect":
            assert isinstance(params, dict)
            name = str(params["object"])
            if params["recursive"]:
                name += ".*"
        elif isinstance(params, dict) and "valuetype" in params:
            assert params["type"] == "Sensor"
            name = f"{method} {params['valuetype']}"
        self.asked.append(name)
        answer = self.answers.get(name, ABSENT)
        self.meanwhile(name)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def take_requests(self) -> list[str]:
        """Return the requests since the last call."""
        asked, self.asked = self.asked, []
        return asked


DIMMED = "illumination.dim"
STANDBY: Answers = {
    "": {"objects": [{"name": "system"}]},
    "system.*": {"properties": [{"name": "state", "type": "enum"}]},
}
POWERED: Answers = {
    "": {"objects": [{"name": "system"}, {"name": "illumination"}, {"name": "dmx"}]},
    "system.*": STANDBY["system.*"],
    "illumination.*": {
        "methods": [{"name": "dim", "params": [{"name": "to", "type": "float"}]}],
        "objects": [
            {
                "name": "illumination.sources.laser",
                "properties": [
                    {
                        "name": "power",
                        "type": {"base": "float", "max": 80},
                        "access": "RW",
                    }
                ],
            }
        ],
    },
    "dmx.*": {"properties": ["mode"]},
}
ASKED = ["", "system.*", "illumination.*"]
"""The requests to a projector that was never seen on."""


async def seen_on(projector: FakeProjector) -> Introspector:
    """Return the stored data of a projector that was seen on."""
    introspector = Introspector(projector)
    await introspector.update("on")
    projector.take_requests()
    return introspector

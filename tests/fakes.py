"""As much of a projector as finding out what it has needs."""

from collections.abc import Callable

from custom_components.barco_pulse.pulse.exceptions import PulseInvalidStateError
from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

ABSENT = PulseInvalidStateError("Object not found", -32601)
BUSY = PulseInvalidStateError("Method doesn't exist on interface", -32000)

type Answers = dict[str, JsonValue | Exception]


class FakeProjector:
    """Answers methods by name, and descriptions of objects.

    The description of an object goes by its name, that with all below it by
    "<name>.*". What is not among the answers is absent; an exception is raised.
    """

    def __init__(self, answers: Answers) -> None:
        """Answer this."""
        self.answers = answers
        self.asked: list[str] = []
        self.meanwhile: Callable[[str], object] = lambda name: None
        """Called with what was asked for when the answer is on its way."""

    async def __call__(self, method: str, params: JsonValue = None) -> JsonValue:
        """Answer a request."""
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
        """Return what was asked for since the last time."""
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
"""What a projector is asked that was never seen on."""


async def seen_on(projector: FakeProjector) -> Introspector:
    """Return what is known of a projector that was seen on, once."""
    discovery = Introspector(projector)
    await discovery.update("on")
    projector.take_requests()
    return discovery

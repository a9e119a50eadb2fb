"""Connectors of a source, and optional requests."""

import pytest

from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue
from custom_components.barco_pulse.pulse.model.source_connectors import MAX_CONNECTORS

from .fakes import ABSENT, BUSY, FakeProjector

METHOD = "image.source.dualdp.listconnectors"


@pytest.mark.parametrize(
    ("response", "connectors"),
    [
        (
            [{"name": "DisplayPort 1"}, {"name": "DisplayPort 2"}],
            ("displayport1", "displayport2"),
        ),
        (["DisplayPort 1"], ("displayport1",)),
        ([], ("dualdp",)),
        (ABSENT, ("dualdp",)),
        ("HDMI", ("dualdp",)),
        ([None, {"name": 7}, {}], ("dualdp",)),
    ],
    ids=str,
)
async def test_connectors(
    response: JsonValue | Exception, connectors: tuple[str, ...]
) -> None:
    """Use the listed connectors of a source, or the source itself."""
    projector = FakeProjector({METHOD: response})
    introspector = Introspector(projector)

    assert await introspector.source_connectors.find("Dual DP") == connectors
    assert await introspector.source_connectors.find("Dual DP") == connectors
    assert projector.asked == [METHOD]


async def test_connectors_are_requested_again() -> None:
    """Request connectors again after a change or a busy response."""
    projector = FakeProjector({METHOD: BUSY})
    introspector = Introspector(projector)
    assert await introspector.source_connectors.find("Dual DP") == ("dualdp",)
    assert introspector.requests.incomplete

    projector.answers = {METHOD: ["DP 1"]}
    await introspector.update("on")
    assert await introspector.source_connectors.find("Dual DP") == ("dp1",)

    projector.answers = {METHOD: ["DP 1", "DP 2"]}
    introspector.invalidate("image")
    await introspector.update("on")
    assert await introspector.source_connectors.find("Dual DP") == ("dp1", "dp2")


async def test_connectors_of_many_sources() -> None:
    """Forget the oldest connectors if a projector keeps renaming its sources."""
    projector = FakeProjector({})
    connectors = Introspector(projector).source_connectors
    names = [f"source{number}" for number in range(MAX_CONNECTORS + 1)]
    for name in names:
        await connectors.find(name)
    asked = len(projector.asked)
    await connectors.find(names[-1])
    assert len(projector.asked) == asked
    await connectors.find(names[0])
    assert len(projector.asked) == asked + 1


async def test_request_optional() -> None:
    """Return nothing for a refused method, and retry a busy one later."""
    introspector = Introspector(FakeProjector({"yes": 1, "no": ABSENT, "later": BUSY}))
    assert await introspector.requests.request("yes") == 1
    assert await introspector.requests.request("no") is None
    assert not introspector.requests.incomplete
    assert await introspector.requests.request("later") is None
    assert introspector.requests.incomplete

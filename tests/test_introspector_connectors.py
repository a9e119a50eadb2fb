"""Connectors of a source, and optional requests."""

import pytest

from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

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
    discovery = Introspector(projector)

    assert await discovery.connectors("Dual DP") == connectors
    assert await discovery.connectors("Dual DP") == connectors
    assert projector.asked == [METHOD]


async def test_connectors_are_requested_again() -> None:
    """Request connectors again after a change or a busy response."""
    projector = FakeProjector({METHOD: BUSY})
    discovery = Introspector(projector)
    assert await discovery.connectors("Dual DP") == ("dualdp",)
    assert discovery.incomplete

    projector.answers = {METHOD: ["DP 1"]}
    await discovery.update("on")
    assert await discovery.connectors("Dual DP") == ("dp1",)

    projector.answers = {METHOD: ["DP 1", "DP 2"]}
    discovery.invalidate("image")
    await discovery.update("on")
    assert await discovery.connectors("Dual DP") == ("dp1", "dp2")


async def test_request_optional() -> None:
    """Return nothing for a refused method, and retry a busy one later."""
    discovery = Introspector(FakeProjector({"yes": 1, "no": ABSENT, "later": BUSY}))
    assert await discovery.request_optional("yes") == 1
    assert await discovery.request_optional("no") is None
    assert not discovery.incomplete
    assert await discovery.request_optional("later") is None
    assert discovery.incomplete

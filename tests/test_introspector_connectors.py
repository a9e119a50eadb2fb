"""Which connectors feed a source, and other questions to a projector."""

import pytest

from custom_components.barco_pulse.pulse.introspection import Introspector
from custom_components.barco_pulse.pulse.json_types import JsonValue

from .fakes import ABSENT, BUSY, FakeProjector

METHOD = "image.source.dualdp.listconnectors"


@pytest.mark.parametrize(
    ("listed", "connectors"),
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
    listed: JsonValue | Exception, connectors: tuple[str, ...]
) -> None:
    """A source tells its connectors; one that does not is its own connector."""
    projector = FakeProjector({METHOD: listed})
    discovery = Introspector(projector)

    assert await discovery.connectors("Dual DP") == connectors
    assert await discovery.connectors("Dual DP") == connectors
    assert projector.asked == [METHOD]


async def test_connectors_are_asked_for_again() -> None:
    """After a change, and where the projector was too busy to tell."""
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


async def test_ask() -> None:
    """A method that is refused has no answer now; a busy projector has one later."""
    discovery = Introspector(FakeProjector({"yes": 1, "no": ABSENT, "later": BUSY}))
    assert await discovery.request_optional("yes") == 1
    assert await discovery.request_optional("no") is None
    assert not discovery.incomplete
    assert await discovery.request_optional("later") is None
    assert discovery.incomplete

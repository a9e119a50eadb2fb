"""The integration reads, and writes only for commands."""

import pytest

from .conftest import SetUpProjector

pytestmark = pytest.mark.usefixtures("watched_sensors")

LOOKING = {
    "authenticate",
    "environment.getcontrolblocks",
    "introspect",
    "lightmeasurement.getlightoutput",
    "property.get",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
}


@pytest.mark.usefixtures("entity_registry_enabled_by_default", "fast_timings")
@pytest.mark.parametrize("model", ["udx", "balder_cs", "hdr_cs", "minimal"])
async def test_no_write_requests_during_power_cycle(
    setup_projector: SetUpProjector, model: str
) -> None:
    """Send no write request, with every entity enabled."""
    home = await setup_projector(model, state="on")
    projector = home.projector
    for state in ("deconditioning", "ready", "conditioning", "on"):
        projector.change("system.state", state)
        await home.until("sensor.state", state)
    asked = set(projector.counters.requests)
    lists = {method for method in asked if method.rpartition(".")[2][:4] == "list"}
    assert asked - lists <= LOOKING

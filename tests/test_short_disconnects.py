"""Short disconnects do not make entities unavailable."""

import asyncio
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest

from .common import asked_again
from .conftest import Home, SetUpProjector, change_timings, logged, set_faults
from .observe import record_requests, written

POWER = "illumination.sources.laser.power"
PROJECTOR = "media_player.projector"
PRESS = "keydispatcher.postevent"

pytestmark = pytest.mark.usefixtures("default_unavailable_delay")


@pytest.fixture
def short_unavailable_delay(
    default_unavailable_delay: None, hass: HomeAssistant
) -> None:
    """Make projectors unavailable after a short delay."""
    change_timings(hass, unavailable_delay=0.2)


async def cut(home: Home, *, reset: bool = False) -> None:
    """Close the connection, and wait for the reconnect and its reads."""
    read = asked_again(home.projector, "property.get", 2)
    opened = home.projector.counters.connections_opened
    home.projector.drop(reset=reset)
    await home.projector.wait_until(
        lambda: home.projector.counters.connections_opened > opened and read()
    )


async def lose(home: Home) -> None:
    """Disconnect permanently, and wait until that is published."""
    home.projector.faults.refuse = True
    home.projector.drop()
    errors = home.entry.runtime_data.projector.errors
    async with asyncio.timeout(5):
        while not errors:
            await asyncio.sleep(0)


@pytest.mark.parametrize("reset", [False, True])
@pytest.mark.parametrize("model", ["hdr_cs", "udx"])
async def test_short_disconnect_writes_nothing(
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
    model: str,
    reset: bool,
) -> None:
    """Neither write states nor log."""
    home = await setup_projector(model, state="on")
    caplog.clear()
    names = written(home)

    for _ in range(3):
        await cut(home, reset=reset)
    home.projector.change(POWER, 61)  # the end
    await home.until("number.laser_power", "61")

    assert names == ["number.laser_power"]
    assert logged(caplog) == []


@pytest.mark.parametrize(
    ("action", "name", "data"),
    [
        ("set_value", "number.laser_power", {"value": 61}),
        ("send_command", "remote.remote", {"command": "menu"}),
        ("select_option", "select.preset", {"option": "5: Gaming"}),
        ("select_source", PROJECTOR, {"source": "DisplayPort 1"}),
        ("turn_off", PROJECTOR, {}),
    ],
)
async def test_command_during_a_short_disconnect(
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
    action: str,
    name: str,
    data: dict[str, Any],
) -> None:
    """Send the command once, after the reconnect."""
    methods = {
        "set_value": "property.set",
        "send_command": PRESS,
        "select_option": "profile.activatepreset",
        "select_source": "property.set",
        "turn_off": "system.poweroff",
    }
    home = await setup_projector("hdr_cs", state="on", speed=1)
    caplog.clear()
    requests = record_requests(home.projector, methods[action])
    await lose(home)
    command = asyncio.create_task(home.act(action, name, **data))
    await asyncio.wait([command], timeout=0.05)
    assert not command.done()

    home.projector.faults.refuse = False

    await command
    assert len(requests) == 1
    assert home.value(name) != STATE_UNAVAILABLE
    assert logged(caplog) == []


@pytest.mark.parametrize(
    ("action", "name", "data"),
    [
        ("set_value", "number.laser_power", {"value": 61}),
        ("send_command", "remote.remote", {"command": "menu"}),
        ("select_source", PROJECTOR, {"source": "DisplayPort 1"}),
        ("turn_off", PROJECTOR, {}),
    ],
)
async def test_command_during_a_long_disconnect(
    short_unavailable_delay: None,
    setup_projector: SetUpProjector,
    caplog: pytest.LogCaptureFixture,
    action: str,
    name: str,
    data: dict[str, Any],
) -> None:
    """Raise an error when the projector becomes unavailable."""
    home = await setup_projector("hdr_cs", state="on", speed=1)
    caplog.clear()
    await lose(home)
    requests = record_requests(home.projector, "property.set", PRESS, "system.poweroff")

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act(action, name, **data)

    assert refusal.value.translation_key == "connection_refused"
    assert home.value(name) == STATE_UNAVAILABLE
    home.projector.faults.refuse = False
    await home.until(PROJECTOR, "on")
    assert requests == []
    title = home.entry.title
    [lost, found] = logged(caplog)
    assert lost.startswith(f"Lost {title}: Cannot connect to 127.0.0.1")
    assert found == f"{title} is back"


@pytest.mark.parametrize("fault", ["close_mid_reply", "reset_mid_reply"])
async def test_interrupted_key_is_not_repeated(
    setup_projector: SetUpProjector, fault: str
) -> None:
    """Send the key once, because it may have been pressed."""
    home = await setup_projector("hdr_cs", state="on")
    set_faults(home.projector, {"methods": (PRESS,), "count": 1, fault: True})

    with pytest.raises(HomeAssistantError) as refusal:
        await home.act("send_command", "remote.remote", command="menu")

    assert refusal.value.translation_key == "unreachable"
    assert home.projector.counters.requests[PRESS] == 1

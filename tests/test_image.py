"""Images of the screens of the projector."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
import logging
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.barco_pulse import image
from custom_components.barco_pulse.const import LIMITS, Limits
from simulator.screens import SCREENS, encode

from .conftest import Home, SetUpProjector, logged, set_faults

OSD = "image.osd"
LCD = "image.lcd"

# Home Assistant's own code causes this warning.
pytestmark = pytest.mark.filterwarnings(
    "ignore:It is recommended to use web.RequestKey:aiohttp.web_exceptions.NotAppKeyWarning"
)

type Visit = Callable[..., Awaitable[Home]]


@pytest.fixture
def setup_with_images(
    setup_projector: SetUpProjector, monkeypatch: pytest.MonkeyPatch
) -> Visit:
    """Set up a projector with enabled images of its screens.

    Example: `home = await visit(capture="login")`.
    """

    async def set_up(*names: str, **quirks: Any) -> Home:
        home = await setup_projector("balder_cs", state="on", web_port=0, quirks=quirks)
        monkeypatch.setattr(image, "WEB_PORT", home.projector.web_port)
        await home.enable(*(names or (OSD,)))
        await wait_for_update(home)
        return home

    return set_up


async def wait_for_update(home: Home) -> None:
    """Wait for the delay between a key and the update."""
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(seconds=1))
    await home.hass.async_block_till_done()


async def update(home: Home, *names: str) -> None:
    """Call the action that updates entities."""
    assert await async_setup_component(home.hass, "homeassistant", {})
    await home.hass.services.async_call(
        "homeassistant",
        "update_entity",
        {"entity_id": [home.entity_id(name) for name in names]},
        blocking=True,
    )


def current_picture(home: Home, name: str = OSD) -> bytes:
    """Return the current picture of a screen of the projector."""
    screen = SCREENS[f"ui.capture.{name.removeprefix('image.')}"]
    device = home.projector.device
    return encode(screen(device), device.quirks.capture_format)


@pytest.mark.parametrize("model", ["udx"])
async def test_disabled_by_default(setup_projector: SetUpProjector, model: str) -> None:
    """Do not connect to the web server for disabled images."""
    home = await setup_projector(model, state="on", web_port=0)
    await wait_for_update(home)

    assert home.names("image") == [LCD, OSD]
    assert home.state(OSD) is home.state(LCD) is None
    assert home.projector.counters.captures == 0


@pytest.mark.parametrize("name", [OSD, LCD])
@pytest.mark.parametrize("form", ["png", "jpeg", "bmp"])
async def test_picture(
    setup_with_images: Visit, hass_client: ClientSessionGenerator, name: str, form: str
) -> None:
    """Detect the content type from the data, not from the header."""
    home = await setup_with_images(name, capture_format=form)
    client = await hass_client()

    response = await client.get(f"/api/image_proxy/{home.entity_id(name)}")

    assert response.status == HTTPStatus.OK
    assert response.content_type == f"image/{form}"
    assert await response.read() == current_picture(home, name)


async def test_key_updates_the_image(
    setup_with_images: Visit, hass_client: ClientSessionGenerator
) -> None:
    """Update the image after a key."""
    home = await setup_with_images()
    client = await hass_client()
    before, seen = current_picture(home), home.value(OSD)

    await home.act("send_command", "remote.remote", command=["menu", "down"])
    await wait_for_update(home)

    assert current_picture(home) != before
    response = await client.get(f"/api/image_proxy/{home.entity_id(OSD)}")
    assert await response.read() == current_picture(home)
    assert home.value(OSD) != seen


async def test_many_keys_update_the_image_once(setup_with_images: Visit) -> None:
    """Update each image once, after the last key."""
    home = await setup_with_images(OSD, LCD)
    captures = home.projector.counters.captures

    await home.act("send_command", "remote.remote", command=["down"] * 5, delay_secs=0)
    await wait_for_update(home)

    assert home.projector.counters.captures == captures + 2


async def test_no_regular_updates(setup_with_images: Visit) -> None:
    """Do not update regularly or for changed values."""
    home = await setup_with_images()
    assert home.projector.counters.captures == 1

    home.projector.change("image.brightness", 0.5)
    await home.until("number.brightness", "0.5")
    async_fire_time_changed(home.hass, dt_util.utcnow() + timedelta(hours=1))
    await home.hass.async_block_till_done()

    assert home.projector.counters.captures == 1


async def test_update_by_action(
    setup_with_images: Visit, hass_client: ClientSessionGenerator
) -> None:
    """Update the image when the action updates the entity."""
    home = await setup_with_images()
    client = await hass_client()
    before = current_picture(home)
    home.projector.change("ui.menu", True)

    await update(home, OSD)

    response = await client.get(f"/api/image_proxy/{home.entity_id(OSD)}")
    assert await response.read() == current_picture(home) != before


FAILURES = [
    ({"capture": "login"}, {}, "HTTP status 401"),
    ({"capture": "absent"}, {}, "HTTP status 404"),
    ({"capture_format": "html"}, {}, "not an image"),
    ({}, {"endless": True}, "larger than 8388608 bytes"),
    ({}, {"silence": True}, "timeout"),
]


@pytest.mark.parametrize(("style", "fault", "reason"), FAILURES, ids=str)
async def test_no_picture(
    hass: HomeAssistant,
    setup_with_images: Visit,
    caplog: pytest.LogCaptureFixture,
    style: dict[str, str],
    fault: dict[str, bool],
    reason: str,
) -> None:
    """Become unavailable with one log message, and recover."""
    hass.data[LIMITS] = Limits(picture=0.2)
    home = await setup_with_images()
    quirks = home.projector.quirks
    usual = {name: getattr(quirks, name) for name in style}
    caplog.clear()
    for _ in range(2):
        home.projector.faults.methods = ("ui.capture.*",)
        set_faults(home.projector, fault)
        for name, value in style.items():
            setattr(quirks, name, value)
        await update(home, OSD)
        assert home.value(OSD) == STATE_UNAVAILABLE
        await update(home, OSD)

        home.projector.faults.clear()
        for name, value in usual.items():
            setattr(quirks, name, value)
        await update(home, OSD)
        assert home.value(OSD) != STATE_UNAVAILABLE

    line = f"Could not update {home.entity_id(OSD)}: {reason}"
    assert logged(caplog) == [line, line]


async def test_no_web_server(
    setup_with_images: Visit,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    unused_tcp_port: int,
) -> None:
    """Become unavailable if the web server is off."""
    home = await setup_with_images()
    caplog.clear()
    monkeypatch.setattr(image, "WEB_PORT", unused_tcp_port)

    await update(home, OSD)
    await update(home, OSD)

    assert home.value(OSD) == STATE_UNAVAILABLE
    (line,) = logged(caplog)
    assert str(unused_tcp_port) in line


@pytest.mark.usefixtures("fast_timings")
async def test_update_after_a_reconnect(setup_with_images: Visit) -> None:
    """Update the image after a reconnect."""
    home = await setup_with_images()
    home.projector.faults.refuse = True
    home.projector.drop()
    await home.until(OSD, STATE_UNAVAILABLE)
    captures = home.projector.counters.captures

    home.projector.faults.clear()
    await home.until("media_player.projector", "on")
    assert home.value(OSD) != STATE_UNAVAILABLE
    await wait_for_update(home)

    assert home.projector.counters.captures == captures + 1


async def test_unload_during_an_update(
    hass: HomeAssistant,
    setup_with_images: Visit,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Unload without waiting for a web server that hangs."""
    hass.data[LIMITS] = Limits(picture=0.5)
    home = await setup_with_images()
    captures = home.projector.counters.captures
    home.projector.faults.methods = ("ui.capture.*",)
    home.projector.faults.silence = True
    await home.act("send_command", "remote.remote", command="menu")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await home.projector.wait_until(lambda: home.projector.counters.captures > captures)

    await home.unload()
    await hass.async_block_till_done()

    assert [r for r in caplog.records if r.levelno >= logging.ERROR] == []
    assert home.value(OSD) in (None, STATE_UNAVAILABLE)

"""Test losses without a notice: a disconnected link, a hanging service.

With BARCO_PULSE_REAL_TIME in the environment at the integration's own timings, which takes
minutes: scripts/silence.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator
import contextlib
import re
import signal
import sys
import time
from typing import Any, Final

from homeassistant.const import CONF_HOST, CONF_PORT, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_socket import socket_allow_hosts

from custom_components.barco_pulse.const import TIMEOUTS
from custom_components.barco_pulse.pulse import Timeouts
from simulator import Simulator, listener, udp
from tests.conftest import Home, SetUp, StartProjector, change_timings, wait_until

from ..loop import REAL_TIME
from .network_link import FAR, NetworkLink, network_link

PROJECTOR: Final = "media_player.projector"
pytestmark = pytest.mark.real_clock
real_time = pytest.mark.skipif(not REAL_TIME, reason="takes minutes: scripts/silence")
hurried = pytest.mark.skipif(REAL_TIME, reason="is no measurement")


@pytest.fixture
def no_unavailable_delay(hass: HomeAssistant) -> None:
    """Show the loss at once, without the delay of 10 s."""
    change_timings(hass, unavailable_delay=0.0)


@pytest.fixture
def fast_keep_alive(hass: HomeAssistant) -> None:
    """Set keep-alive to one probe after one second; disable reads."""
    change_timings(hass, resync_interval=3600)
    hass.data[TIMEOUTS] = Timeouts(
        keep_alive_idle=1, keep_alive_interval=1, keep_alive_probes=1
    )


@pytest.fixture
def link(monkeypatch: pytest.MonkeyPatch) -> Iterator[NetworkLink]:
    """Create a network link; the simulator may listen at its far end."""
    with contextlib.ExitStack() as stack:
        try:
            network = stack.enter_context(network_link())
        except OSError as error:
            pytest.skip(f"no network namespace may be made here: {error}")
        socket_allow_hosts(["127.0.0.1", FAR])
        for module in (listener, udp):
            monkeypatch.setattr(module, "loopback", lambda host: host)
        yield network


@pytest.fixture
async def remote_projector_home(
    hass: HomeAssistant,
    start_projector: StartProjector,
    set_up: SetUp,
    link: NetworkLink,
) -> Home:
    """Set up a projector at the far end of the link."""
    with link.at_far_end():
        projector = await start_projector("hdr_cs", state="on", host=FAR)
    return Home(hass, projector, await set_up(projector))


def report(what: str, begun: float) -> float:
    """Print the measured time."""
    seconds = time.monotonic() - begun
    sys.stdout.write(f"\n{what}: {seconds:.1f} s\n")
    return seconds


async def seconds_until(home: Home, shown: str, what: str) -> float:
    """Return the seconds until the media player has this state."""
    begun = time.monotonic()
    await wait_until(home.hass, lambda: home.value(PROJECTOR) == shown, 90)
    return report(what, begun)


def test_read_during_silence_times_out() -> None:
    """Keep-alive sends no probe while a request is not acknowledged."""
    timeouts = Timeouts()
    probing = timeouts.keep_alive_interval * timeouts.keep_alive_probes
    assert timeouts.keep_alive_idle + probing + timeouts.first_byte <= 20


@hurried
@pytest.mark.usefixtures("no_unavailable_delay", "fast_keep_alive")
async def test_keep_alive_detects_a_dead_link(
    remote_projector_home: Home, link: NetworkLink
) -> None:
    """The kernel detects the loss without requests."""
    link.disconnect()
    await seconds_until(remote_projector_home, STATE_UNAVAILABLE, "noticed after")
    link.reconnect()
    await seconds_until(remote_projector_home, "on", "link restored, on again after")


@real_time
@pytest.mark.usefixtures("no_unavailable_delay")
@pytest.mark.timeout(120)
@pytest.mark.parametrize("before_resync", [29, 11, 9])
async def test_resync_detects_a_dead_link(
    remote_projector_home: Home, link: NetworkLink, before_resync: float
) -> None:
    """The loss is also detected if a resync starts after it."""
    projector = remote_projector_home.projector
    reads = projector.counters.requests["property.get"]
    await projector.wait_until(
        lambda: projector.counters.requests["property.get"] > reads, 40
    )
    await asyncio.sleep(30 - before_resync)
    projector.change("environment.temperature.inlet.value", 31)
    await remote_projector_home.until("sensor.inlet_temperature", "31")
    link.disconnect()
    what = f"link cut, {before_resync} s before a read, noticed after"
    assert await seconds_until(remote_projector_home, STATE_UNAVAILABLE, what) <= 20
    link.reconnect()
    await seconds_until(remote_projector_home, "on", "link restored, on again after")


@contextlib.asynccontextmanager
async def process() -> AsyncIterator[tuple[asyncio.subprocess.Process, dict[str, Any]]]:
    """Start a projector in a subprocess; yield its address."""
    options = [
        "-m",
        "simulator",
        "--model",
        "hdr_cs",
        "--port",
        "0",
        "--state",
        "on",
        "--drift",
        "0",
    ]
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        *options,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        async with asyncio.timeout(60):
            greeting = (await child.stdout.readline()).decode()
        address = re.search(r"listens on ([\d.]+):(\d+)", greeting)
        assert address is not None, greeting
        yield child, {CONF_HOST: address[1], CONF_PORT: int(address[2])}
    finally:
        child.send_signal(signal.SIGCONT)
        child.terminate()
        await child.wait()


async def hang(
    hass: HomeAssistant, set_up: SetUp, limit: float = 90, quiet: float = 0
) -> None:
    """Stop the process for some seconds, while its kernel responds."""
    async with process() as (child, address):
        projector = Simulator("hdr_cs")  # the identity; it is never started
        home = Home(hass, projector, await set_up(projector, **address))
        await seconds_until(home, "on", "set up, right after")
        await asyncio.sleep(quiet)
        child.send_signal(signal.SIGSTOP)
        noticed = await seconds_until(
            home, STATE_UNAVAILABLE, "service hangs, noticed after"
        )
        assert noticed < limit or not REAL_TIME
        child.send_signal(signal.SIGCONT)
        back = await seconds_until(home, "on", "service resumed, on again after")
        assert back < 2 or not REAL_TIME
        await home.unload()


@hurried
@pytest.mark.usefixtures("fast_silence_detection")
async def test_resync_detects_a_hanging_service(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """The resync detects the loss, because the kernel acknowledges all packets."""
    await hang(hass, set_up)


@real_time
@pytest.mark.usefixtures("no_unavailable_delay")
@pytest.mark.timeout(120)
async def test_hanging_service_is_detected_in_time(
    hass: HomeAssistant, set_up: SetUp
) -> None:
    """Detect the loss within 30 s to the next read and 9.5 s to its first byte."""
    await hang(hass, set_up, 40, quiet=3)


@real_time
@pytest.mark.timeout(180)
@pytest.mark.parametrize("outage", [20, 60])
async def test_recovery_after_an_outage(
    hass: HomeAssistant, start_projector: StartProjector, set_up: SetUp, outage: float
) -> None:
    """Retry less often the longer the outage lasts."""
    projector = await start_projector("hdr_cs", state="on")
    home = Home(hass, projector, await set_up(projector))
    projector.faults.refuse = True
    projector.drop(reset=True)
    begun = time.monotonic()
    await wait_until(hass, lambda: home.value(PROJECTOR) == STATE_UNAVAILABLE, 20)
    report("port closed, shown after", begun)
    await asyncio.sleep(outage - (time.monotonic() - begun))
    projector.faults.clear()
    back = await seconds_until(
        home, "on", f"port open after {outage} s, on again after"
    )
    assert back <= max(1.0, 0.05 * outage) * 1.2 + 1

"""Run simulated projectors and Home Assistant until Ctrl-C."""

import asyncio
from asyncio.subprocess import Process
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
import fcntl
from pathlib import Path
import signal
import socket
import sys

from homeassistant.const import RESTART_EXIT_CODE

from .areas import create_areas
from .client import DOMAIN, WebSocket, login, new_session
from .configuration import prepare
from .history import import_history
from .processes import is_free, require_free, running, wait_for_port
from .projectors import keep_dashboard, update_dashboard
from .settings import NAME, DemoError, Projector, Settings, read_settings

SIMULATOR_SECONDS = 20
START_SECONDS = 240
WEB_PORT = 80
WAKE_PORT = 9  # UDP

WELCOME = """
Home Assistant is ready: {url}

Try this
  - Switch the projector off: it cools down. Then on: it warms up. From the second time
    on the dashboard tells how long that will take.
  - Choose a source or a preset, move the laser power.
  - Open Assist (the speech bubble of the dashboard) and type "turn off Cinema".
  - Settings > Devices & services > Barco Pulse shows the device with its entities.
    Many are disabled: show them, enable one, and it appears within half a minute.
  - The view "Cinema remote" shows the on-screen display half a minute after the first
    start (if this demo runs as root). Press "Menu", then the arrows.
  - Enable "Go to ECO" and press it while the projector is off and cool: asleep, it is
    off the network. Switch it on (if this demo runs as root): it is woken first.

Add the second projector, "Hall"
  - Settings > Devices & services > Add integration > Barco Pulse,
    or at once: {url}/config/integrations/dashboard/add?domain={domain}
  - Host 127.0.0.1, port {by_hand.port}, no PIN

To add the first one again after removing it: port {ready_made.port}, PIN {ready_made.pin}.
To control a simulated projector, in another terminal (Hall has port {by_hand.control_port}):
  scripts/control {ready_made.control_port} notify error 1017 Inlet blocked
  scripts/control {ready_made.control_port} help
Logs and state are in {folder}.
Ctrl-C stops everything; scripts/demo --reset starts over.
"""


async def run(settings: Settings) -> None:
    """Run everything until Home Assistant ends or this task is canceled."""
    async with AsyncExitStack() as stack:
        stack.enter_context(_lock(settings.folder))
        print("Starting two simulated projectors ...", flush=True)
        for projector in settings.projectors:
            await _start_projector(stack, projector, settings)
        configuration = prepare(settings)
        print("Starting Home Assistant ...", flush=True)
        while await _home_assistant(settings, configuration) == RESTART_EXIT_CODE:
            print("Restarting Home Assistant ...", flush=True)
    raise DemoError(f"Home Assistant ended; its log is in {settings.folder}.")


@contextmanager
def _lock(folder: Path) -> Iterator[None]:
    """Lock the folder against a second demo."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DemoError(f"A demo is already running in {folder}.") from error
        yield


async def _start_projector(
    stack: AsyncExitStack, projector: Projector, settings: Settings
) -> None:
    """Start a simulated projector and wait until it accepts connections."""
    log = settings.folder / f"{projector.model}.log"
    process = await stack.enter_async_context(
        running(
            log,
            "simulator",
            *("--model", projector.model),
            *("--port", str(projector.port)),
            *("--control-port", str(projector.control_port)),
            *("--speed", str(settings.speed)),
            *projector.options,
            *(_well_known_ports() if projector is settings.ready_made else ()),
        )
    )
    await wait_for_port(process, log, projector.port, SIMULATOR_SECONDS)


def _well_known_ports() -> Iterator[str]:
    """Yield the options for the web server and wake-on-LAN, if the ports are free.

    Other programs may use them, and only root can. The demo also works without them.
    """
    if is_free(WEB_PORT):
        yield from ("--web-port", str(WEB_PORT))
    if is_free(WAKE_PORT, socket.SOCK_DGRAM):
        yield from ("--wake-port", str(WAKE_PORT))


async def _home_assistant(settings: Settings, configuration: Path) -> int:
    """Run Home Assistant once; return its exit code."""
    log = settings.folder / "home-assistant.log"
    async with running(
        log, "demo.home_assistant", "--config", str(configuration)
    ) as process:
        await wait_for_port(process, log, settings.port, START_SECONDS)
        await _set_up_demo(settings, process)
        return await process.wait()


async def _set_up_demo(settings: Settings, process: Process) -> None:
    """Add the projector and update the dashboard until Home Assistant stops."""
    async with new_session() as session:
        client = await login(session, settings.url)
        async with client.websocket() as home_assistant:
            await _until_started(home_assistant)
            # Only at the first start: the user may have removed the projector.
            if not await home_assistant.call("config_entries/get", domain=DOMAIN):
                await client.add_projector(settings.ready_made)
                await create_areas(home_assistant)
                await import_history(home_assistant)
                await _choose_preset(home_assistant)
                await _enable_picture(home_assistant)
            await update_dashboard(home_assistant)
            print(
                WELCOME.format(
                    url=settings.url,
                    ready_made=settings.ready_made,
                    by_hand=settings.by_hand,
                    folder=settings.folder,
                    domain=DOMAIN,
                ),
                flush=True,
            )
            await keep_dashboard(home_assistant)


async def _choose_preset(home_assistant: WebSocket) -> None:
    """Choose a preset: projectors do not report the active one before that."""
    await home_assistant.call(
        "call_service",
        domain="select",
        service="select_option",
        service_data={"option": "0: Cinema"},
        target={"entity_id": f"select.{NAME}_preset"},
    )


async def _enable_picture(home_assistant: WebSocket) -> None:
    """Enable the picture of the on-screen display for the remote view.

    Home Assistant reloads the projector for it after 30 s.
    """
    await home_assistant.call(
        "config/entity_registry/update",
        entity_id=f"image.{NAME}_on_screen_display_picture",
        disabled_by=None,
    )


async def _until_started(home_assistant: WebSocket) -> None:
    """Wait until Home Assistant has started."""
    async with asyncio.timeout(START_SECONDS):
        while (await home_assistant.call("get_config"))["state"] != "RUNNING":
            await asyncio.sleep(0.2)


async def _until_stopped(settings: Settings) -> None:
    """Run everything until a signal is received."""
    work = asyncio.create_task(run(settings))

    def stop() -> None:
        """Stop; ignore further signals."""
        if not work.cancelling():
            print("\nStopping ...", flush=True)
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    with suppress(asyncio.CancelledError):
        await work


def main() -> int:
    """Run the demo and return its exit code."""
    settings = read_settings()
    try:
        for port, option in settings.ports:
            require_free(port, option)
        asyncio.run(_until_stopped(settings))
    except DemoError as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Possible only before the signal handlers are set.
        return 130
    return 0

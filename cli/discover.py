"""The command `discover`."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from async_upnp_client.aiohttp import AiohttpRequester
from async_upnp_client.client_factory import UpnpFactory
from async_upnp_client.exceptions import UpnpError
from async_upnp_client.search import async_search

from .errors import ExitCode
from .output import Output, table

_DEVICE_TYPE = "urn:schemas-upnp-org:device:projector:1"
_CHECKLIST = """\
No projector was found. Check that
- the projector has power, and its network stays on in standby;
- SSDP or UPnP is enabled in the network settings of the projector;
- this computer is in the same network (a router does not forward the search);
- a firewall on this computer allows UDP port 1900.
A projector that is not found can be used by its address: aiobarcopulse info HOST"""


async def discover(
    output: Output, seconds: int, target: tuple[str, int] | None
) -> ExitCode:
    """Search by SSDP, and list what responds. `target`: in place of the multicast."""
    locations: dict[str, None] = {}

    async def found(headers: Mapping[str, str]) -> None:
        if location := headers.get("location"):
            locations[location] = None

    with output.steps(f"Searching for {seconds} s"):
        await async_search(
            found, timeout=seconds, search_target=_DEVICE_TYPE, target=target
        )
    projectors = [await _describe(location) for location in locations]
    if not projectors and not output.as_json:
        output.note(_CHECKLIST)
        return ExitCode.UNREACHABLE
    output.result(
        [*projectors],
        table(
            "HOST",
            "NAME",
            "MODEL",
            "SERIAL NUMBER",
            rows=[projector.values() for projector in projectors],
        ),
    )
    return ExitCode.DONE if projectors else ExitCode.UNREACHABLE


async def _describe(location: str) -> dict[str, str]:
    """Return what a device says about itself; empty texts if it does not."""
    host = urlsplit(location).hostname or ""
    factory = UpnpFactory(AiohttpRequester(timeout=3), non_strict=True)
    try:
        device = await factory.async_create_device(location)
    except UpnpError:
        return {"host": host, "name": "", "model": "", "serial_number": ""}
    return {
        "host": host,
        "name": device.friendly_name,
        "model": device.model_name,
        "serial_number": device.serial_number or "",
    }

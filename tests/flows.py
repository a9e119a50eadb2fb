"""Helpers for flow tests: form input and test servers."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
import json
from typing import Any

from homeassistant.config_entries import (
    SOURCE_DHCP,
    SOURCE_INTEGRATION_DISCOVERY,
    SOURCE_SSDP,
    SOURCE_USER,
    ConfigFlowResult,
)
from homeassistant.const import (
    CONF_HOST,
    CONF_NAME,
    CONF_PIN,
    CONF_PORT,
    CONF_UNIQUE_ID,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.dhcp import DhcpServiceInfo
from homeassistant.helpers.service_info.ssdp import SsdpServiceInfo

from custom_components.barco_pulse.const import DOMAIN
from simulator import Simulator

from .common import RawPeer, refusal, reply, serve

PIN = "0072064213"
"""A PIN that is recognizable in a log; as a number it has no leading zeros."""
TYPE = "urn:schemas-upnp-org:device:projector:1"
MAC = "00:04:a5:12:34:56"


@contextlib.asynccontextmanager
async def answering(
    answer: Callable[[dict[str, Any]], str],
) -> AsyncIterator[dict[str, Any]]:
    """Serve the response of `answer` to each JSON request; yield the address."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError):
            while request := await reader.read(65536):
                body = request[request.index(b"{") :]  # possibly after an HTTP head
                writer.write(answer(json.loads(body)).encode())
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        host, port = server.sockets[0].getsockname()
        yield {CONF_HOST: host, CONF_PORT: port}
        server.close_clients()


def web_page(request: dict[str, Any]) -> str:
    """Respond like a web server."""
    return "HTTP/1.1 400 Bad Request\r\n\r\n<html>{ body: none }</html>"


def always_busy(request: dict[str, Any]) -> str:
    """Respond like a busy projector."""
    error = {"code": -32009, "message": "busy transitioning to ready"}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})


def refusal_that_repeats_the_pin(request: dict[str, Any]) -> str:
    """Respond with an error that contains the PIN."""
    error = {"code": -32000, "message": f"No such PIN: {request['params']['code']}"}
    return json.dumps({"jsonrpc": "2.0", "id": request["id"], "error": error})


USER = "installer"
PASSWORD = "correct horse"


@contextlib.asynccontextmanager
async def unit_with_users(serial_number: str) -> AsyncIterator[dict[str, Any]]:
    """Serve a projector that requires a login for everything; yield the address."""
    values = {"system.serialnumber": serial_number, "system.state": "ready"}

    async def talk(raw_peer: RawPeer) -> None:
        logged_in = False
        while request := await raw_peer.read():
            params = request["params"]
            if request["method"] == "authenticate":
                logged_in = params == {"username": USER, "password": PASSWORD}
            if not logged_in:
                raw_peer.write(
                    refusal(request, {"code": -32001, "message": "NO_ACCESS"})
                )
            elif request["method"] == "authenticate":
                raw_peer.write(reply(request, True))
            elif isinstance(asked := params["property"], str):
                raw_peer.write(reply(request, values.get(asked)))
            else:
                found = {name: values[name] for name in asked if name in values}
                raw_peer.write(reply(request, found))

    async with serve(talk) as port:
        yield {CONF_HOST: "127.0.0.1", CONF_PORT: port}


def form(projector: Simulator, **changes: Any) -> dict[str, Any]:
    """Return valid input for the form."""
    return {CONF_HOST: projector.host, CONF_PORT: projector.port, CONF_PIN: PIN} | (
        changes
    )


async def start_user_flow(hass: HomeAssistant) -> ConfigFlowResult:
    """Open the form."""
    result = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": SOURCE_USER}
    )
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "user"
    assert not result["errors"]
    return result


async def submit(
    hass: HomeAssistant, result: ConfigFlowResult, values: dict[str, Any]
) -> ConfigFlowResult:
    """Send the form of the flow that `result` belongs to."""
    return await hass.config_entries.flow.async_configure(result["flow_id"], values)


async def add_without_pin(
    hass: HomeAssistant, result: ConfigFlowResult, values: dict[str, Any] | None = None
) -> ConfigFlowResult:
    """Send the form, and skip the question for the PIN that control needs."""
    result = await submit(hass, result, values or {})
    assert result["type"] is FlowResultType.FORM
    assert result["step_id"] == "login"
    assert not result["errors"]
    return await submit(hass, result, {})


def suggested(result: ConfigFlowResult) -> dict[str, Any]:
    """Return the values of the fields when the form opens."""
    assert result["data_schema"] is not None
    return {
        str(key): (key.description or {}).get("suggested_value")
        for key in result["data_schema"].schema
    }


def announcement(host: str = "127.0.0.1", udn: str = "", **upnp: Any) -> Any:
    """Return an SSDP announcement with its description."""
    udn = udn or "uuid:1"
    return SsdpServiceInfo(
        ssdp_usn=f"{udn}::{TYPE}",
        ssdp_st=TYPE,
        ssdp_udn=udn,
        ssdp_location=host and f"http://{host}:8080/description.xml",
        upnp={"manufacturer": "Barco NV", "friendlyName": "Hall"} | upnp,
    )


def lease(host: str = "127.0.0.1") -> DhcpServiceInfo:
    """Return a DHCP announcement."""
    return DhcpServiceInfo(ip=host, hostname="hall", macaddress=MAC.replace(":", ""))


def peer(host: str = "127.0.0.1", port: int | None = None) -> dict[str, Any]:
    """Return the announcement of a peer projector."""
    return {
        CONF_HOST: host,
        CONF_PORT: port,
        CONF_NAME: "Hall",
        CONF_UNIQUE_ID: "7777777777",
    }


async def discover(hass: HomeAssistant, info: Any) -> ConfigFlowResult:
    """Let Home Assistant discover something."""
    source = SOURCE_INTEGRATION_DISCOVERY
    if isinstance(info, SsdpServiceInfo):
        source = SOURCE_SSDP
    elif isinstance(info, DhcpServiceInfo):
        source = SOURCE_DHCP
    return await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": source}, data=info
    )


def card(hass: HomeAssistant) -> dict[str, str]:
    """Return the text of the one card under "discovered"."""
    [flow] = hass.config_entries.flow.async_progress()
    return dict(flow["context"]["title_placeholders"])

"""Properties and methods that the actions block."""

from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest

from custom_components.barco_pulse.const import DOMAIN

from .conftest import SetUpProjector
from .test_services import call

FORBIDDEN = [
    ("property.set", "connection"),
    ("Property.Unsubscribe", "connection"),
    ("signal.unsubscribe", "connection"),
    ("introspect", "connection"),
    ("system.reset", "reset"),
    ("system.resetall", "reset"),
    ("SYSTEM.RESET", "reset"),
    ("user.resetadministrator", "access"),
    ("notification.unsuppressall", "reset"),
    ("firmware.start", "firmware"),
    ("system.license.file.uploadfromusb", "license"),
    ("image.testpattern.file.uploadfromusb", "firmware"),
    ("user.admin.changepassword", "access"),
    ("authenticate", "access"),
    ("login_token", "access"),
    ("logout", "access"),
    ("generatenewtoken", "access"),
    ("network.device.lan.reconnect", "network"),
    ("gsm.unlock", "network"),
    ("iot.cloudservices.disconnect", "network"),
    ("optics.zoom.calibrate", "hardware"),
    ("optics.setlensid", "hardware"),
    ("profile.deleteprofile", "delete"),
    ("ui.settings.remove", "delete"),
    ("system.license.option.flexbrightness.setmaximumlightoutput", "license"),
    ("system.shutdown", "unknown"),
    ("cloud.connect", "unknown"),
]


async def test_harmful_methods_are_blocked(setup_projector: SetUpProjector) -> None:
    """Raise an error with the reason."""
    home = await setup_projector("udx", state="on")
    before = home.projector.counters.requests.total()

    for method, reason in FORBIDDEN:
        with pytest.raises(ServiceValidationError) as refusal:
            await call(home, "call_method", method=method)

        assert refusal.value.translation_domain == DOMAIN
        assert refusal.value.translation_key == f"forbidden_{reason}", method
        assert refusal.value.translation_placeholders == {"name": method}
        assert home.projector.counters.requests.total() == before, method


async def test_harmful_properties_are_blocked(setup_projector: SetUpProjector) -> None:
    """Block setting, but allow reading."""
    home = await setup_projector("udx", state="on")

    for name, reason in (
        ("network.hostname", "network"),
        ("gsm.pin", "network"),
        ("system.license.options", "license"),
    ):
        with pytest.raises(ServiceValidationError) as refusal:
            await call(home, "set_property", property=name, value="")

        assert refusal.value.translation_key == f"forbidden_{reason}"
        assert home.projector.counters.requests["property.set"] == 0
        assert await call(home, "get_property", property=name)


@pytest.mark.parametrize(
    "method",
    [
        "profile.activatepreset",
        "profile.presetforprofile",
        "notification.suppress",
        "optics.shutter.toggle",
    ],
)
async def test_harmless_methods_are_called(
    setup_projector: SetUpProjector, method: str
) -> None:
    """Allow them although, for example, "preset" contains "reset"."""
    home = await setup_projector("hdr_cs", state="on")

    with pytest.raises(HomeAssistantError) as refusal:
        await call(home, "call_method", method=method)

    assert refusal.value.translation_key in ("refused_method", "unknown_method")
    assert home.projector.counters.requests[method] == 1


SILENT = {"absent_methods": ["introspect"]}


@pytest.mark.parametrize(
    ("method", "quirks", "asked"),
    [
        ("optics.zoom.polish", {}, 0),
        ("optics.zoom.polish", SILENT, 1),
        ("image.testpattern.iterator.calibration.next", SILENT, 1),
    ],
)
async def test_undescribed_names(
    setup_projector: SetUpProjector,
    method: str,
    quirks: dict[str, Any],
    asked: int,
) -> None:
    """Raise an error, unless the projector does not describe the object."""
    home = await setup_projector("udx", state="on", quirks=quirks)

    with pytest.raises(HomeAssistantError) as refusal:
        await call(home, "call_method", method=method)

    assert refusal.value.translation_key == "unknown_method"
    assert home.projector.counters.requests[method] == asked

"""Error messages in all languages."""

import re
from typing import Any

from homeassistant.exceptions import ConfigEntryAuthFailed, HomeAssistantError
import pytest

from custom_components.barco_pulse.errors import (
    MAX_NAMES,
    MESSAGES,
    Context,
    UserInput,
    to_home_assistant_error,
    unknown_name_error,
)
from custom_components.barco_pulse.pulse.exceptions import (
    PulseAuthenticationError,
    PulseCanceledError,
    PulseConnectionError,
    PulseConnectionLimitError,
    PulseDeviceMismatchError,
    PulseError,
    PulseInvalidStateError,
    PulsePendingTimeoutError,
    PulsePermissionError,
    PulsePresetNotFoundError,
    PulseProtocolError,
    PulseRpcError,
    PulseTimeoutError,
    PulseWakeError,
)
from custom_components.barco_pulse.pulse.schema import PropertyType
from custom_components.barco_pulse.pulse.snapshot import Snapshot

from .words import WORDS

RAW = "[Errno 111] Xyzzy property.set: Plugh (Quux -32601)"
"""A text of the projector that no message contains."""
ABSENT, BUSY, OTHER = -32601, -32009, -32000
SET = UserInput("value", "ui.theme")
CALL = UserInput("method", "ui.dance")
TYPO = UserInput("property", "system.nonsense")
READ_ONLY = Snapshot(reachable=True, properties={"ui.theme": PropertyType("string")})


def refused_connection() -> PulseError:
    """Return an error as the client raises it, and `Session` repeats it."""
    error = PulseConnectionError(RAW)
    error.__cause__ = ConnectionRefusedError(111, RAW)
    repeated = PulseConnectionError(RAW)
    repeated.__cause__ = error
    return repeated


def in_state(state: str, **more: Any) -> dict[str, Any]:
    """Return the context of a projector in a power state."""
    values = {"system.state": state}
    return {"snapshot": Snapshot(reachable=True, values=values, **more)}


CASES: list[tuple[PulseError, dict[str, Any], str]] = [
    (PulseAuthenticationError(RAW), {}, "pin_refused"),
    (PulseAuthenticationError(RAW), {"has_login": True}, "login_refused"),
    (PulsePermissionError(RAW), {}, "pin_needed"),
    (
        PulsePermissionError(RAW),
        {"has_pin": True, "snapshot": Snapshot(pin_refused=True)},
        "pin_needed",
    ),
    (
        PulsePermissionError(RAW),
        {"has_login": True, "snapshot": Snapshot(pin_refused=True)},
        "login_needed",
    ),
    (PulsePermissionError(RAW), {"has_pin": True, **in_state("on")}, "not_allowed"),
    (PulsePermissionError(RAW), {"has_pin": True}, "pin_needed"),
    (PulsePermissionError(RAW), {"user_input": SET}, "pin_needed"),
    (
        PulsePermissionError(RAW),
        {"user_input": SET, "snapshot": READ_ONLY},
        "read_only",
    ),
    (PulseRpcError(RAW), {"user_input": SET, "snapshot": READ_ONLY}, "read_only"),
    (PulseCanceledError("switched_off"), {}, "cancelled_switched_off"),
    (PulseCanceledError("unloaded"), {}, "cancelled_unloaded"),
    (PulseCanceledError("stopped"), {}, "cancelled_stopped"),
    (PulsePendingTimeoutError(RAW, "power"), {}, "not_woken"),
    (
        PulsePendingTimeoutError(RAW, "power"),
        in_state("deconditioning"),
        "not_switched",
    ),
    (PulsePendingTimeoutError(RAW, "source"), {}, "too_late"),
    (PulseConnectionLimitError(RAW), {}, "crowded"),
    (PulseDeviceMismatchError(RAW), {}, "stranger"),
    (PulseWakeError(RAW), {}, "wake_failed"),
    (PulseConnectionError(RAW), {}, "unreachable"),
    (refused_connection(), {}, "connection_refused"),
    (PulseTimeoutError(RAW), {}, "no_answer"),
    (PulseProtocolError(RAW), {}, "not_understood"),
    (
        PulseInvalidStateError(RAW, ABSENT),
        in_state("on") | {"user_input": TYPO},
        "unknown_property",
    ),
    (
        PulseInvalidStateError(RAW, ABSENT),
        in_state("on") | {"user_input": SET},
        "unknown_property",
    ),
    (
        PulseInvalidStateError(RAW, ABSENT),
        in_state("on") | {"user_input": CALL},
        "unknown_method",
    ),
    (
        PulseInvalidStateError(RAW, ABSENT),
        in_state("ready", methods={"ui.dance": {}}) | {"user_input": CALL},
        "in_ready",
    ),
    (PulseInvalidStateError(RAW, ABSENT), in_state("eco"), "in_eco"),
    (PulseInvalidStateError(RAW, ABSENT), in_state("standby"), "in_standby"),
    (PulseInvalidStateError(RAW, ABSENT), in_state("ready"), "in_ready"),
    (PulseInvalidStateError(RAW, ABSENT), in_state("on"), "not_now"),
    (PulseInvalidStateError(RAW, ABSENT), in_state("ready", asleep=True), "in_eco"),
    (PulseInvalidStateError(RAW, BUSY), in_state("boot"), "in_boot"),
    (PulseInvalidStateError(RAW, BUSY), in_state("conditioning"), "in_conditioning"),
    (
        PulseInvalidStateError(RAW, BUSY),
        in_state("deconditioning"),
        "in_deconditioning",
    ),
    (PulseInvalidStateError(RAW, BUSY), in_state("on"), "busy"),
    (PulseInvalidStateError(RAW), in_state("error"), "in_error"),
    (PulseInvalidStateError(RAW), in_state("service"), "in_service"),
    (PulsePresetNotFoundError(RAW), {}, "preset_gone"),
    (PulseRpcError(RAW, OTHER), {"user_input": SET}, "refused_value"),
    (PulseRpcError(RAW, OTHER), {"user_input": CALL}, "refused_method"),
    (
        PulseRpcError(RAW, OTHER),
        {"user_input": UserInput("notification", "99")},
        "refused_notification",
    ),
    (PulseRpcError(RAW, OTHER), {}, "refused"),
    (PulseError(RAW), {}, "unexpected"),
]
"""Errors, additional placeholders, and the key of the message."""
UNNAMED = ("cancelled_stopped",)
"""Messages without a projector."""


def test_every_message_has_a_case() -> None:
    """Test each message."""
    assert {key for *_, key in CASES} == {key for *_, key in MESSAGES}


@pytest.mark.parametrize(
    ("error", "details", "key"),
    CASES,
    ids=[f"{number}-{key}" for number, (*_, key) in enumerate(CASES)],
)
def test_message(error: PulseError, details: dict[str, Any], key: str) -> None:
    """Use at most two sentences, without the original reason."""
    context = Context(
        **{
            "projector": "Hall",
            "address": "192.0.2.7:9090",
            "snapshot": Snapshot(),
            **details,
        }
    )

    exception = to_home_assistant_error(HomeAssistantError, error, context)

    assert exception.translation_key == key
    placeholders = exception.translation_placeholders or {}
    for language, words in WORDS.items():
        message = words["exceptions"][key]["message"].format(**placeholders)
        assert ("Hall" in message) is (key not in UNNAMED), language
        for word in re.findall(r"[\w.-]{3,}", RAW):
            assert word not in message, language
        assert message.endswith("."), language
        assert len(re.findall(r"[.!?](?: |$)", message)) <= 2, language
        assert "?" not in message, language


def test_exception_class() -> None:
    """Raise the exception class that Home Assistant reacts to."""
    context = Context(projector="Hall", address="", snapshot=Snapshot())
    error = to_home_assistant_error(
        ConfigEntryAuthFailed, PulseAuthenticationError(RAW), context
    )
    assert isinstance(error, ConfigEntryAuthFailed)


@pytest.mark.parametrize(
    ("details", "key", "listed"),
    [
        (["HDMI", "SDI"], "unknown_source", "HDMI, SDI"),
        ([], "no_sources", ""),
        (
            [f"S{number}" for number in range(MAX_NAMES + 1)],
            "unknown_source",
            ", ".join(f"S{number}" for number in range(MAX_NAMES)) + ", …",
        ),
    ],
)
def test_unknown_name(details: list[str], key: str, listed: str) -> None:
    """List a limited number of names, or say that there are none."""
    error = unknown_name_error("source", "Netflix", details, "Hall")

    assert error.translation_key == key
    assert error.translation_placeholders == {
        "projector": "Hall",
        "source": "Netflix",
        "sources": listed,
    }


def test_no_error_asks_or_gives_a_raw_reason() -> None:
    """Neither ask the user nor contain the original reason."""
    for words in WORDS.values():
        for key, message in words["exceptions"].items():
            assert "{reason}" not in message["message"], key
            assert "?" not in message["message"], key

"""Methods of profiles (named sets of values) and presets (numbered slots)."""

from ..effects import apply
from ..jsontypes import JsonValue
from ..rpc import FAILED, RpcError
from .call import Call, Handler

PROFILES = "profile.profiles"
PRESETS = "profile.presetassignments"


def activate_profile(call: Call) -> JsonValue:
    """Apply the values of a profile."""
    _activate(call, call.text("name"))
    return None


def activate_preset(call: Call) -> JsonValue:
    """Apply the profile of a preset."""
    _activate(call, _assignments(call).get(call.number("preset"), ""))
    return None


def assign_preset(call: Call) -> JsonValue:
    """Assign a profile to a preset; "" clears it."""
    preset, profile = call.number("preset"), call.text("profile")
    slots = _assignments(call)
    if preset not in slots or profile not in ("", *_profiles(call)):
        raise RpcError(FAILED, "Could not assign preset")
    slots[preset] = profile
    call.device.put(PRESETS, [[slot, name] for slot, name in slots.items()])
    return None


def profile_for_preset(call: Call) -> JsonValue:
    """Return the profile of a preset, "" for none."""
    return _assignments(call).get(call.number("preset"), "")


def preset_for_profile(call: Call) -> JsonValue:
    """Return the first preset of a profile, -1 for none."""
    profile_name = call.text("name")
    slots = _assignments(call).items()
    return next((slot for slot, name in slots if name == profile_name), -1)


def create_profile(call: Call) -> JsonValue:
    """Add an empty profile."""
    _put_profiles(call, [*_profiles(call), call.text("profilename")])
    return None


def delete_profile(call: Call) -> JsonValue:
    """Remove a profile, and clear its presets."""
    gone = call.text("name")
    _put_profiles(call, [name for name in _profiles(call) if name != gone])
    slots = _assignments(call).items()
    call.device.put(PRESETS, [[slot, "" if p == gone else p] for slot, p in slots])
    return None


def _activate(call: Call, profile: str) -> None:
    if profile not in _profiles(call):
        raise RpcError(FAILED, "Could not activate profile")
    for name, value in call.device.model.profiles.get(profile, {}).items():
        apply(call.device, name, value)


def _profiles(call: Call) -> list[JsonValue]:
    value = call.device.store.kept(PROFILES)
    return value if isinstance(value, list) else []


def _put_profiles(call: Call, names: list[JsonValue]) -> None:
    call.device.put(PROFILES, list(dict.fromkeys(map(str, names))))


def _assignments(call: Call) -> dict[int, str]:
    value = call.device.store.kept(PRESETS)
    slots: dict[int, str] = {}
    for pair in value if isinstance(value, list) else []:
        match pair:
            case [int(preset), str(profile)]:
                slots[preset] = profile
    return slots


METHODS: dict[str, Handler] = {
    "profile.activateprofile": activate_profile,
    "profile.activatepreset": activate_preset,
    "profile.assignpreset": assign_preset,
    "profile.profileforpreset": profile_for_preset,
    "profile.presetforprofile": preset_for_profile,
    "profile.createprofile": create_profile,
    "profile.deleteprofile": delete_profile,
}

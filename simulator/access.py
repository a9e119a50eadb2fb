"""Access rights of sessions that have not authenticated."""

from .quirks import Quirks
from .rpc import NO_PERMISSION, PERMISSION_TEXT, RpcError, method_not_found
from .session import Session

LOGINS = ("authenticate", "login", "login_basic", "login_code", "login_token")
_ALWAYS = (*LOGINS, "logout", "getchallenge", "introspect")
_READING = (
    "property.get",
    "property.subscribe",
    "property.unsubscribe",
    "signal.subscribe",
    "signal.unsubscribe",
    "notification.log",
    "profile.profileforpreset",
    "profile.presetforprofile",
    "ui.settings.keys",
)
_VISIBLE = (
    "property",
    "signal",
    "user.authenticationrequired",
    "user.pincodeauthenticationenabled",
)


def controls(method: str) -> bool:
    """Return whether a method changes something, instead of reading."""
    last = method.rpartition(".")[2]
    return not (
        method in _ALWAYS or method in _READING or last.startswith(("list", "get"))
    )


def check(method: str, session: Session, protected: bool, quirks: Quirks) -> None:
    """Check that this session may call a method.

    Raises:
        RpcError: -32001, or -32601 if the projector hides the method.
    """
    if not protected or session.authenticated or method in _ALWAYS:
        return
    if quirks.without_pin == "full":
        return
    if quirks.without_pin == "hidden":
        if not method.startswith(("property.", "signal.")):
            raise method_not_found(method)
        return
    if quirks.without_pin == "none" or controls(method):
        raise RpcError(NO_PERMISSION, PERMISSION_TEXT[quirks.permission_text])


def sees(name: str, session: Session, protected: bool, quirks: Quirks) -> bool:
    """Return whether an object, property or method is visible to this session."""
    if not protected or session.authenticated or quirks.without_pin != "hidden":
        return True
    return name in _ALWAYS or any(
        name == seen or name.startswith(f"{seen}.") or seen.startswith(f"{name}.")
        for seen in _VISIBLE
    )

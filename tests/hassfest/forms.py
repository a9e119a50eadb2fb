"""The forms that several files share."""

import re

import voluptuous as vol

KEY = vol.Match(r"^(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])$")
"""Of a translation, or of its icon."""

_REFUSED = {
    "HTML": r"<[a-z/!]",
    "an address": r"\w+://|\bwww\.",
    "a placeholder in quotes": r"'{\w+}'",
    "what only the build of Home Assistant itself fills in": r"\[%|%\]",
    "space around it": r"^\s|\s$",
}
_PLACEHOLDER = re.compile(r"{[^\W\d]\w*}")


def _said(text: str) -> str:
    """Accept what may stand in a translation."""
    for what, pattern in _REFUSED.items():
        if re.search(pattern, text, re.IGNORECASE):
            raise vol.Invalid(what)
    if re.search("[{}]", _PLACEHOLDER.sub("", text)):
        raise vol.Invalid("what nothing can be filled into")
    return text


TEXT = vol.All(str, vol.Length(min=1), _said)
PLAIN = vol.All(TEXT, vol.Match(r"^[^{}]*$"))
"""Where Home Assistant fills nothing in."""

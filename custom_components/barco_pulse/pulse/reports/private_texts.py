"""Find private texts in every spelling, and make stand-ins of the same shape."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
import contextlib
import html
import ipaddress
import json
import re
from typing import Final
import unicodedata
from urllib.parse import quote, quote_plus

REDACTED: Final = "**REDACTED**"

_MAC: Final = (
    r"(?:[0-9a-f]{2}(?:[:_-]|%3a)){5}[0-9a-f]{2}"
    r"|(?<![\w.])(?:[0-9a-f]{4}\.){2}[0-9a-f]{4}(?![\w.])"
)
_IPV4: Final = r"(?<![^\W_])\d{1,3}(?:\.\d{1,3}){3}(?![^\W_])"
_IPV6: Final = (
    r"(?<![\w:.])(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}"
    r"|(?:(?:[0-9a-f]{1,4}:){1,7}|:):(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)"
    r"(?:\.\d{1,3}){0,3}(?![\w:])(?<!(?<!\w)::)"
)
MAC_ADDRESS: Final = re.compile(_MAC, re.IGNORECASE)
MIN_MAC_LENGTH: Final = len("0000.0000.0000")
ADDRESS: Final = re.compile(f"{_MAC}|{_IPV6}|{_IPV4}", re.IGNORECASE)
"""Any MAC address with separators, and any IP address."""

_BARE_MAC: Final = re.compile(r"[0-9a-f]{12}")
_SEPARATORS: Final = re.compile(r"%3a|[:._ -]", re.IGNORECASE)
_ZEROS: Final = "(?:(?<!0)0*+)?"
"""Before a number."""
_BLANKS: Final = re.compile(r"\s+")
_GAP_PATTERN: Final = r"(?:[\s_+-]|%20)+"
"""Between words: host names and URLs have no blanks."""
_GAP: Final = re.compile(_GAP_PATTERN)
_NETWORKS: Final = ("192.0.2", "198.51.100", "203.0.113")
"""Networks for documentation (RFC 5737): addresses that no device has."""
MIN_DIGITS: Final = 4
"""Fewer digits may occur in a longer number or name by chance."""
_MAX_TRIES: Final = 1_000
"""How many stand-ins are tried until one contains no private text."""


def bare_mac(text: str) -> str | None:
    """Return the 12 hexadecimal digits of a MAC address in lower case, or None."""
    digits = _SEPARATORS.sub("", text).lower()
    return digits if _BARE_MAC.fullmatch(digits) else None


def is_number(text: str) -> bool:
    """Return True if a text consists of the digits 0 to 9."""
    return text.isascii() and text.isdecimal()


def canonical(text: str) -> str:
    """Return the same text for all spellings of a private text."""
    if MAC_ADDRESS.fullmatch(text):
        return bare_mac(text) or text
    if is_number(text):
        return text.lstrip("0") or "0"
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return text.casefold()


def _literal_spellings(text: str) -> set[str]:
    """Return a text as it is in JSON, `repr`, HTML or a URL, and wrongly decoded."""
    once = {
        text,
        html.escape(text),
        repr(text)[1:-1],
        json.dumps(text)[1:-1],
        json.dumps(text.upper())[1:-1],
        json.dumps(text.lower())[1:-1],
        json.dumps(text, ensure_ascii=False)[1:-1],
        text.replace("/", r"\/"),
        text.encode("latin-1", "replace").decode(errors="replace"),
        unicodedata.normalize("NFC", text),
        unicodedata.normalize("NFD", text),
    }
    line = _BLANKS.sub(" ", text)
    in_url = {
        quote(line, errors="replace"),
        quote(line, safe="", errors="replace"),
        quote_plus(line, errors="replace"),
    }
    twice = {json.dumps(spelling, ensure_ascii=False)[1:-1] for spelling in once}
    found = {*once, *twice, *in_url, *(repr(spelling)[1:-1] for spelling in once)}
    with contextlib.suppress(ValueError):
        address = ipaddress.ip_address(text)
        found |= {address.compressed, address.exploded}
        found |= {found_one.replace(".", "-") for found_one in found}
    return found - {""}


def _without_gaps(text: str) -> str:
    """Return the same text for all spellings of words and the gaps between them."""
    return _GAP.sub("-", unicodedata.normalize("NFC", text)).casefold()


def _spelling_patterns(text: str) -> Iterator[str]:
    """Yield regular expressions for the ways in which a private text is written."""
    if MAC_ADDRESS.fullmatch(text):
        yield r"(?:%3a|[:._ -])?".join(bare_mac(text) or "")
    elif is_number(text):
        digits = text.lstrip("0")
        if len(digits) <= 1:  # a single digit occurs everywhere by chance
            yield text
        elif len(digits) < MIN_DIGITS:
            yield rf"(?<![^\W_])0*+{digits}(?![^\W_])"
            if len(text) >= MIN_DIGITS:
                yield text
        else:
            # A number has no leading zeros. Look at each run of zeros only once, as it
            # may be long.
            yield f"{_ZEROS}{digits}"
    else:
        for spelling in _literal_spellings(text):
            yield _GAP_PATTERN.join(map(re.escape, _BLANKS.split(spelling)))


def _alternatives(patterns: Iterable[str]) -> str:
    """Return a regular expression for any of these, the longest first.

    Those that begin with the same letter share it, so that each is only tried there.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for pattern in sorted(patterns, key=len, reverse=True):
        start = _ZEROS if pattern.startswith(_ZEROS) else ""
        start += pattern[len(start)] if pattern[len(start)].isalnum() else ""
        groups[start].append(pattern[len(start) :])
    return "|".join(f"{start}(?:{'|'.join(rest)})" for start, rest in groups.items())


class PrivateTexts:
    """Finds the private texts that are known."""

    def __init__(self, secrets: Iterable[str]) -> None:
        """Find these texts in all spellings, and addresses."""
        self._by_spelling: dict[str, str] = {}
        self._macs: set[str] = set()
        self.digits: set[str] = set()
        """The numbers among the private texts, without leading zeros. Shorter ones
        are often the value of something else."""
        found: set[str] = set()
        for secret in secrets:
            found.update(_spelling_patterns(secret))
            if MAC_ADDRESS.fullmatch(secret):
                self._macs.add(canonical(secret))
            elif is_number(secret):
                self.digits.add(canonical(secret))
            else:
                for spelling in _literal_spellings(secret):
                    self._by_spelling[_without_gaps(spelling)] = canonical(secret)
        self.digits = {d for d in self.digits if len(d) >= MIN_DIGITS}
        known = _alternatives(found) or "(?!)"
        self.known = re.compile(known, re.IGNORECASE)
        self.anything = re.compile(f"{ADDRESS.pattern}|{known}", re.IGNORECASE)
        """The known texts, and all addresses."""

    def canonical(self, text: str) -> str:
        """Return the same text for all spellings of a private text."""
        bare = bare_mac(text)
        if bare in self._macs:
            return bare
        return self._by_spelling.get(_without_gaps(text)) or canonical(text)


class StandIns:
    """Replace each private text always by the same text of the same shape."""

    def __init__(self) -> None:
        """Know no private text yet."""
        self._by_secret: dict[str, str] = {}
        self._counts: Counter[str] = Counter()

    def get(self, text: str, secret: str, is_taken: Callable[[str], bool]) -> str:
        """Return the stand-in of the private text `secret` in the spelling of `text`.

        `is_taken` returns True for what is no stand-in, as it contains private texts.
        """
        kind, candidates = _shape(secret)
        if secret not in self._by_secret:
            candidate = ""
            for _ in range(_MAX_TRIES):
                candidate = candidates(self._counts[kind] + 1)
                self._counts[kind] += 1
                if not is_taken(candidate):
                    break
            self._by_secret[secret] = candidate
        return _in_spelling(self._by_secret[secret], text)


def _shape(secret: str) -> tuple[str, Callable[[int], str]]:
    """Return the kind of a canonical private text, and its n-th stand-in."""
    if is_number(secret):
        size = len(secret)
        return f"digits {size}", lambda n: _digits(size, n)
    if _BARE_MAC.fullmatch(secret):
        return "mac", lambda n: colons(f"{0x02_00_00_00_00_00 + n:012x}")
    try:
        version = ipaddress.ip_address(secret).version
    except ValueError:
        return "text", lambda n: f"redacted-{n}"
    if version == 6:
        return "ipv6", lambda n: f"2001:db8::{n:x}"
    return "ipv4", lambda n: f"{_NETWORKS[n // 255 % 3]}.{n % 255}"


def _digits(size: int, n: int) -> str:
    """Return the n-th number of so many digits: 1001, 1002, ..., then 2001, ..."""
    base = 10 ** (size - 1)
    return str(base + (n * (base // 7 + 1) if n > 500 else n) % (9 * base))


def colons(bare: str) -> str:
    """Return 12 hexadecimal digits as a MAC address with colons."""
    return ":".join(bare[i : i + 2] for i in range(0, 12, 2))


def _in_spelling(stand_in: str, text: str) -> str:
    """Return a stand-in with the leading zeros or separators of a text."""
    if is_number(stand_in) and is_number(text):
        return "0" * (len(text) - len(text.lstrip("0"))) + stand_in
    bare = bare_mac(stand_in)
    if bare and bare_mac(text):
        digits = iter(bare.upper() if text.upper() == text else bare)
        return "".join(c if _SEPARATORS.match(c) else next(digits) for c in text)
    return stand_in

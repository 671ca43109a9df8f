"""Slack's way of writing a message, read as the plain words that somebody typed."""

import re
from collections.abc import Callable
from html import unescape

# Whoever says only this wants to know what the bot does.
_GREETINGS = re.compile(
    r"(?:(?:hi|hello|hey|hallo|hola|good (?:morning|afternoon|evening)|help|start|menu|usage|commands"
    r"|what can you do|who are you|how does this work)(?: there| all| bot| me| please)?)?",
    re.IGNORECASE,
)
# What stands between angle brackets: a kind, what it names, and the words that are shown for it.
_MARK = re.compile(r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>")
_EDGES = " \t\r\n,:;.!?"
_BLANKS = re.compile(r"[ \t]{2,}")


def plain_words(text: str) -> str:
    """Give a message's text as it was typed: links and channels by their words, mentions left out."""
    shown = _BLANKS.sub(" ", _MARK.sub(_shown, text))
    return unescape(shown).strip()


def is_greeting(text: str) -> bool:
    """Tell whether there is no question in `text`: it is empty, a greeting, or a call for help."""
    return _GREETINGS.fullmatch(" ".join(text.strip(_EDGES).split())) is not None


def _shown(mark: re.Match[str]) -> str:
    return _WAYS[mark[1]](mark[2], mark[3] or "")


def _mention(_: str, __: str) -> str:
    return " "


def _channel(_: str, words: str) -> str:
    return f"#{words}" if words else " "


def _special(name: str, words: str) -> str:
    # A group of users or a date has words; <!here> and its like are calls to everybody.
    return words if "^" in name else " "


def _link(address: str, words: str) -> str:
    return words or address.removeprefix("mailto:")


_WAYS: dict[str, Callable[[str, str], str]] = {"@": _mention, "#": _channel, "!": _special, "": _link}

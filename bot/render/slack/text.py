"""Text of notes and questions, made harmless for Slack and cut to what it takes."""

import re

from bot.render.safe import safe_text

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.\-_~:/?#\[\]@!$&'()*+,;=%]+")
_SPACE = re.compile(r"\s+")
_WORDS = re.compile(r"(.*\S)\s", re.DOTALL)
# Longer addresses are shown, not linked.
LONGEST_ADDRESS = 500
_MORE = " …"


def escaped(text: str) -> str:
    """Give text for where Slack looks for mentions and links: it finds none."""
    return text.translate(_ESCAPES)


def one_line(text: str, limit: int) -> str:
    """Give text in one line, cut to `limit`."""
    return cut(_SPACE.sub(" ", safe_text(text)).strip(), limit)


def cut(text: str, limit: int) -> str:
    """Give `text`, or as many of its whole words as `limit` holds with the sign that more follows.

    Where that holds no word, the word is cut.
    """
    kept = _beginning(text, limit)
    if kept == text:
        return text
    whole = _WORDS.match(kept + text[len(kept) : len(kept) + 1])
    return f"{(whole[1] if whole else kept).rstrip()}{_MORE}"


def cut_lines(text: str, limit: int) -> str:
    """Give `text`, or as many of its whole lines as `limit` holds; where none fits, words."""
    kept = _beginning(text, limit)
    if kept == text:
        return text
    lines, newline, _ = (kept + text[len(kept)]).rpartition("\n")
    return f"{lines.rstrip()}\n{_MORE.strip()}" if newline and lines.strip() else cut(text, limit)


def width(text: str) -> int:
    """Count characters as Slack's clients do: in UTF-16."""
    return len(text.encode("utf-16-le")) // 2


def web_address(link: str | None) -> str | None:
    """Give a link if it is one to the web that can stand in a message; `None` for any other."""
    if link is None or len(escaped(link)) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(link):
        return None
    return link


def _beginning(text: str, limit: int) -> str:
    """Give `text`, or else as much of it as leaves room for the sign that more follows."""
    if width(text) <= limit:
        return text
    units = text.encode("utf-16-le")[: 2 * max(1, limit - len(_MORE))]
    return units.decode("utf-16-le", "ignore") or text[0]

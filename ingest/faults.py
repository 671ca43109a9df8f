"""What a library says of a bad file, made fit to be shown: the same each time, short, and safe to print."""

import re

SHOWN_CHARACTERS = 200

# An object's place in memory, which is another one in each run.
_ADDRESS = re.compile(r"\b(?:0x[0-9a-f]{6,}|\d{12,})\b")


def said(message: object) -> str:
    """Give an error or warning as words for a reason or note; an error without any is named."""
    words = str(message).strip() or type(message).__name__
    printable = "".join(each if each.isprintable() else " " for each in _ADDRESS.sub("…", words))
    return " ".join(printable.split())[:SHOWN_CHARACTERS].rstrip(". ")

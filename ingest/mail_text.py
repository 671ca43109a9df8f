"""What somebody wrote in a mail, apart from what that mail quotes of those before."""

import re
from dataclasses import dataclass

# A line, or two where it was wrapped, that says whose words follow: `On Mon, 2 Mar 2026, Ana Lima wrote:`.
_INTRODUCTION = re.compile(
    r"(?:\A|(?<=\n))(?P<words>(?:On|Am|Le|El|Il|Op|Em|W dniu|Den)\b[^\n]{4,300}(?:\n(?!>)[^\n]{1,200})?:)"
    r"[ \t]*\n\s*(?=>)"
)
# How Outlook and its like set earlier mails apart; all that follows is theirs.
_SEPARATOR = re.compile(
    r"(?:\A|(?<=\n))"
    r"(?:-{2,20} ?(?:Original Message|Ursprüngliche Nachricht|Message d'origine) ?-{2,20}|_{20,200})"
    r"[ \t]*\n"
    r"\s*(?P<words>(?:From|Von|De): [^\n]{1,300})\n"
)
_QUOTE = re.compile(r"^>[> ]*", re.MULTILINE)
_SOFT_BREAK = re.compile(r"(?<=[^\s-] )\n(?![> \n])")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail's `own` words, and the history below them: who is quoted, as the mail says it, and what.

    Both are empty where nothing is quoted at the end.
    """

    own: str
    introduction: str = ""
    quoted: str = ""


def letter(text: str) -> Letter:
    """Tell a mail's own words from the history below them. What is quoted between own words stays there."""
    for introduction in _INTRODUCTION.finditer(text):
        quoted = text[introduction.end() :]
        if all(line.startswith(">") or not line.strip() for line in quoted.splitlines()):
            words = " ".join(introduction["words"].split())
            return Letter(text[: introduction.start()].strip(), words, _QUOTE.sub("", quoted).strip())
    if separator := _SEPARATOR.search(text):
        own, quoted = text[: separator.start()], text[separator.end() :]
        return Letter(own.strip(), separator["words"].strip(), _QUOTE.sub("", quoted).strip())
    return Letter(text.strip())


def unfolded(text: str) -> str:
    """Join the lines that a mail with `format=flowed` broke only to keep them short (RFC 3676)."""
    return _SOFT_BREAK.sub("", text)

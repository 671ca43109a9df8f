"""The line under a quote: which note it is from, where in it, how old, and a link."""

from datetime import date

from bot.contract import CitedSpan, RankedPassage
from bot.render.ages import age_of_date
from bot.render.safe import heading_path
from bot.render.slack.elements import context, link_named, plain
from bot.render.slack.text import cut, one_line, web_address
from bot.render.slack.types import Block


def source_line(shown: CitedSpan | RankedPassage, label: str, today: date, limit: int) -> Block:
    """Give a context: title, section, place and age, each cut to `limit`; and a link if there is one."""
    parts = [f"{label} {note_name(shown, limit)}", one_line(shown.location, limit)]
    if shown.updated is not None:
        age = age_of_date(shown.updated, today)
        parts.append(f"updated {one_line(shown.updated, 30)}" + (f" ({age})" if age else ""))
    address = web_address(shown.link)
    link = [link_named(address, f"Open note {label.strip('[]().')}")] if address else []
    return context(plain(" · ".join(parts)), *link)


def note_name(shown: CitedSpan | RankedPassage, limit: int) -> str:
    """Give the title of a note and the headings above the place, in one line."""
    headings = shown.headings
    if headings and headings[0].strip().casefold() == shown.title.strip().casefold():
        headings = headings[1:]
    return cut(heading_path([one_line(shown.title, limit), *headings]), limit)

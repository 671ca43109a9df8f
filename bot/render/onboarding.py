"""Onboarding in the terminal: the paths, a stop to read, a check question beside the notes' answer."""

from collections.abc import Sequence

from rich.text import Text

from bot.onboarding.checks import Checked
from bot.onboarding.grading import Grade
from bot.onboarding.walking import Along
from bot.render.grades import WORDS
from bot.render.notes import readable
from bot.render.safe import safe_line, safe_text
from bot.render.terminal import Page, show_answer, show_citations

_COLOURS = {Grade.RIGHT: "green", Grade.CLOSE: "yellow", Grade.LOOK_AGAIN: "red", None: "yellow"}


def show_paths(page: Page, along: Sequence[Along]) -> None:
    """Show all paths by number and name, whom each is for, and how far one is."""
    for number, way in enumerate(along, 1):
        placed = way.placed
        page.write(Text.assemble((f"{number}. ", "dim"), (safe_line(placed.path.title), "bold")))
        told = [placed.name, *([f"for {placed.path.audience}"] if placed.path.audience else [])]
        page.write(Text(safe_line(f"{' · '.join(told)} · {progress(way)}"), "dim"), "   ")


def progress(way: Along) -> str:
    """Give how far one is, in words."""
    total = len(way.placed.present)
    if not way.walk:
        return f"{total} stop{'s' * (total != 1)}"
    return f"{way.done} of {total} stops done"


def show_stops(page: Page, way: Along) -> None:
    """Show the stops of a path, and what became of each."""
    seen = way.walk.seen if way.walk else {}
    for number, stop in enumerate(way.placed.present, 1):
        done = seen.get(stop.key)
        told = f"{done.outcome}{f', {done.grade}' if done.grade else ''}" if done else ""
        here = " (here)" if stop is way.current else ""
        page.write(Text.assemble(safe_line(stop.title), (f"  {told}{here}", "dim")), f"{number:>2}. ")


def show_stop(page: Page, way: Along) -> None:
    """Show where on the path one is, why the stop matters, its text, and where that stands."""
    stop = way.current
    passage = stop.passage
    if passage is None:
        raise AssertionError("what is gone is not shown")
    present = way.placed.present
    page.write()
    at = f"Stop {present.index(stop) + 1} of {len(present)}"
    page.write(Text.assemble((f"{at} · ", "dim"), (safe_line(stop.title), "bold")))
    if stop.stop.why:
        page.write(Text(safe_line(stop.stop.why), "italic"))
    page.write()
    markdown = readable(passage)
    if markdown is None:
        page.write(safe_text(passage.text))
    else:
        page.markdown(markdown)
    page.write()
    page.write(page.place(passage, passage))


def show_gone(page: Page, way: Along) -> None:
    """Say quietly which stops are passed over, since they are in the notes no more."""
    for stop in way.placed.stops:
        if stop.passage is None:
            page.write(Text(f"(passed over, no longer in the notes: {safe_line(stop.key)})", "dim"))


def show_checked(page: Page, said: str, found: Checked) -> None:
    """Show what was said, how far it agrees, and the notes' own words beside it."""
    page.write()
    page.write(Text(WORDS[found.grade], _COLOURS[found.grade]))
    page.write()
    page.write(Text(safe_line(said)), "You:       ")
    page.write("The notes:")
    if found.grade is None:
        show_answer(page, found.answer)
    else:
        show_citations(page, found.answer.citations)


def show_end(page: Page, way: Along) -> None:
    """Say what is done, what was skipped, and which checks to look at again."""
    seen = way.walk.seen if way.walk else {}
    found = [(stop.title, seen[stop.key]) for stop in way.placed.present if stop.key in seen]
    skipped = [title for title, one in found if one.outcome == "skipped"]
    again = [title for title, one in found if one.grade in {Grade.CLOSE, Grade.LOOK_AGAIN}]
    page.write()
    page.write(Text(f"That was the last stop of {safe_line(way.placed.path.title)}.", "bold"))
    if skipped:
        page.write(safe_line(f"Skipped: {', '.join(skipped)}"))
    if again:
        page.write(safe_line(f"Worth a second look: {', '.join(again)}"))

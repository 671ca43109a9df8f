"""The conversation of `refdesk onboard`: what is typed, and what is shown for it."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from bot.commands.ask import asked
from bot.render.safe import safe_line

if TYPE_CHECKING:
    from bot.onboarding.stops import PlacedPath
    from bot.onboarding.walking import Along, Walker
    from bot.render.terminal import Page
    from index.search import Index

_WORDS = ("next", "back", "skip", "check", "ask", "list", "quit")
_HINT = "Enter: next · back · skip · check: a question to check yourself · ask QUESTION · list · quit"


def command_of(said: str) -> tuple[str, str]:
    """Give the command that a line begins with, by its word or first letter, and what follows it.

    Nothing stands for `next`, what ends as a question for `ask`; what is no command has an empty name.
    """
    said = said.strip()
    word, _, rest = said.partition(" ")
    if not word:
        return "next", ""
    name = next((name for name in _WORDS if word.casefold() in {name, name[0]}), "")
    return ("ask", said) if said.endswith("?") and name != "ask" else (name, rest.strip())


class Guide:
    """Leads one person along a path; what is typed comes from the terminal or a pipe."""

    def __init__(self, index: "Index", page: "Page", walker: "Walker", k: int) -> None:
        self._index = index
        self._page = page
        self._walker = walker
        self._k = k
        self._typed = sys.stdin.isatty() and sys.stdout.isatty()
        self._said = _lines(typed=self._typed)

    def run(self, paths: Sequence["PlacedPath"]) -> None:
        """Walk one of the paths until its end, or until whoever types has had enough."""
        from bot.render.onboarding import show_end, show_gone, show_stop

        placed = paths[0] if len(paths) == 1 else self._chosen(paths)
        if placed is None:
            return
        way = self._walker.begin(placed)
        show_gone(self._page, way)
        show_stop(self._page, way)
        self._hint()
        for said in self._said:
            name, rest = command_of(said)
            if name == "quit":
                break
            after = self._done(way, name, rest)
            if after is None:
                show_end(self._page, self._walker.along(placed))
                return
            if after.current is not way.current:
                show_stop(self._page, after)
            way = after
        self._page.write()
        self._page.write(f"You go on from here with: refdesk onboard --path {placed.name}")

    def _chosen(self, paths: Sequence["PlacedPath"]) -> "PlacedPath | None":
        from bot.render.onboarding import show_paths

        show_paths(self._page, [self._walker.along(path) for path in paths])
        self._page.write()
        self._page.write("Which one? Type its number or its name.")
        for said in self._said:
            for number, path in enumerate(paths, 1):
                if said.strip().casefold() in {str(number), path.name.casefold()}:
                    return path
            self._page.write(safe_line(f"There is no path {said!r}: type a number from 1 to {len(paths)}."))
        return None

    def _done(self, way: "Along", name: str, rest: str) -> "Along | None":
        """Do what was said; give where the person is then, `None` behind the last stop."""
        stop = way.current
        match name:
            case "next" | "skip":
                after = self._walker.leave(way, stop, "skipped" if name == "skip" else "read")
                return after if way.after(stop) else None
            case "back":
                return self._walker.go_to(way, way.before(stop))
            case "check":
                return self._checked(way)
            case "ask" if rest:
                self._ask(rest)
            case "list":
                from bot.render.onboarding import show_stops

                show_stops(self._page, self._walker.along(way.placed))
            case _:
                self._page.write(_HINT)
        return way

    def _checked(self, way: "Along") -> "Along":
        """Put the check question, and compare what is said to it with the notes."""
        from bot.onboarding.checks import checked
        from bot.render.onboarding import show_checked

        stop = way.current
        if not stop.stop.check:
            self._page.write("This stop has no question. Enter goes on.")
            return way
        self._page.write(f"{safe_line(stop.stop.check)} Say it in your own words:")
        said = next(self._said, "").strip()
        if not said:
            return way
        found = checked(self._index, stop, said)
        show_checked(self._page, said, found)
        return self._walker.grade(way, stop, found.grade) if found.grade else way

    def _ask(self, question: str) -> None:
        from bot.answer import answer
        from bot.render.terminal import show_answer
        from bot.state.newcomers import record

        reply = answer(self._index, asked(question), k=self._k)
        record(self._walker.state, self._walker.person, reply.question, reply.verdict)
        self._page.write()
        show_answer(self._page, reply)

    def _hint(self) -> None:
        if self._typed:
            self._page.write()
            self._page.write(_HINT)


def _lines(*, typed: bool) -> Iterator[str]:
    """Give the lines as they are typed or piped in, until the end of them."""
    if typed:
        # Importing it is what gives `input` its history and editing keys; some builds of Python lack it.
        with suppress(ImportError):
            import readline  # noqa: F401
    while True:
        try:
            yield input("? " if typed else "")
        except EOFError:
            return

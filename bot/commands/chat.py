"""`refdesk chat`: a conversation, in which each question is read in the light of those before."""

import sys
from collections.abc import Iterator
from contextlib import closing, suppress

import click

from bot.commands.ask import asked
from bot.commands.invocation import Invocation, Wanted, examples, filtered, following, opened, page
from bot.types import Answer, Turn

QUIT = "/quit"
_EXAMPLES = examples("refdesk chat", "refdesk chat --path runbooks")


@click.command("chat", epilog=_EXAMPLES)
@filtered
@click.pass_obj
def chat_command(invocation: Invocation, *, wanted: Wanted) -> None:
    """Ask one question after another; a follow-up is read in the light of what was asked before.

    An empty line, /quit or Ctrl-D ends it. Questions may come from a pipe too, one a line. What is indexed
    meanwhile answers from the next question on. The exit status is 0 however the questions were answered.
    """
    settings = invocation.settings()
    index = opened(settings)
    where = wanted.where(index)
    from bot.answer import answer
    from bot.render.terminal import show_answer

    history: list[Turn] = []
    with closing(following(settings, index)) as live:
        for line in _lines():
            question = asked(line)
            with live.index() as index:
                reply = answer(index, question, k=wanted.k or settings.k, where=where, history=tuple(history))
                shown = page(invocation, index)
                show_answer(shown, reply)
            shown.write()
            history += [Turn("user", question), Turn("assistant", _said(reply))]


def _lines() -> Iterator[str]:
    """Give the questions as they are typed or piped in, until the end of them."""
    typed = sys.stdin.isatty() and sys.stdout.isatty()
    if typed:
        click.echo(f"Ask away; an empty line or {QUIT} ends it.")
        # Importing it is what gives `input` its history and editing keys; some builds of Python lack it.
        with suppress(ImportError):
            import readline  # noqa: F401
    while True:
        try:
            line = input("? " if typed else "")
        except EOFError:
            return
        if line.strip() in {"", QUIT}:
            return
        yield line


def _said(reply: Answer) -> str:
    """Give what was answered as a turn of the conversation: the quotes, or nothing."""
    return "\n".join(citation.quote for citation in reply.citations)

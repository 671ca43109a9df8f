"""A check question, what the notes answer, and how a newcomer's words compare with that."""

from dataclasses import dataclass

from bot.answer import answer
from bot.onboarding.grading import Grade, graded
from bot.onboarding.stops import PlacedStop
from bot.types import Answer, Verdict
from index.search import Index
from index.types import Where
from ingest.plain import plain


@dataclass(frozen=True, slots=True)
class Checked:
    """The answer of the notes, to show beside the newcomer's words, and how far these agree.

    `grade` is `None` where refdesk is not sure of the notes' answer itself: then nothing is compared.
    """

    answer: Answer
    grade: Grade | None


def checked(index: Index, stop: PlacedStop, said: str) -> Checked:
    """Compare what is `said` to a stop's check question with what the stop's note answers."""
    passage = stop.passage
    if passage is None:
        raise AssertionError("what is gone asks nothing")
    document = passage.document
    reply = answer(index, stop.stop.check, where=Where((document.source,), (document.path,)))
    if reply.verdict is not Verdict.ANSWERED:
        return Checked(reply, None)
    reference = " ".join(
        plain(citation.quote, citation.passage.document.format) for citation in reply.citations
    )
    return Checked(reply, graded(stop.stop.check, said, reference, index.encoder))

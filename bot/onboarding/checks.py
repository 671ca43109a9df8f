"""A check question, what the notes answer, and how a newcomer's words compare with that."""

from dataclasses import dataclass, replace

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

    `grade` is `None` where refdesk does not find the answer at the stop itself: then nothing is compared.
    """

    answer: Answer
    grade: Grade | None


def checked(index: Index, stop: PlacedStop, said: str) -> Checked:
    """Compare what is `said` to a stop's check question with what the stop answers.

    That the answer stands there is the word of whoever wrote the path; so a quote from there counts though
    refdesk alone would not be sure of it.
    """
    passage = stop.passage
    if passage is None:
        raise AssertionError("what is gone asks nothing")
    document = passage.document
    found = answer(index, stop.stop.check, where=Where((document.source,), (document.path,)))
    there = tuple(one for one in found.citations if passage.start <= one.start and one.end <= passage.end)
    if not there:
        return Checked(found, None)
    reference = " ".join(plain(one.quote, document.format) for one in there)
    grade = graded(stop.stop.check, said, reference, index.encoder)
    return Checked(replace(found, verdict=Verdict.ANSWERED, citations=there), grade)

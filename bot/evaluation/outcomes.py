"""Asking labelled questions, and what became of each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.contract import AnswerObject, answer_object, unanswerable
from bot.evaluation.judging import citation_hits, passage_hits
from bot.evaluation.labels import Label
from bot.evaluation.retrieval import DEPTH, Ranking, retrieval_figures
from bot.question import readable
from bot.types import Answer, Turn, Verdict
from index.progress import Progress
from ingest.errors import UsageError

if TYPE_CHECKING:
    from index.search import Index

Reply = Callable[[str, Sequence[Turn]], Answer]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    `correct`: a quote hits the label, whatever the verdict. `retrieval` holds what `retrieval_figures` gives,
    for an answerable question. Of the `paged` quotes that hit a label with a page, `right_pages` are on it.
    """

    set: str
    id: str
    kind: str
    question: str
    answerable: bool
    verdict: str
    confidence: float
    correct: bool
    retrieval: dict[str, float] | None
    quoted_words: int
    ms: float
    paged: int
    right_pages: int
    cited: tuple[str, ...]

    @property
    def answered(self) -> bool:
        """Whether it was answered, rightly or not."""
        return self.verdict == Verdict.ANSWERED

    @property
    def rank(self) -> int | None:
        """The place of the first passage that hits, from 1; `None` if none of the first ten does."""
        reciprocal = self.retrieval["mrr@10"] if self.retrieval else 0.0
        return round(1 / reciprocal) if reciprocal else None


def asking(index: "Index") -> Reply:
    """Give what answers a question from `index`, as `refdesk ask` does with ten passages."""
    from bot.answer import answer

    return lambda question, history: answer(index, question, k=DEPTH, history=history)


def asked(
    reply: Reply, labels: Sequence[Label], progress: Progress, stage: str = "ask"
) -> tuple[Outcome, ...]:
    """Ask each question as `refdesk ask --batch` does, and judge what comes back."""
    progress.stage(stage, len(labels))
    answers = []
    for label in labels:
        answers.append(_answer(reply, label))
        progress.advance()
    answerable = [pair for pair in zip(labels, answers, strict=True) if pair[0].answerable]
    figures = iter(retrieval_figures([_ranking(*pair) for pair in answerable]))
    return tuple(
        _outcome(label, answer, next(figures) if label.answerable else None)
        for label, answer in zip(labels, answers, strict=True)
    )


def _answer(reply: Reply, label: Label) -> AnswerObject:
    try:
        question, _ = readable(label.question)
    except UsageError as error:
        # Nothing but control characters.
        return unanswerable(label.question, str(error), 0, label.id)
    return answer_object(reply(question, label.history), {}, identity=label.id)


def _ranking(label: Label, answer: AnswerObject) -> Ranking:
    found = (p.path if passage_hits(p, label.gold) else None for p in answer.passages)
    return Ranking(tuple(found), frozenset(gold.path for gold in label.gold))


def _outcome(label: Label, answer: AnswerObject, retrieval: dict[str, float] | None) -> Outcome:
    hits = [citation for citation in answer.citations if citation_hits(citation, label)]
    pages = {gold.page for gold in label.gold if gold.page}
    return Outcome(
        set=label.set,
        id=label.id,
        kind=label.kind,
        question=label.question,
        answerable=label.answerable,
        verdict=answer.verdict,
        confidence=answer.confidence,
        correct=label.answerable and bool(hits),
        retrieval=retrieval,
        quoted_words=sum(len(citation.quote.split()) for citation in answer.citations),
        ms=answer.elapsed_ms,
        paged=len(hits) if pages else 0,
        right_pages=sum(citation.page in pages for citation in hits),
        cited=tuple(citation.location for citation in answer.citations),
    )

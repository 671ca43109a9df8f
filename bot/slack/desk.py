"""The reference desk: answers a question from the notes that its audience may see."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.question import readable
from bot.slack.audience import Audience, Rules, may_see, may_share, where
from bot.slack.examples import examples
from bot.types import Turn
from index.types import Where

if TYPE_CHECKING:
    from bot.contract import AnswerObject
    from index.live import LiveIndex
    from index.search import Index


@dataclass(frozen=True, slots=True)
class Known:
    """What there is to ask about: documents of each source, passages, and the age of the index in words."""

    sources: tuple[tuple[str, int], ...]
    passages: int
    built: str
    examples: tuple[str, ...]


class Desk:
    """Answers from what is live; `wanted` are the examples that the settings name. For many threads."""

    def __init__(self, live: "LiveIndex", rules: Rules, k: int, wanted: tuple[str, ...] = ()) -> None:
        self._live = live
        self._rules = rules
        self._k = k
        self._wanted = wanted
        self._examples: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}

    def answer(
        self, question: str, audience: Audience, history: Sequence[Turn] = ()
    ) -> "AnswerObject | None":
        """Give the answer; `None` where no source may answer there. Raises `UsageError` for no question."""
        from bot.answer import answer
        from bot.contract import answer_object

        asked, _ = readable(question)
        with self._live.index() as index:
            allowed = where(audience, self._rules, _names(index))
            if allowed is None:
                return None
            reply = answer(index, asked, k=self._k, where=allowed, history=history)
            return answer_object(reply, {source.name: source for source in index.sources})

    def known(self, audience: Audience) -> Known:
        """Give what an audience may ask about."""
        from bot.render.ages import age_of_seconds

        with self._live.index() as index:
            built = age_of_seconds(index.manifest.age_seconds)
            allowed = where(audience, self._rules, _names(index))
            if allowed is None:
                return Known((), 0, built, ())
            labels = [index.store.labels[number] for number in index.store.allowed(allowed)]
            counts = Counter(label.source for label in labels)
            return Known(
                tuple((name, counts[name]) for name in allowed.sources),
                sum(label.count for label in labels),
                built,
                self._wanted or self._from_notes(index, allowed),
            )

    @contextmanager
    def seen(self, audience: Audience) -> "Iterator[tuple[Index, Where] | None]":
        """Give the live index, and what of it an audience may see; `None` where that is nothing."""
        with self._live.index() as index:
            allowed = where(audience, self._rules, _names(index))
            yield None if allowed is None else (index, allowed)

    def may_see(self, sources: Sequence[str], audience: Audience) -> bool:
        """Tell whether an audience may still see all of these sources."""
        with self._live.index() as index:
            return may_see(sources, audience, self._rules, _names(index))

    def may_share(self, sources: Sequence[str], channel: Audience) -> bool:
        """Tell whether what is from these sources may be shown to everybody in a channel."""
        with self._live.index() as index:
            return may_share(sources, channel, self._rules, _names(index))

    def close(self) -> None:
        """Close the index once no question is under way."""
        self._live.close()

    def _from_notes(self, index: "Index", allowed: Where) -> tuple[str, ...]:
        """Give examples from the notes, which are looked for once in each generation."""
        key = index.manifest.checksum, allowed.sources
        if key not in self._examples:
            if any(checksum != key[0] for checksum, _ in self._examples):
                self._examples.clear()
            self._examples[key] = examples(index, allowed)
        return self._examples[key]


def _names(index: "Index") -> list[str]:
    return [source.name for source in index.sources]

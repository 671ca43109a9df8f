"""Which words the notes hold, as far as they may answer: nothing is told of a note that may not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from index.analysis import terms
from index.expansion import Frequency
from index.lexical import LexicalIndex
from index.passages import PassageStore
from index.spelling import vocabulary

# Where only some notes may answer, so many of their passages with a word's term are read for the word.
READ = 20
# Of so many terms it stays known how many passages hold them.
TERMS_HELD = 10_000


@dataclass(frozen=True)
class Known:
    """The words of `documents`, by number; of all where these are `None`."""

    _store: PassageStore
    _lexical: LexicalIndex
    documents: Sequence[int] | None

    @cached_property
    def passages(self) -> int:
        """The number of passages of the documents."""
        if self.documents is None:
            return self._lexical.passages
        return len(self._store.passages_of(self.documents))

    @cached_property
    def frequency(self) -> Frequency:
        """What gives the number of passages that hold a term of `index.analysis`."""
        return self._lexical.frequency if self.documents is None else lru_cache(TERMS_HELD)(self._frequency)

    @property
    def vocabulary(self) -> Mapping[str, int]:
        """The words of all documents, folded: which of them these hold is for `written` to say."""
        return self._store.vocabulary

    def written(self, word: str) -> int:
        """Give how often a folded word stands in the passages, or in the first `READ` that may hold it.

        Of a stop word it is how often all documents hold it: that is a matter of the language.
        """
        found = terms(word)
        if self.documents is None or not found:
            return self.vocabulary.get(word, 0)
        holding = self._lexical.search(found, READ, self.documents)
        return dict(vocabulary(self._store.encoded(number) for number, _ in holding)).get(word, 0)

    def _frequency(self, term: str) -> int:
        everywhere = self._lexical.frequency(term)
        allowed, others = self._parts
        # Counting costs by the documents that are named.
        if not everywhere or len(allowed) <= len(others):
            return everywhere and self._lexical.frequency_in(term, allowed)
        return everywhere - self._lexical.frequency_in(term, others)

    @cached_property
    def _parts(self) -> tuple[Sequence[int], Sequence[int]]:
        """The documents, and all others."""
        allowed = self.documents or ()
        return allowed, sorted(set(range(len(self._store.labels))).difference(allowed))

"""Lexical retrieval: BM25 by Tantivy over the terms of `index.analysis`, which are written one by one."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import msgspec
import tantivy

from index.checksums import FileRecord, content_problems, files_under, record_files
from index.manifest import damaged

# In the headings a question's word counts this much beside the same word in the passage.
HEADING_WEIGHT = 0.4

# Tantivy adds up float32 in an order of its own; this many digits do not depend on it.
DIGITS = 3
# A limit, not a reservation. What fits into it becomes one segment, in the order given.
_HEAP_BYTES = 2_000_000_000
_CHECKSUMS = "checksums.json"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a passage is found under: the terms of its encoded text and of its headings, and its document.

    Terms have a space between them.
    """

    document: int
    body: str
    headings: str


@dataclass(frozen=True, slots=True)
class LexicalIndex:
    """The terms of a generation's passages, in the order of the passages."""

    _folder: Path
    _schema: Any
    _searcher: Any

    @staticmethod
    def write(folder: Path, passages: Iterable[Terms]) -> None:
        """Write the terms of all passages, in order, into the new `folder`. Raises `OSError`."""
        folder.mkdir()
        try:
            _write(folder, passages)
        except BaseException as error:
            if _is_tantivys(error):
                # A full disk too is reported in words, not as an `OSError`.
                raise OSError(None, f"Tantivy could not write: {error}") from error
            raise
        paths = files_under(folder)
        record = folder / _CHECKSUMS
        record.write_bytes(msgspec.json.encode(record_files(folder, paths)))
        for path in paths:
            # Some come readable by their owner only, and the bot may run as somebody else.
            path.chmod(record.stat().st_mode)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open what `write` wrote, after comparing all of it with its checksums: it is a few MB.

        Raises `DamagedIndexError`. Tantivy trusts what it reads: it panics on some damage, and from other
        damage it answers wrongly.
        """
        try:
            files = msgspec.json.decode((folder / _CHECKSUMS).read_bytes(), type=dict[str, FileRecord])
        except (OSError, UnicodeDecodeError, msgspec.DecodeError) as error:
            raise damaged(f"{folder / _CHECKSUMS} can not be read: {error}") from error
        if problems := content_problems(folder, files):
            raise damaged("; ".join(problems))
        with _explaining(folder):
            return cls._opened(folder)

    @classmethod
    def _opened(cls, folder: Path) -> Self:
        try:
            index = tantivy.Index.open(str(folder))
            return cls(folder, index.schema, index.searcher())
        except ValueError as error:
            if "Lockfile" not in str(error):
                raise
        # Tantivy wants to lock the folder it reads, which a read-only disk does not allow: read a copy.
        # Its lock files may come and go while the copy is removed.
        with tempfile.TemporaryDirectory(prefix="refdesk-", ignore_cleanup_errors=True) as copy:
            shutil.copytree(folder, copy, dirs_exist_ok=True)
            index = tantivy.Index.open(copy)
            return cls(folder, index.schema, index.searcher())

    @property
    def passages(self) -> int:
        """The number of passages."""
        return int(self._searcher.num_docs)

    def frequency(self, term: str) -> int:
        """Give the number of passages that hold `term`. Raises `DamagedIndexError`."""
        with _explaining(self._folder):
            return int(self._searcher.doc_freq("body", term))

    def frequency_in(self, term: str, documents: Sequence[int]) -> int:
        """Give the number of passages of `documents` that hold `term`. Raises `DamagedIndexError`."""
        query, occur = tantivy.Query, tantivy.Occur
        held = query.term_query(self._schema, "body", term, index_option="freq")
        both = query.boolean_query([(occur.Must, held), (occur.Must, self._only(documents))])
        with _explaining(self._folder):
            return int(self._searcher.search(both, 1, count=True).count)

    def search(
        self, terms: Sequence[str], k: int, documents: Sequence[int] | None = None
    ) -> list[tuple[int, float]]:
        """Give the `k` passages that fit `terms` best with their BM25 scores, best first, then in order.

        The score is BM25 with k1 = 1.2 and b = 0.75 (Robertson and Zaragoza, 2009, as in Lucene) of the body,
        plus `HEADING_WEIGHT` times that of the headings. Only passages of `documents` count, if they are
        given. Raises `DamagedIndexError`.
        """
        if not terms or k <= 0:
            return []
        query = self._query(terms, documents)
        with _explaining(self._folder):
            hits = self._searcher.search(query, k, count=False).hits
            found = [
                (int(self._searcher.doc(address)["passage"][0]), round(score, DIGITS))
                for score, address in hits
                if score > 0
            ]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))

    def _query(self, terms: Sequence[str], documents: Sequence[int] | None) -> Any:  # noqa: ANN401 - untyped library
        query, occur = tantivy.Query, tantivy.Occur
        clauses = []
        for term in terms:
            clauses.append((occur.Should, query.term_query(self._schema, "body", term, index_option="freq")))
            heading = query.term_query(self._schema, "headings", term, index_option="freq")
            clauses.append((occur.Should, query.boost_query(heading, HEADING_WEIGHT)))
        if documents is not None:
            clauses.append((occur.Must, self._only(documents)))
        return query.boolean_query(clauses)

    def _only(self, documents: Sequence[int]) -> Any:  # noqa: ANN401 - untyped library
        allowed = tantivy.Query.term_set_query(self._schema, "document", list(documents))
        return tantivy.Query.const_score_query(allowed, 0.0)


def _write(folder: Path, passages: Iterable[Terms]) -> None:
    # One thread makes one segment in the order given, so that equal input answers equally.
    writer = tantivy.Index(_schema(), path=str(folder)).writer(_HEAP_BYTES, num_threads=1)
    for number, passage in enumerate(passages):
        entry = tantivy.Document()
        entry.add_unsigned("passage", number)
        entry.add_unsigned("document", passage.document)
        entry.add_text("body", passage.body)
        entry.add_text("headings", passage.headings)
        writer.add_document(entry)
    writer.commit()
    writer.wait_merging_threads()


def _schema() -> Any:  # noqa: ANN401 - untyped library
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("passage", stored=True)
    builder.add_unsigned_field("document", indexed=True)
    for name in ("body", "headings"):
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="freq")
    return builder.build()


@contextmanager
def _explaining(folder: Path) -> Iterator[None]:
    """Turn what Tantivy raises over files that changed under it into a `DamagedIndexError`."""
    try:
        yield
    except BaseException as error:
        if _is_tantivys(error):
            raise damaged(f"{folder} can not be read: {error}") from error
        raise


def _is_tantivys(error: BaseException) -> bool:
    # A panic is no `Exception`, and its class can not be imported. An empty stored document is a LookupError.
    return isinstance(error, (ValueError, LookupError)) or type(error).__name__ == "PanicException"

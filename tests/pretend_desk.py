"""A small desk that stands in for the index and the answers: one note, and words that make things happen."""

import shutil
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import ModuleType

from click.testing import CliRunner, Result
from encoders import HashEncoder

from bot.cli import cli
from bot.types import Answer, Citation, Turn, Verdict
from index.encoder import Encoder
from index.manifest import (
    FORMAT_VERSION,
    ChangeCounts,
    Counts,
    EncoderRecord,
    Manifest,
    SourceRecord,
    write_manifest,
)
from index.progress import Progress
from index.store import Store
from index.types import BuildReport, FileState, Hit, SkippedFile, Status, Where
from index.writer import Keep
from ingest.errors import DamagedIndexError, RefusedError, ShrunkError
from ingest.types import Document, Format, Passage, Source

TEXT = "# Undo\n\nTo undo a rollout, run `kubectl rollout undo`.\n\x1b[31mNever in red.\n"
NOTE = Document("undo.md", "notes", "Undo", TEXT, Format.MARKDOWN, "0" * 64)
PASSAGE = Passage(NOTE, 8, len(TEXT), ("Undo",))
HIT = Hit(PASSAGE, 0.9, 0.8, 7.5)
# Open between the runs of a watch.
ENCODER = HashEncoder()
UNSET = dict.fromkeys(("NO_COLOR", "FORCE_COLOR", "REFDESK_INDEX", "REFDESK_SOURCES"))


@dataclass
class PretendIndex:
    """One note, found by any query with `rollout` in it."""

    manifest: Manifest
    reader: None = None
    encoder: None = None
    store: ExitStack = field(default_factory=ExitStack)

    @property
    def generation(self) -> int:
        """The number of the generation."""
        return self.manifest.number

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources that were indexed."""
        return tuple(Source(source.name, Path(source.root)) for source in self.manifest.sources)

    @classmethod
    def open(
        cls,
        root: Path,
        encoder: str | None = None,
        *,
        models: Path | None,
        number: int | None = None,
        loaded: None = None,
        reader: None = None,
    ) -> "PretendIndex":
        """Open what `pretend_build` wrote; `None` takes the encoder that the index was built with."""
        assert encoder in {None, "all-MiniLM-L6-v2"}
        assert (models, loaded, reader) == (None, None, None)
        return cls((Store(root).open(number) if number else Store(root).open_current())[0])

    def search(self, query: str, k: int, where: Where) -> list[Hit]:
        """Find the note `k` times over, unless a filter on paths leaves it out."""
        allowed = not where.paths or NOTE.path in where.paths
        return [HIT] * k if "rollout" in query and allowed else []

    def status(self) -> Status:
        """Give a status with one file of each state."""
        files = (
            FileState("notes", "undo.md", "indexed", None, 1),
            FileState("notes", "a\x1b.bin", "skipped", "binary", 0),
        )
        shown = files if self.generation == 1 else files[:1]
        return Status(self.generation, "2026-02-03T10:00:00Z", 7_300.12345, "all-MiniLM-L6-v2", 1, 1, shown)


def pretend_build(
    sources: Sequence[Path],
    store_root: Path,
    encoder_name: str,
    *,
    models: Path | None,
    max_bytes: int,
    threads: int,
    encoder: Encoder | None,
    progress: Progress,
    gate: Callable[["PretendIndex", Progress], bool] | None,
    allow_shrink: bool,
    keep: Keep,
) -> BuildReport:
    """Publish a generation with the sources and nothing else; a file `shrunk` stands for a loss."""
    if (store_root / "shrunk").exists() and not allow_shrink:
        raise ShrunkError("most of it is gone")
    assert (encoder_name, models, max_bytes) == ("all-MiniLM-L6-v2", None, 50_000_000)
    assert (threads > 0, encoder in {None, ENCODER}, keep) == (True, True, Keep(3, 0))
    progress.stage("scan", None)
    progress.advance()
    store = Store(store_root)
    number = (store.current() or 0) + 1 if store.pointer.exists() else 1
    folder = store.folder(number)
    folder.mkdir(parents=True)
    records = tuple(SourceRecord(root.name, str(root)) for root in sources)
    record = EncoderRecord(encoder_name, "f", 384)
    counts = Counts(documents=1, passages=1, spans=1, headings=1)
    changes, then = ChangeCounts(number - 1 or None, added=1), "2026-02-03T10:00:00+00:00"
    manifest = Manifest(FORMAT_VERSION, number, then, "0", record, "t", records, counts, changes, {})
    write_manifest(manifest, folder)
    if gate and not gate(PretendIndex(manifest), progress):
        shutil.rmtree(folder)
        raise RefusedError("it was refused", folder)
    store.pointer.write_text(f"{number}\n")
    skipped = tuple(SkippedFile(f"{n}\x1b.bin", "binary") for n in range(7)) if number == 1 else ()
    return BuildReport(number, 1, 2, 3, 4, 5, 1_600, 7, skipped, {"scan": 0.12345, "total": 1.26})


def pretend_answer(
    index: PretendIndex,
    question: str,
    *,
    k: int = 10,
    where: Where | None = None,
    history: Sequence[Turn] = (),
) -> Answer:
    """Answer what is asked about a rollout, be unsure of a `maybe`, and stop where it says so."""
    if question == "stop":
        signal.raise_signal(signal.SIGINT)
    if question == "damage":
        raise DamagedIndexError("the index is damaged: \x1b[2J")
    if question == "full":
        raise OSError(28, "No space left on device", "/index")
    if question == "odd":
        raise OSError("something odd")
    hits = tuple(index.search(question, k, where or Where()))
    citation = Citation(PASSAGE, 8, TEXT.index("\n\x1b"), 0.9)
    answer = Answer(question, Verdict.ANSWERED, 0.9, (citation,), (), hits, index.generation, 1.0)
    if not hits and not history:
        return replace(answer, verdict=Verdict.NOT_FOUND, citations=(), related=(HIT,), confidence=0.1)
    if "maybe" in question:
        return replace(answer, verdict=Verdict.UNSURE, confidence=0.4)
    return replace(answer, read_as=f"{history[0].text} {question}") if history else answer


def pretend_modules() -> dict[str, ModuleType]:
    """Give the modules that stand in for the slow ones, by name."""
    contents: dict[str, dict[str, object]] = {
        "index.search": {"Index": PretendIndex},
        "index.build": {"build": pretend_build, "open_encoder": lambda *_: ENCODER},
        "bot.answer": {"answer": pretend_answer},
    }
    modules = {name: ModuleType(name) for name in contents}
    for name, module in modules.items():
        vars(module).update(contents[name])
    return modules


def run(*words: str, stdin: str | None = None) -> Result:
    """Run a command in this process, without what the environment says."""
    return CliRunner(env=UNSET).invoke(cli, words, input=stdin)


def build_index(folder: Path) -> None:
    """Configure the notes of `folder` and index them."""
    (folder / "refdesk.toml").write_text('sources = ["notes"]\n')
    assert run("index").exit_code == 0

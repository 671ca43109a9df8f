"""A new generation is published only if it answers labelled questions no worse than the live one."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from asking import ENCODER
from generations import folders
from indexes import reading_in_process
from judges import WordReader
from labelled import LABELS, reply
from trees import tree

from bot.evaluation.gate import Gate, Judgement, judged
from bot.evaluation.labels import Gold, Label
from bot.evaluation.outcomes import Outcome, asked
from index.build import build_with
from index.manifest import read_manifest
from index.progress import Progress, Quiet
from index.reader import Reader
from index.search import Index
from index.store import Store, verify_files
from index.types import BuildReport
from index.verify import verify
from ingest.errors import RefusedError, UsageError
from ingest.types import Source

NOTES = {
    "undo.md": "# Undo\n\nTo undo a rollout, run the rollback command.\n",
    "paged.md": "# Paging\n\nThe first engineer on the rota is paged at night.\n",
}
SETS = (
    Label("s", "1", "undo a rollout", (Gold("undo.md", "run the rollback"),), answerable=True),
    Label("s", "2", "who is paged at night", (Gold("paged.md"),), answerable=True),
)
OUTCOMES = asked(reply, LABELS, Quiet())


class _Watcher(Quiet):
    """Remembers the stages of a run."""

    def __init__(self) -> None:
        self.stages: list[tuple[str, int | None]] = []

    def stage(self, name: str, total: int | None) -> None:
        self.stages.append((name, total))


@pytest.fixture(autouse=True)
def hashed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open indexes with the instant encoder that they were built with."""

    def opened(root: Path, *, models: Path | None, reader: Reader | None) -> Index:
        assert models == root / "models"
        return Index.of(*Store(root).open_current(), ENCODER, reader)

    monkeypatch.setattr(Index, "open", opened)


def gate(root: Path, labels: Sequence[Label] = SETS) -> Gate:
    """Give a gate before the index in `root`."""
    return Gate(root, root / "models", labels)


def built(folder: Path, gate: Gate, progress: Progress | None = None) -> BuildReport:
    """Bring the index of the notes in `folder` up to date, behind a gate."""
    store = Store(folder / "index")
    with store.writing() as writer, reading_in_process():
        return build_with(
            ENCODER, [Source("notes", folder / "notes")], writer, store.root, progress=progress, gate=gate
        )


def test_the_first_generation_has_nothing_to_fall_behind(tmp_path: Path) -> None:
    """It is published, and the judgement says why nobody compared it."""
    tree(tmp_path / "notes", NOTES)
    first = gate(tmp_path / "index")
    report = built(tmp_path, first)
    assert report.generation == 1
    assert report.seconds["gate"] >= 0
    assert first.judgement == Judgement(reason="there is no live generation yet")
    again = gate(tmp_path / "index")
    assert built(tmp_path, again).generation == 1
    assert again.judgement == Judgement(reason="nothing has changed")


def test_a_generation_that_answers_as_well_is_published(tmp_path: Path) -> None:
    """Both generations are asked every question, with progress."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    tree(tmp_path / "notes", {"more.md": "# Lunch\n\nIt is served at noon.\n"})
    second, watcher = gate(tmp_path / "index"), _Watcher()
    assert built(tmp_path, second, watcher).generation == 2
    assert watcher.stages[-2:] == [("ask live", 2), ("ask new", 2)]
    assert (second.judgement.live, second.judgement.fallen) == (1, ())
    assert second.judgement.now["recall@5"] == 1.0
    assert folders(tmp_path / "index") == ["000001", "000002"]


def test_both_generations_are_read_by_the_same_reader(tmp_path: Path) -> None:
    """What the reader makes of the answers is no difference between them."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    tree(tmp_path / "notes", {"more.md": "# Lunch\n\nIt is served at noon.\n"})
    reader = WordReader()
    built(tmp_path, replace(gate(tmp_path / "index"), reader=reader))
    told = [piece.span for piece in reader.read]
    undo = NOTES["undo.md"].split("\n")[2]
    assert told.count(undo) == 2 * len(SETS)


def test_a_generation_that_falls_behind_is_kept_aside(tmp_path: Path) -> None:
    """The live one stays, and answers; the refused one is whole, and pruning and clearing leave it alone."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    (tmp_path / "notes" / "undo.md").unlink()
    second = gate(tmp_path / "index")
    with pytest.raises(RefusedError, match=r"refused and not published; generation 1 stays live") as caught:
        built(tmp_path, second)
    assert caught.value.folder == tmp_path / "index" / "generations" / "refused-000002"
    assert str(caught.value).endswith(f"It is kept in {caught.value.folder}")
    assert "recall@5" in second.judgement.fallen
    assert [change.now.id for change in second.judgement.changes] == ["1"]
    assert second.judgement.note is not None
    assert second.judgement.note.startswith(
        "1 of the 2 files that should answer are not in the index (undo.md);"
    )

    assert Store(tmp_path / "index").current() == 1
    manifest = read_manifest(caught.value.folder)
    assert verify_files(manifest, caught.value.folder) == []
    refused = Index.of(manifest, caught.value.folder, ENCODER)
    assert [file.path for file in refused.status().files] == ["paged.md"]
    refused.store.close()


def test_what_was_refused_stays_until_the_next_that_is(tmp_path: Path) -> None:
    """Readers, pruning and a later build leave it alone; the number goes to what is published."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    (tmp_path / "notes" / "undo.md").unlink()
    for _ in range(2):
        with pytest.raises(RefusedError):
            built(tmp_path, gate(tmp_path / "index"))
        assert folders(tmp_path / "index") == ["000001", "refused-000002"]
    for generation in range(2, 6):
        tree(tmp_path / "notes", NOTES | {"more.md": f"# More\n\nEdition {generation}.\n"})
        assert built(tmp_path, gate(tmp_path / "index")).generation == generation
    assert folders(tmp_path / "index") == ["000003", "000004", "000005", "refused-000002"]
    assert verify(tmp_path / "index") == []
    (tmp_path / "notes" / "undo.md").unlink()
    with pytest.raises(RefusedError):
        built(tmp_path, gate(tmp_path / "index"))
    assert folders(tmp_path / "index") == ["000003", "000004", "000005", "refused-000006"]


def test_a_live_generation_that_can_not_be_asked_gives_way(tmp_path: Path) -> None:
    """What is damaged is replaced, as it is without a gate, and the judgement says so."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    (tmp_path / "index" / "generations" / "000001" / "manifest.json").unlink()
    second = gate(tmp_path / "index")
    assert built(tmp_path, second).generation == 2
    assert second.judgement.live is None
    assert second.judgement.reason is not None
    assert second.judgement.reason.startswith("the live generation is of no use: the index is damaged: ")


def test_an_error_at_the_gate_leaves_the_live_generation(tmp_path: Path) -> None:
    """A set about other notes judges nothing; what was staged is removed."""
    tree(tmp_path / "notes", NOTES)
    built(tmp_path, gate(tmp_path / "index"))
    tree(tmp_path / "notes", {"more.md": "# Lunch\n\nIt is served at noon.\n"})
    elsewhere = Label("s", "1", "why?", (Gold("else.md"),), answerable=True)
    with pytest.raises(
        UsageError, match=r"^1 of the 1 files that should answer are not in the index \(else\.md\)"
    ):
        built(tmp_path, gate(tmp_path / "index", [elsewhere]))
    assert folders(tmp_path / "index") == ["000001"]


def test_a_set_without_answerable_questions_can_judge(tmp_path: Path) -> None:
    """It expects no file, so it misses none."""
    tree(tmp_path / "notes", NOTES)
    first = gate(tmp_path / "index", [Label("s", "1", "why?", (), answerable=False)])
    assert built(tmp_path, first).generation == 1


def test_many_missing_files_are_counted_and_three_are_named(tmp_path: Path) -> None:
    """The rest is one mark."""
    tree(tmp_path / "notes", NOTES)
    more = [Label("s", str(n), "why?", (Gold(f"{n}.md"),), answerable=True) for n in range(5)]
    first = gate(tmp_path / "index", [*SETS, *more])
    built(tmp_path, first)
    assert first.judgement.note is not None
    assert "5 of the 7 files" in first.judgement.note
    assert "(0.md, 1.md, 2.md, …)" in first.judgement.note


def fares(count: int, right: int) -> list[Outcome]:
    """Give so many answered questions, of which some are answered rightly; all are found."""
    return [replace(OUTCOMES[0], id=str(n), correct=n < right) for n in range(count)]


@pytest.mark.parametrize(
    ("before", "now", "tolerance", "fallen"),
    [
        (100, 99, 0.01, ()),
        (100, 98, 0.01, ("answered_right", "precision_answered")),
        (100, 99, 0.0, ("answered_right", "precision_answered")),
        (50, 100, 0.0, ()),
    ],
)
def test_a_figure_may_fall_by_the_tolerance(
    before: int, now: int, tolerance: float, fallen: tuple[str, ...]
) -> None:
    """And not by more."""
    assert judged(1, fares(100, before), fares(100, now), tolerance).fallen == fallen


def test_precision_needs_answers_on_both_sides() -> None:
    """Who answered nothing can fall no lower, and who stops answering loses right answers, not precision."""
    silent = [replace(one, verdict="not_found", correct=False) for one in fares(10, 0)]
    assert judged(1, silent, fares(10, 5), 0.01).fallen == ()
    assert judged(1, fares(10, 5), silent, 0.01).fallen == ("answered_right",)

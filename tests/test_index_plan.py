"""What a build would do, and how long it would take, without doing it."""

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from unittest.mock import patch

import pytest
from indexes import HASH, built, reading_in_process
from trees import tree

import index.plan
from index.estimate import SAMPLED, Rate, encoding_rate, spread, writing_time
from index.plan import NEVER_WRITTEN, NOT_EXPORTED, Plan, plan, plan_with
from index.progress import Quiet
from index.store import Store
from ingest.errors import EncoderError, SourceError
from ingest.origin import Origin, Repository
from ingest.sources import resolve_sources
from ingest.types import Checkout, Source

FIVE = {
    f"{name}.md": f"# {name}\n\nThe {name} of a ship.\n" for name in ("keel", "mast", "helm", "hull", "deck")
}


@pytest.fixture(autouse=True)
def _in_process() -> Iterator[None]:
    with reading_in_process():
        yield


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    """Give a folder of five notes and a picture."""
    return tree(tmp_path / "notes", {**FIVE, "ship.png": "pixels"})


@pytest.fixture
def root(tmp_path: Path, notes: Path) -> Path:
    """Give an index of them."""
    built(tmp_path / "index", notes)
    return tmp_path / "index"


def content(folder: Path) -> dict[str, str]:
    """Give a digest of all that lies in a folder, with the times of its files and folders."""
    return {
        str(
            path
        ): f"{path.stat().st_mtime_ns} {sha256(path.read_bytes()).hexdigest() if path.is_file() else ''}"
        for path in sorted(folder.rglob("*"))
    }


def planned(root: Path, *sources: Path, allow_shrink: bool = False) -> Plan:
    """Plan with the instant encoder, after asserting that nothing on the disk changes by it."""
    before = content(root.parent)
    made = plan_with(HASH, resolve_sources(sources), root, allow_shrink=allow_shrink)
    assert content(root.parent) == before
    return made


def counts(made: Plan) -> tuple[int, ...]:
    """Give how many documents are added, changed, moved, removed and unchanged."""
    return (made.added, made.changed, made.moved, made.removed, made.unchanged)


def test_before_the_first_build_all_is_to_be_done(tmp_path: Path, notes: Path) -> None:
    """The folder of the index is not even made; how long writing takes is not known."""
    made = planned(tmp_path / "index", notes)
    assert (made.generation, made.publishes, counts(made)) == (None, True, (5, 0, 0, 0, 0))
    assert (made.passages, made.to_encode, made.texts) == (5, 15, 15)
    assert [(file.path, file.reason) for file in made.skipped] == [("ship.png", "no reader for .png files")]
    assert (made.seconds["write"], made.notes) == (None, (NEVER_WRITTEN,))
    assert not (tmp_path / "index").exists()


def test_what_is_planned_is_what_a_build_does(root: Path, notes: Path) -> None:
    """Each count is that of the build that follows, the texts to encode among them."""
    (notes / "keel.md").write_text("# Keel\n\nThe keel is of oak.\n")
    (notes / "mast.md").rename(notes / "mizzen.md")
    (notes / "helm.md").unlink()
    tree(notes, {"sail.md": "# Sail\n\nA sail is of canvas.\n"})
    made = planned(root, notes)
    report = built(root, notes)
    assert counts(made) == (1, 1, 1, 1, 2)
    assert counts(made) == (report.added, report.changed, report.moved, report.removed, report.unchanged)
    assert (made.passages, made.to_encode) == (report.passages, report.encoded)
    assert made.to_encode
    assert made.skipped == report.skipped
    assert (made.generation, made.publishes, made.held_back, made.notes) == (1, True, None, ())
    assert made.seconds["write"] is not None


def test_with_nothing_to_do_nothing_is_encoded(root: Path, notes: Path) -> None:
    """There is no rate either, since nothing was measured."""
    made = planned(root, notes)
    assert (made.publishes, counts(made)) == (False, (0, 0, 0, 0, 5))
    assert (made.to_encode, made.rate, made.sampled) == (0, None, 0)
    assert (made.seconds["encode"], made.seconds["write"]) == (0, 0)


def test_what_the_cache_knows_is_not_encoded(root: Path, notes: Path) -> None:
    """A note that comes back has its vectors still, and one that is only known in part costs that part."""
    (notes / "keel.md").unlink()
    built(root, notes)
    tree(notes, {"keel.md": FIVE["keel.md"]})
    assert planned(root, notes).to_encode == 0
    tree(notes, {"keel.md": FIVE["keel.md"].replace("ship", "boat")})
    assert planned(root, notes).to_encode == 2


def test_a_damaged_cache_knows_nothing(root: Path, notes: Path) -> None:
    """The build throws it away; the plan leaves it as it is."""
    (root / "cache" / f"{HASH.fingerprint}.sqlite").write_bytes(b"junk" * 999)
    tree(notes, {"sail.md": "# Sail\n\nA sail is of canvas.\n"})
    assert planned(root, notes).to_encode == 3


def test_a_loss_would_be_held_back(root: Path, notes: Path) -> None:
    """As the build would say it; allowed, it would not be."""
    for name in ("keel.md", "mast.md", "helm.md"):
        (notes / name).unlink()
    made = planned(root, notes)
    assert made.held_back is not None
    assert "2 documents, where the index holds 5" in made.held_back
    assert planned(root, notes, allow_shrink=True).held_back is None


def test_without_any_note_nothing_would_be_published(tmp_path: Path) -> None:
    """The build would be an error, and the plan says which."""
    made = planned(tmp_path / "index", tree(tmp_path / "notes", {"ship.png": "pixels"}))
    assert made.held_back is not None
    assert "nothing to index in" in made.held_back


def test_a_damaged_index_is_planned_anew(root: Path, notes: Path) -> None:
    """All is read again; nobody knows the live generation where `CURRENT` is damaged."""
    (root / "CURRENT").write_text("junk")
    made = planned(root, notes)
    assert (made.generation, made.added, made.to_encode) == (None, 5, 0)


# With an encoder by its name


def test_the_real_encoder_is_timed(models: Path, tmp_path: Path, notes: Path) -> None:
    """Stages in their order, and their sum."""
    made = plan([notes], tmp_path / "index", "all-MiniLM-L6-v2", models=models, progress=Quiet())
    assert list(made.seconds) == ["load", "scan", "read", "encode", "write", "total"]
    total = made.seconds.pop("total")
    assert total == pytest.approx(sum(seconds or 0 for seconds in made.seconds.values()))
    assert (made.to_encode, made.sampled) == (15, 15)
    assert made.rate is not None
    # And the time for asking the cache, of which there is none yet.
    assert made.seconds["encode"] == pytest.approx(15 / made.rate, abs=1)
    assert (made.seconds["encode"] or 0) > 15 / made.rate
    assert not (tmp_path / "index").exists()


def test_without_an_export_files_are_counted(tmp_path: Path, notes: Path) -> None:
    """Nothing is exported for a plan; what needs the encoder is left open, and said."""
    made = plan([notes], tmp_path / "index", "all-MiniLM-L6-v2", models=tmp_path / "models")
    assert (counts(made), made.publishes) == ((5, 0, 0, 0, 0), True)
    assert (made.passages, made.texts, made.to_encode, made.rate) == (None, None, None, None)
    assert (made.seconds["total"], made.notes) == (None, (NOT_EXPORTED,))
    assert [file.path for file in made.skipped] == ["ship.png"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes"]


def test_without_an_export_the_live_generation_counts(root: Path, notes: Path) -> None:
    """Where only the export is gone, what is in the index is known all the same."""
    tree(notes, {"empty.md": "\n \n", "sail.md": "# Sail\n\nA sail is of canvas.\n"})
    built(root, notes)
    (notes / "keel.md").unlink()

    class Model:
        """The model whose export is gone."""

        fingerprint = HASH.fingerprint

    with (
        patch.object(index.plan, "exported_encoder", return_value=None),
        patch.object(index.plan, "find_model", return_value=Model()),
    ):
        made = plan([notes], root, "hash")
    assert (made.generation, counts(made)) == (2, (0, 0, 0, 1, 5))
    assert [file.path for file in made.skipped] == ["ship.png", "empty.md"]


def test_a_missing_source_and_a_missing_model_are_errors(tmp_path: Path, notes: Path) -> None:
    """As they are for a build."""
    with pytest.raises(SourceError):
        plan([tmp_path / "gone"], tmp_path / "index", "all-MiniLM-L6-v2", models=tmp_path / "models")
    with pytest.raises(EncoderError):
        plan([notes], tmp_path / "index", str(tmp_path / "no-model"), models=tmp_path / "models")


# Git repositories


def test_a_repository_is_not_fetched(tmp_path: Path, notes: Path, root: Path) -> None:
    """It is counted as it lies on the disk; one that was never fetched is named, and not counted."""
    known = Repository("https://git.example.org/team/notes.git")
    other = Repository("https://git.example.org/team/other.git", "main")
    checkout = tree(tmp_path / "checkout", FIVE)
    git = Checkout(known.url, "main", "0123456789abcdef" * 2)
    before = [Source("team/notes", checkout, None, git), Source("my notes", notes)]
    with patch.object(index.plan, "_sources_before", return_value=before):
        found, told = index.plan._on_disk([Origin(known), notes, Origin(other), tmp_path], root)
    assert [(one.name, one.root) for one in found] == [
        ("team/notes", checkout),
        ("my notes", notes),
        (tmp_path.name, tmp_path),
    ]
    assert told == [
        "https://git.example.org/team/notes.git is counted as it was last fetched, at 0123456789ab",
        "https://git.example.org/team/other.git@main was never fetched: what is in it is not counted",
    ]


@pytest.mark.parametrize("there", [True, False])
def test_what_was_fetched_before_is_in_the_manifest(root: Path, notes: Path, *, there: bool) -> None:
    """Without an index there is nothing to know."""
    store = Store(root) if there else Store(root / "none")
    assert [one.root for one in index.plan._sources_before(store)] == ([notes] if there else [])


# Measuring


def test_a_sample_is_of_short_and_long_texts_alike() -> None:
    """It is spread evenly over them, whole where they are few."""
    texts = ["x" * length for length in range(10_000)]
    some = spread(texts, 100)
    assert len(some) == len(set(some)) == 100
    assert sum(map(len, some)) / 100 == pytest.approx(5_000, rel=0.01)
    assert spread(texts[:7], 100) == texts[:7]
    assert spread([], 100) == []


def test_the_rate_is_of_the_sample_alone() -> None:
    """Neither finding it nor warming up counts."""
    moments = iter([10.0, 12.0])
    steps: list[int] = []
    texts = [f"text {number}" for number in range(1_000)]
    rate = encoding_rate(HASH, texts, steps.append, lambda: next(moments))
    assert rate == Rate(SAMPLED, 2.0)
    assert rate.per_second == SAMPLED / 2
    assert rate.time_for(1_000) == pytest.approx(1_000 * 2 / SAMPLED)
    assert sum(steps) == SAMPLED
    assert encoding_rate(HASH, [], steps.append) is None


def test_a_clock_that_stands_still_gives_a_rate_all_the_same() -> None:
    """Nothing is divided by zero."""
    rate = encoding_rate(HASH, ["text"], lambda _: None, lambda: 1.0)
    assert rate
    assert rate.time_for(1) < 1


def test_writing_is_timed_by_the_files_of_the_last_generation(root: Path) -> None:
    """From the first that was written to the last, for as many passages."""
    manifest, folder = Store(root).open_current()
    for seconds, name in enumerate([*manifest.files, "manifest.json"]):
        os.utime(folder / name, (0, seconds))
    assert writing_time(manifest, folder, manifest.counts.passages * 3) == len(manifest.files) * 3
    (folder / "manifest.json").unlink()
    assert writing_time(manifest, folder, 5) is None

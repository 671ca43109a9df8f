"""`refdesk verify`: what it prints of a sound, a damaged and a repaired index, and its exit status."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from forgery import damaged, live_folder, vectors_of, with_vectors
from generations import folders
from indexes import built, reading_in_process
from pretend_desk import run
from trees import tree

from index.encoder import OnnxEncoder
from index.generation import VECTORS
from index.layout import DENSE, PASSAGES

NOTES = {
    "pods.md": "# Pods\n\nA pod holds containers. It is small.\n",
    "nodes.md": "# Nodes\n\nA node runs pods. Drain it first.\n",
    "volumes.txt": "A volume keeps what a pod writes.\n",
}
NO_ENCODER = "No text was encoded anew: the encoder hash is not there; run `refdesk index` to export it"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Run each command in a folder with a small index, whose encoder was never exported."""
    monkeypatch.chdir(tmp_path)
    with reading_in_process():
        built(tmp_path / ".refdesk", tree(tmp_path / "notes", NOTES))
        yield tmp_path


def test_a_sound_index_is_said_to_be_sound(folder: Path) -> None:
    """With how its vectors were compared; the status is 0."""
    vectors = sum(len(vectors_of(folder / ".refdesk", name)) for name in VECTORS)
    result = run("verify")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "The index is sound.",
        (
            f"Of {vectors} vectors, {vectors} were compared with the cached ones, and 0 with their texts, "
            "encoded anew."
        ),
        NO_ENCODER,
    ]
    assert json.loads(run("verify", "--json").stdout) == {
        "sound": True,
        "problems": [],
        "generation": 1,
        "vectors": {
            "total": vectors,
            "cached": vectors,
            "encoded": 0,
            "not_encoded": NO_ENCODER.partition(": ")[2],
        },
        "repairs": [],
        "failures": [],
    }


def test_a_fault_is_named_and_the_status_is_one(folder: Path) -> None:
    """With the file and the command that mends it, as text and as JSON."""
    path = damaged(live_folder(folder / ".refdesk") / DENSE)
    result = run("verify")
    told = f"{path} has changed since it was written; run `refdesk verify --repair` to rebuild what is broken"
    assert (result.exit_code, result.stdout) == (1, f"{told}\n")
    shape = json.loads(run("verify", "--json").stdout)
    assert (shape["sound"], shape["problems"], shape["vectors"]["total"]) == (False, [told], 0)


def test_a_repair_says_what_it_did_and_the_status_is_zero(folder: Path) -> None:
    """Once more there is nothing to do."""
    damaged(live_folder(folder / ".refdesk") / DENSE)
    result = run("verify", "--repair")
    assert (result.exit_code, result.stdout.splitlines()[:2]) == (
        0,
        [
            (
                "Done: rebuilt dense.faiss of generation 1, which is generation 2 now; 0 texts had to be "
                "encoded, and the other files are as they were"
            ),
            "The index is sound.",
        ],
    )
    assert folders(folder / ".refdesk") == ["000002"]
    again = run("verify", "--repair", "--json")
    shape = json.loads(again.stdout)
    assert (again.exit_code, shape["sound"], shape["repairs"], shape["generation"]) == (0, True, [], 2)


def test_what_a_repair_can_not_do_remains_and_the_status_is_one(folder: Path) -> None:
    """The reason is given, with the generation that stays."""
    damaged(live_folder(folder / ".refdesk") / PASSAGES)
    (folder / "notes").rename(folder / "away")
    result = run("verify", "--repair")
    assert result.exit_code == 1
    assert result.stdout.startswith(f"Not done: generation 1 can not be rebuilt: source {folder}/notes: ")
    shape = json.loads(run("verify", "--repair", "--json").stdout)
    assert (shape["sound"], len(shape["failures"]), len(shape["problems"])) == (False, 1, 1)
    assert folders(folder / ".refdesk") == ["000001"]


def test_without_an_index_the_status_is_two() -> None:
    """An error says how to build one."""
    for words in (("verify",), ("verify", "--repair")):
        result = run("--index", "elsewhere", *words)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.endswith("run `refdesk index FOLDER` to build one\n")


def test_the_configured_sources_help_where_the_manifest_is_gone(folder: Path) -> None:
    """The configuration names what was indexed; the encoder has to be there, or be made."""
    (folder / "refdesk.toml").write_text('sources = ["notes"]\nencoder = "nowhere"\n')
    damaged(live_folder(folder / ".refdesk") / "manifest.json")
    result = run("verify", "--repair")
    assert result.exit_code == 1
    assert "there is no sentence-transformers model at 'nowhere'" in result.stdout


def test_the_real_encoder_proves_and_repairs(
    folder: Path, minilm: OnnxEncoder, models: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sample and all; swapped vectors are named with their place, and taken from the cache again."""
    monkeypatch.setenv("REFDESK_MODELS", str(models))
    root = folder / "real"
    built(root, folder / "notes", encoder=minilm)
    few = json.loads(run("--index", "real", "verify", "--json", "--sample", "6", "--seed", "3").stdout)
    assert (few["sound"], few["vectors"]["encoded"]) == (True, 6)
    every = run("--index", "real", "verify", "--json", "--all")
    shape = json.loads(every.stdout)
    assert shape["vectors"]["encoded"] == shape["vectors"]["total"] == shape["vectors"]["cached"]
    assert every.stderr.splitlines()[-1] == f"compare vectors: {shape['vectors']['total']}"
    vectors = vectors_of(root, DENSE, minilm)
    path = with_vectors(root, DENSE, vectors[[1, 0, 2]])
    found = run("--index", "real", "verify")
    assert found.exit_code == 1
    assert found.stdout.startswith(
        f"the vector of nodes.md:3 in {path} does not match its text; run `refdesk"
    )
    assert run("--index", "real", "verify", "--repair").exit_code == 0
    (root / "cache" / f"{minilm.fingerprint}.sqlite").unlink()
    damaged(live_folder(root) / DENSE)
    mended = run("--index", "real", "verify", "--repair")
    assert (mended.exit_code, "; 3 texts had to be encoded" in mended.stdout) == (0, True)
    damaged(live_folder(root) / PASSAGES)
    assert run("--index", "real", "verify", "--repair").exit_code == 0

"""The manifest of a generation: read strictly, or not at all."""

import importlib.metadata
import json
from pathlib import Path

import pytest
from generations import build

from index.manifest import FORMAT_VERSION, read_manifest, refdesk_version
from ingest.errors import DamagedIndexError, IncompatibleIndexError


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "is not a manifest"),
        (b"\x00\xff", "is not a manifest"),
        (b'{"format_version": "\xff"}', "is not a manifest"),
        (b'{"format_version": "1"}', "Expected `int`, got `str`"),
        (b'{"format_version": 3}', "missing required field `number`"),
        (b'{"format_version": 3, "surprise": 2}', "unknown field `surprise`"),
    ],
)
def test_a_manifest_of_garbage_is_damage(tmp_path: Path, body: bytes, problem: str) -> None:
    """A manifest that is not one is damage, and the error says why."""
    build(tmp_path)
    (tmp_path / "generations" / "000001" / "manifest.json").write_bytes(body)
    with pytest.raises(DamagedIndexError, match=problem):
        read_manifest(tmp_path / "generations" / "000001")


def test_a_changed_manifest_is_damage(tmp_path: Path) -> None:
    """A manifest with another count than it was written with does not match its own checksum."""
    build(tmp_path)
    path = tmp_path / "generations" / "000001" / "manifest.json"
    fields = json.loads(path.read_bytes())
    fields["counts"]["passages"] += 1
    path.write_text(json.dumps(fields))
    with pytest.raises(DamagedIndexError, match=r"manifest\.json has changed since it was written"):
        read_manifest(tmp_path / "generations" / "000001")


def test_another_format_is_incompatible(tmp_path: Path) -> None:
    """An index of a newer refdesk, whatever else it holds, is an error that gives both format versions."""
    build(tmp_path)
    (tmp_path / "generations" / "000001" / "manifest.json").write_text(
        '{"format_version": 7, "novelty": [1]}'
    )
    with pytest.raises(
        IncompatibleIndexError, match=rf"index format 7 .* reads format {FORMAT_VERSION}; run `refdesk index`"
    ):
        read_manifest(tmp_path / "generations" / "000001")


def test_the_manifest_names_the_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The version is the installed distribution's, or `unknown` in a checkout that was never installed."""
    monkeypatch.setattr(importlib.metadata, "version", lambda name: f"{name} 1.2.3")
    assert refdesk_version() == "refdesk 1.2.3"

    def missing(name: str) -> str:
        raise importlib.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(importlib.metadata, "version", missing)
    assert refdesk_version() == "unknown"


def test_a_manifest_can_not_be_changed(tmp_path: Path) -> None:
    """A manifest is frozen, as its generation is."""
    manifest = build(tmp_path)
    with pytest.raises(AttributeError, match="immutable"):
        manifest.number = 2  # type: ignore[misc] # the point of the test
    assert manifest.number == 1

"""Small generations for tests, and a process that builds them without end."""

import sys
from pathlib import Path

from index.manifest import Counts, EncoderRecord, Manifest, SourceRecord
from index.store import Store, verify_files
from index.writer import Writer

ENCODER = EncoderRecord("hash", "hash-128-256", 128)


def content(number: int) -> dict[str, bytes]:
    """Give the files of a generation, by name: each holds the number of its generation."""
    return {
        "passages.jsonl": b"%d\n" % number * 50,
        "lexical/terms": b"%d" % number,
        "dense": bytes(number % 100),
    }


def publish(writer: Writer) -> Manifest:
    """Stage and publish a generation."""
    number, folder = writer.number, writer.stage()
    for name, body in content(number).items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(body)
    return writer.publish(
        encoder=ENCODER,
        text_fingerprint="1",
        sources=(SourceRecord("notes", "/notes"),),
        counts=Counts(1, number, 3),
    )


def build(root: Path) -> Manifest:
    """Publish one generation, as a whole run of `refdesk index` does, and prune."""
    with Store(root).writing() as writer:
        manifest = publish(writer)
        writer.prune()
    return manifest


def live(root: Path) -> int | None:
    """Give the live generation, `None` if none was published, after asserting that all of it is there."""
    store = Store(root)
    if store.current() is None:
        return None
    manifest, folder = store.open_current()
    assert verify_files(manifest, folder) == []
    assert {name: (folder / name).read_bytes() for name in manifest.files} == content(manifest.number)
    return manifest.number


if __name__ == "__main__":
    while True:
        print(build(Path(sys.argv[1])).number, flush=True)  # noqa: T201 - what the test waits for

"""An index of three generations, for commands: the notes changed, moved and went between them."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from indexes import HASH, built, reading_in_process
from trees import tree

from index.encoder import Encoder, OnnxEncoder
from index.writer import Keep

ALL = Keep(9)
LEASE = "# Lease\n\nThe leader renews the lease.\n"
TABLE = (
    "id,question,path,text\n"
    "pods,how many pods are there,pods.md,pods in all\n"
    "lease,who renews the lease,lease.md,renews the lease\n"
    "moved,what does the volume hold,volume.md,holds the files\n"
    "none,who won the match,,\n"
)


@contextmanager
def three_generations(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Make `folder` the present one, with notes, an index, a configuration and labelled questions in it.

    The instant encoder is opened in place of an exported one.
    """

    def open_instant(folder: Path, threads: int) -> Encoder:
        assert (folder.name, threads > 0) == (HASH.fingerprint, True)
        return HASH

    monkeypatch.setattr(OnnxEncoder, "open", open_instant)
    monkeypatch.chdir(folder)
    notes, root = folder / "notes", folder / ".refdesk"
    (folder / "refdesk.toml").write_text('sources = ["notes"]\nencoder = "hash"\n')
    (folder / "q.csv").write_text(TABLE)
    first = {"lease.md": LEASE, "pods.md": "# Pods\n\nThere are 3 pods in all.\n"}
    with reading_in_process():
        built(root, tree(notes, first | {"volume.md": "# Volume\n\nA volume holds the files.\n"}), keep=ALL)
        (notes / "volume.md").rename(notes / "moved.md")
        tree(notes, {"pods.md": "# Pods\n\nThere are 4 pods in all.\n\n## Why\n\nThe load asks for them.\n"})
        built(root, notes, keep=ALL)
        (notes / "lease.md").unlink()
        built(root, tree(notes, {"canary.md": "# Canary\n\nA canary goes first.\n"}), keep=ALL)
        yield folder

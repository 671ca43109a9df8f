"""Hostile and damaged zip archives: each entry that must not be read is left out, and why is said."""

import zipfile
import zlib
from io import BytesIO
from pathlib import Path

import pytest
from exports import archive, bomb, left_out, link, raw_archive, read, reason, saved, texts
from readers import MIB, found, outcomes

from ingest import archive as archives
from ingest.archive import Allowance, Archive
from ingest.errors import UnreadableError
from ingest.isolate import ReaderPool
from ingest.wire import Limits

PAGE = "# Page\n\nWords.\n"


def squeezed(body: bytes) -> bytes:
    """Give the packed form of an entry."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(body) + packer.flush()


def test_entries_come_by_their_paths_as_they_were_packed() -> None:
    """Folders are no entries; `./` and doubled slashes are no part of a path, nor are backslashes."""
    packed = Archive(archive({"b/": "", "b//c.md": "1", "./a.md": "2", "b\\d.md": "3"}))
    assert [entry.path for entry in packed.entries] == ["a.md", "b/c.md", "b/d.md"]
    assert [packed.read(entry) for entry in packed.entries] == [b"2", b"1", b"3"]
    assert packed.left_out == ()


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../../etc/passwd", "its name leads out of the archive; not followed"),
        ("pages/../../up.md", "its name leads out of the archive; not followed"),
        ("..\\..\\up.md", "its name leads out of the archive; not followed"),
        ("/etc/passwd", "its name leads out of the archive; not followed"),
        ("C:\\notes\\a.md", "its name leads out of the archive; not followed"),
        ("c:a.md", "its name leads out of the archive; not followed"),
        (".", "its name leads out of the archive; not followed"),
        (".git/config.md", "hidden"),
        ("a/.secret.md", "hidden"),
        ("__MACOSX/a.md", "hidden"),
        ("red\x1b[31m.md", "its name holds bytes or characters that can not be shown"),
        ("back\u202edm.md", "its name holds bytes or characters that can not be shown"),
    ],
)
def test_names_that_must_not_be_followed_are_left_out(name: str, why: str, tmp_path: Path) -> None:
    """They are said in a form that is safe to print, the rest is read, and nothing is written anywhere."""
    found = read(archive({name: PAGE, "page.md": PAGE}))
    assert list(texts(found)) == ["page.md"]
    ((path, said),) = left_out(found).items()
    assert said == why
    assert path.isprintable()
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_ends_early_is_left_out() -> None:
    """What comes after a zero byte in a name is hidden from some programs."""
    body = archive({"pageX.md": PAGE, "page.md": PAGE}).replace(b"pageX.md", b"page\0.md")
    assert left_out(read(body)) == {
        "page\\x00.md": "its name holds bytes or characters that can not be shown"
    }


def test_a_name_in_utf_8_that_does_not_say_so_is_mended() -> None:
    """Finder writes such; a name that is none stays as the format has it."""
    body = archive({"cafe_.md": PAGE, "r_le.md": PAGE})
    body = body.replace(b"cafe_.md", "caf\u00e9.md".encode()).replace(b"r_le.md", b"r\x93le.md")
    assert list(texts(read(body))) == ["café.md", "rôle.md"]


def test_links_are_not_followed(tmp_path: Path) -> None:
    """Neither out of the archive nor within it."""
    secret = tmp_path / "secret.md"
    secret.write_text("# Secret\n\nNobody should read this.\n")
    for target in (str(secret), "page.md"):
        found = read(link("linked.md", target))
        assert list(texts(found)) == ["page.md"]
        assert left_out(found) == {"linked.md": "a link, not followed"}


def test_special_files_are_left_out() -> None:
    """A device or pipe in an archive is none of a wiki's."""
    body = bytearray(link("pipe.md", ""))
    mode = (0o120777 << 16).to_bytes(4, "little")
    assert left_out(read(bytes(body).replace(mode, (0o010644 << 16).to_bytes(4, "little")))) == {
        "pipe.md": "a special file, not a file"
    }


def test_encrypted_entries_are_left_out() -> None:
    """There is nobody to ask for the password."""
    body = archive({"a.md": PAGE, "b.md": PAGE})
    at = body.index(b"PK\x01\x02")
    encrypted = body[: at + 8] + b"\x01\x00" + body[at + 10 :]
    assert left_out(read(encrypted)) == {"a.md": "needs a password"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_ways_of_packing_are_not_read(method: int) -> None:
    """They could only be inflated all at once."""
    assert "packed in a way that is not read" in reason(archive({"a.md": PAGE}, method))


def test_the_first_of_two_entries_of_one_name_is_read() -> None:
    """Programs differ in which they take."""
    body = archive({"a.md": "# First\n\nWords.\n", "b.md": "# Second\n\nWords.\n", "./a.md": PAGE})
    found = read(body.replace(b"b.md", b"a.md"))
    assert texts(found) == {"a.md": "# First\n\nWords.\n"}
    assert set(left_out(found)) == {"a.md"}


def test_a_bomb_of_zeros_costs_nothing() -> None:
    """Ten gigabytes, by what the archive says of them; the page beside it is read."""
    body = bomb(10 * 2**30)
    assert len(body) < 12 * MIB
    found = read(body)
    assert list(texts(found)) == ["page.md"]
    assert left_out(found) == {"zeros.md": "10,737,418,240 bytes, over the limit of 50,000,000"}


def test_what_grows_as_no_text_does_is_left_out() -> None:
    """Within the limit of size, and yet a thousand times what was packed."""
    assert left_out(read(bomb(40 * MIB)))["zeros.md"].endswith("as no text does; it may be an attack")


@pytest.mark.parametrize("stated", [4, 10_000_000])
def test_a_size_that_is_a_lie_is_damage(stated: int) -> None:
    """No more is inflated than was stated, and the checksum then tells."""
    words = b"# Lie\n\n" + b"Some words. " * 90_000
    entry = ("lie.md", squeezed(words), stated, zlib.crc32(words))
    found = read(raw_archive([("page.md", PAGE.encode(), 0, 0), entry]))
    assert list(texts(found)) == ["page.md"]
    assert left_out(found)["lie.md"].startswith(("damaged in the archive: ", "4,", "5,", "6,", "2,", "3,"))


def test_a_damaged_entry_costs_only_itself() -> None:
    """Its checksum, or what is packed, is not as it was."""
    body = archive({"a.md": "# A\n\n" + "Words of all kinds. " * 20, "b.md": PAGE})
    at = body.index(b"a.md") + 12
    broken = body[:at] + bytes(byte ^ 255 for byte in body[at : at + 8]) + body[at + 8 :]
    found = read(broken)
    assert list(texts(found)) == ["b.md"]
    assert left_out(found)["a.md"].startswith("damaged in the archive: ")


@pytest.mark.parametrize("cut", [1, 30, 200])
def test_a_truncated_archive_is_damaged(cut: int) -> None:
    """The list of what it holds is at its end."""
    body = archive({f"{number}.md": PAGE for number in range(20)})
    assert reason(body[:-cut]).startswith("damaged zip archive: ")
    assert reason(b"PK no zip at all").startswith("damaged zip archive: ")


def test_all_that_is_read_together_is_limited() -> None:
    """The entries of archives inside count too."""
    packed = Archive(archive({"a.md": "x" * 60, "b.md": "y" * 60}), Allowance(100))
    first, second = packed.entries
    assert len(packed.read(first)) == 60
    with pytest.raises(UnreadableError, match="would be over 500,000,000 bytes; split it"):
        packed.read(second)
    assert packed.allowance.size == 40


def test_too_many_entries_are_not_even_listed() -> None:
    """A hundred thousand of them."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for number in range(100_000):
            packed.writestr(zipfile.ZipInfo(f"{number}.md"), b"")
    assert reason(out.getvalue()) == (
        "holds more than 50,000 files; unpack it, and index the folder in its place"
    )


def test_archives_in_archives_end_with_the_first() -> None:
    """Those that are all of an archive are read as Notion's parts; none that lie deeper."""
    inner = archive({"page.md": PAGE})
    found = read(archive({"Part-1.zip": inner, "Part-2.zip": archive({"deep.zip": inner})}))
    assert texts(found) == {"Part-1.zip/page.md": PAGE}
    assert left_out(found) == {"Part-2.zip": "an archive in an archive, and no known export; unpack it"}
    beside = read(archive({"page.md": PAGE, "Part-1.zip": inner}))
    assert list(texts(beside)) == ["page.md"]
    assert left_out(beside) == {"Part-1.zip": "not a page"}


def test_a_damaged_archive_in_an_archive_costs_only_itself() -> None:
    """As does one with entries that must not be followed, which are listed under it."""
    inner = archive({"../up.md": PAGE, "page.md": PAGE})
    found = read(archive({"a.zip": inner, "b.zip": b"PK", "../c.zip": inner}))
    assert list(texts(found)) == ["a.zip/page.md"]
    assert left_out(found) == {
        "../c.zip": "its name leads out of the archive; not followed",
        "a.zip/../up.md": "its name leads out of the archive; not followed",
        "b.zip": "damaged zip archive: File is not a zip file; fetch it anew",
    }


def test_an_archive_of_anything_else_says_what_is_read() -> None:
    """One with nothing in it holds no text."""
    assert reason(archive({"a.bin": b"x"})).startswith("no export that is known: those read are Slack's")
    assert reason(archive({})) == "holds no text"


def test_hostile_archives_cost_only_themselves(tmp_path: Path) -> None:
    """In the process that reads them, within its limits: what comes after is read."""
    many = archive({f"{number}.md": PAGE for number in range(300)})
    folder = saved(
        tmp_path / "notes",
        {"bomb.zip": bomb(10 * 2**30), "cut.zip": many[:-9], "many.zip": many, "note.md": PAGE.encode()},
    )
    files = sorted(folder.iterdir())
    with ReaderPool(Limits(characters=600, memory=512 * MIB), workers=1) as pool:
        said = outcomes(pool, [files[1], files[2], files[3]])
        (bombed,) = pool.read_all([found(files[0])])
    assert said[0].startswith("damaged zip archive: ")
    assert said[1:] == ["holds more than 600 characters of text; split it", PAGE]
    assert [one.path for one in bombed.outcome if not isinstance(one, str)] == ["bomb.zip/page.md"]
    assert [one.path for one in bombed.left_out] == ["bomb.zip/zeros.md"]


def test_memory_that_runs_out_is_no_fault_of_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker then ends, and says so."""

    def needs_too_much(*_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr(archives.Archive, "read", needs_too_much)
    assert reason(archive({"a.md": PAGE})) == "needs more memory than there is; split it"

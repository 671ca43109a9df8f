"""Reading in other processes: hostile files cost only themselves."""

import os
import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from pdfs import HOSTILE, Sheet, Words, pdf
from readers import MIB, found, note, outcomes, soon_gone, speaking, the, workers

from ingest import isolate
from ingest.errors import RefdeskError
from ingest.isolate import ReaderPool
from ingest.process import Worker
from ingest.read import read
from ingest.scan import FoundFile
from ingest.types import Document, Format, LeftOut, RawFile
from ingest.wire import OUT_OF_MEMORY, Limits, ReadResult, framed


@pytest.fixture
def stuck(tmp_path: Path) -> Path:
    """Give a file whose reader waits for ever: a pipe that nobody writes to."""
    os.mkfifo(tmp_path / "stuck.txt")
    return tmp_path / "stuck.txt"


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Give a note that can be read."""
    return note(tmp_path, "good.txt")


def test_results_come_in_order_as_read_in_one_process(tmp_path: Path) -> None:
    """More files than are read ahead, by several workers, each as `read` gives it."""
    files = [
        note(tmp_path, f"{at}.md", f"# {at}\n\nWords of {at}.\n" + "more\n" * at * 50) for at in range(20)
    ]
    with ReaderPool(workers=2) as pool:
        results = list(pool.read_all(map(found, files)))
    assert results == [
        ReadResult("notes", file.name, (read(RawFile(file.name, "notes", file.read_bytes())),))
        for file in files
    ]


def test_no_files_start_no_worker_and_few_files_one(good: Path) -> None:
    """Workers are started as they are needed, and used again."""
    with ReaderPool(workers=3) as pool:
        assert list(pool.read_all([])) == []
        assert workers(pool) == []
        outcomes(pool, [good])
        first = workers(pool)
        outcomes(pool, [good])
        assert workers(pool) == first
        assert len(first) == 1


def test_workers_end_with_the_pool(good: Path) -> None:
    """By themselves, with status 0, leaving no zombie."""
    with ReaderPool() as pool:
        outcomes(pool, [good])
        (started,) = workers(pool)
    assert started._process.returncode == 0
    assert soon_gone(started.pid)


def test_a_file_that_takes_too_long_costs_only_itself(stuck: Path, good: Path) -> None:
    """Its worker is replaced, and the rest is read."""
    with ReaderPool(Limits(seconds=0.3), workers=1) as pool:
        assert outcomes(pool, [good, stuck, good]) == [
            "Words.",
            "took longer than 0.3 s to read; split it",
            "Words.",
        ]


def test_a_file_that_needs_too_much_memory_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """A file of 1 GiB does not fit in 128 MiB."""
    huge = tmp_path / "huge.txt"
    with huge.open("wb") as file:
        file.truncate(1024 * MIB)
    with ReaderPool(Limits(memory=128 * MIB), workers=1) as pool:
        assert outcomes(pool, [good, huge, good]) == [
            "Words.",
            "needed more than 128 MiB of memory to read; split it",
            "Words.",
        ]


def test_a_page_that_grows_in_memory_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """Not only reading the bytes counts: so does what a library makes of them."""
    page = tmp_path / "page.html"
    page.write_bytes(b"<p>x" * 2 * MIB)
    with ReaderPool(Limits(memory=64 * MIB), workers=1) as pool:
        assert outcomes(pool, [page, good]) == [
            "needed more than 64 MiB of memory to read; split it",
            "Words.",
        ]


def test_a_text_that_is_too_long_costs_only_itself(tmp_path: Path, good: Path) -> None:
    """It is counted in characters."""
    long = note(tmp_path, "long.txt", "word " * 300)
    with ReaderPool(Limits(characters=1000), workers=1) as pool:
        assert outcomes(pool, [long, good]) == [
            "holds more than 1,000 characters of text; split it",
            "Words.",
        ]


def test_a_worker_that_is_killed_costs_only_its_file(stuck: Path, good: Path) -> None:
    """As the system does when memory runs out."""
    with ReaderPool(workers=1) as pool:
        outcomes(pool, [good])
        killer = threading.Timer(0.2, os.kill, (workers(pool)[0].pid, signal.SIGKILL))
        killer.start()
        reason, after = outcomes(pool, [stuck, good])
        killer.join()
    assert reason == "its reader was ended by SIGKILL; it may be damaged, or memory ran out"
    assert after == "Words."


def test_a_worker_that_died_while_idle_is_replaced(good: Path) -> None:
    """No file pays for it."""
    with ReaderPool(workers=1) as pool:
        outcomes(pool, [good])
        (idle,) = workers(pool)
        os.kill(idle.pid, signal.SIGKILL)
        idle._process.wait()
        assert outcomes(pool, [good]) == ["Words."]
        assert workers(pool) != [idle]


def test_hostile_files_cost_only_themselves(tmp_path: Path, good: Path) -> None:
    """Each has a reason; the note after them is read."""
    bodies = {name: made() for name, made in HOSTILE.items()}
    bodies["truncated"] = pdf([Sheet([Words("x", 700)])])[:-200]
    files = [tmp_path / f"{name}.pdf" for name in bodies]
    for file, body in zip(files, bodies.values(), strict=True):
        file.write_bytes(body)
    (tmp_path / "junk.html").write_bytes(bytes(range(256)) * 40)
    with ReaderPool(Limits(seconds=20), workers=1) as pool:
        *reasons, junk, after = outcomes(pool, [*files, tmp_path / "junk.html", good])
    assert [reason.partition(":")[0] for reason in reasons] == ["damaged PDF"] * len(bodies)
    assert "binary" in junk
    assert after == "Words."


def test_a_file_that_can_not_be_opened_says_why(tmp_path: Path, good: Path) -> None:
    """It may be gone since it was found, or be a folder now."""
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [tmp_path / "gone.txt", tmp_path, good]) == [
            "can not be opened: No such file or directory",
            "can not be opened: Is a directory",
            "Words.",
        ]


def test_a_file_with_any_name_is_read(tmp_path: Path) -> None:
    """What its bytes are is no matter: where it lies goes as bytes."""
    location = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt"))
    location.write_text("Words.")
    with ReaderPool(workers=1) as pool:
        (result,) = pool.read_all([FoundFile("notes", "cafe.txt", location, 0, 0, (0, 0))])
    assert the(result).text == "Words."


def test_the_hash_is_of_the_bytes_that_were_read(good: Path) -> None:
    """A note that changed after it was found is read as it is."""
    file = found(good)
    good.write_text("Other words.")
    with ReaderPool(workers=1) as pool:
        (result,) = pool.read_all([file])
    assert the(result).sha256 == RawFile("", "", b"Other words.").sha256


NOTE = Document("good.txt", "notes", "", "Words.", Format.TEXT, "0")
HELD = replace(NOTE, path="good.txt/a", file="good.txt")
FOREIGN = {
    "no document": ReadResult("notes", "good.txt", ()),
    "another document": ReadResult("notes", "good.txt", (replace(NOTE, path="other.txt"),)),
    "another source": ReadResult("notes", "good.txt", (replace(NOTE, source="other"),)),
    "another file": ReadResult("notes", "good.txt", (replace(HELD, file="other.txt"),)),
    "a place elsewhere": ReadResult("notes", "good.txt", (replace(HELD, path="other.txt"),)),
    "one path twice": ReadResult("notes", "good.txt", (HELD, HELD)),
    "left out elsewhere": ReadResult("notes", "good.txt", (NOTE,), (LeftOut("other.txt", "x"),)),
}


@pytest.mark.parametrize("result", FOREIGN.values(), ids=FOREIGN)
def test_documents_of_other_files_are_refused(
    result: ReadResult, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that was taken over speaks for no file but its own."""
    speaking(monkeypatch, framed(msgspec.json.encode(result)))
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["made its reader send another document; it may be an attack"]


OTHER = framed(msgspec.json.encode(ReadResult("notes", "other.txt", "x")))


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (framed(b"no JSON"), "made its reader send no document; it may be an attack"),
        (framed(b'{"source": 1}'), "made its reader send no document; it may be an attack"),
        (b"\xff\xff\xff\xff", "made its reader send no document; it may be an attack"),
        (OTHER + b"more", "made its reader send no document; it may be an attack"),
        (OTHER, "made its reader send another document; it may be an attack"),
        (b"\x00\x00", "took longer than 1 s to read; split it"),
    ],
    ids=["no JSON", "no result", "too long", "too much", "another file", "too little"],
)
def test_what_makes_no_sense_costs_only_its_file(
    reply: bytes, reason: str, good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file may have taken its reader over."""
    with ReaderPool(Limits(seconds=1), workers=1) as pool:
        with monkeypatch.context() as patched:
            speaking(patched, reply)
            assert outcomes(pool, [good]) == [reason]
        assert outcomes(pool, [good]) == ["Words."]


def test_the_status_of_a_worker_that_gives_up_is_told(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is known says more."""
    speaking(monkeypatch, b"", 3)
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["its reader ended with status 3; it may be damaged"]
    speaking(monkeypatch, b"", OUT_OF_MEMORY)
    with ReaderPool(Limits(memory=3000), workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 2.93 KiB of memory to read; split it"]
    with ReaderPool(Limits(memory=300), workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 300 bytes of memory to read; split it"]
    with ReaderPool(workers=1) as pool:
        assert outcomes(pool, [good]) == ["needed more than 2 GiB of memory to read; split it"]


def test_a_worker_that_does_not_start_ends_it_all(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is to blame, and an index without any would be worse than none."""
    monkeypatch.setattr(Worker.__init__, "__defaults__", ((sys.executable, "-c", "raise SystemExit(1)"),))
    with (
        ReaderPool(workers=1) as pool,
        pytest.raises(RefdeskError, match="the reading process does not start"),
    ):
        list(pool.read_all([found(good)]))


def test_leaving_early_ends_what_is_being_read(stuck: Path, good: Path) -> None:
    """Neither the file that hangs nor those behind it are waited for."""
    with ReaderPool(workers=1) as pool:
        results = pool.read_all(map(found, [good, *[stuck] * 6]))
        assert the(next(results)).text == "Words."
        (busy,) = workers(pool)
    assert soon_gone(busy.pid)


def test_a_closed_pool_begins_no_file(good: Path) -> None:
    """A file that waited for its turn gets none."""
    seat = isolate._Seat(Limits())
    seat.interrupt()
    assert seat.read(found(good)).outcome == "reading was stopped"
    seat.stop()

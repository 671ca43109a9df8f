"""Settings come from the file, the environment and the flags, and a mistake in any of them is named."""

import os
from pathlib import Path

import pytest

from bot.config import Settings, load
from index.model import DEFAULT_MODEL
from ingest.errors import UsageError
from ingest.walk import MAX_BYTES

THERE_ARE = (
    "there are: sources, index, encoder, models, reader, k, max_bytes, threads, keep_generations, keep_days, "
    "stale_days, state, slack"
)


def _written(folder: Path, text: str) -> Path:
    file = folder / "refdesk.toml"
    file.write_text(text, "utf-8")
    return file


def _refusal(folder: Path, environ: dict[str, str] | None = None, file: Path | None = None) -> str:
    with pytest.raises(UsageError) as caught:
        load(file, {}, environ or {}, folder)
    return str(caught.value)


def test_without_a_file_the_index_lies_in_the_folder_of_the_command(tmp_path: Path) -> None:
    """Nothing but the built-in values holds where nothing is set."""
    assert load(None, {}, {}, tmp_path) == Settings(
        index=tmp_path / ".refdesk", state=tmp_path / ".refdesk-state"
    )


def test_built_in_values_are_those_of_the_code_that_uses_them() -> None:
    """The settings agree with the walk on the largest file, and with the model on its name."""
    assert Settings().max_bytes == MAX_BYTES
    assert Settings().encoder == DEFAULT_MODEL


def test_an_encoder_is_a_name_or_a_path(tmp_path: Path) -> None:
    """What has a slash in it is a folder, relative to the file as every path is."""
    _written(tmp_path, 'encoder = "./ours"')
    assert load(None, {}, {}, tmp_path / "deeper").encoder == str(tmp_path / "ours")
    assert load(None, {}, {"REFDESK_ENCODER": "theirs"}, tmp_path).encoder == "theirs"


def test_a_file_in_a_parent_folder_is_found_and_its_paths_are_relative_to_it(tmp_path: Path) -> None:
    """A command deep in a project uses the project's file and the index beside it."""
    _written(tmp_path, 'sources = ["notes", "/srv/wiki"]\nmodels = "weights"\nmax_bytes = "1.5 MiB"\nk = 3\n')
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    settings = load(None, {}, {}, deep)
    assert settings.sources == (tmp_path / "notes", Path("/srv/wiki"))
    assert settings.index == tmp_path / ".refdesk"
    assert settings.models == tmp_path / "weights"
    assert (settings.max_bytes, settings.k) == (1_572_864, 3)


def test_the_named_file_is_read_instead_of_the_nearest(tmp_path: Path) -> None:
    """`--config` replaces the search, and the index lies beside the named file."""
    _written(tmp_path, "k = 3")
    other = tmp_path / "other"
    other.mkdir()
    named = _written(other, "k = 4")
    settings = load(named, {}, {}, tmp_path)
    assert (settings.k, settings.index) == (4, other / ".refdesk")


def test_a_file_with_a_byte_order_mark_is_read(tmp_path: Path) -> None:
    """Editors that write a byte order mark do no harm."""
    (tmp_path / "refdesk.toml").write_bytes(b"\xef\xbb\xbfk = 7\r\n")
    assert load(None, {}, {}, tmp_path).k == 7


def test_a_flag_outweighs_the_environment_which_outweighs_the_file(tmp_path: Path) -> None:
    """Each of the three wins over the one before it."""
    _written(tmp_path, 'k = 3\nindex = "from-file"\nencoder = "from-file"\n')
    environ = {"REFDESK_K": "4", "REFDESK_INDEX": "from-environment", "HOME": "/nowhere"}
    settings = load(None, {"k": 5, "index": None}, environ, tmp_path)
    assert (settings.k, settings.index, settings.encoder) == (5, tmp_path / "from-environment", "from-file")


def test_the_environment_holds_lists_sizes_and_paths_as_text(tmp_path: Path) -> None:
    """A variable is text: lists are split as PATH is, numbers are read, an empty one is not set."""
    environ = {
        "REFDESK_SOURCES": os.pathsep.join(("notes", "", "/srv/wiki")),
        "REFDESK_MAX_BYTES": "2GB",
        "REFDESK_THREADS": "2",
        "REFDESK_READER": "false",
        "REFDESK_MODELS": "",
        "REFDESK_TEST_SETS": "not ours",
        "REFDESK_COMPLETE": "not ours",
        "REFDESK_CONFIG": "read by the command line",
    }
    settings = load(None, {}, environ, tmp_path)
    assert settings.sources == (tmp_path / "notes", Path("/srv/wiki"))
    assert (settings.max_bytes, settings.threads, settings.models) == (2_000_000_000, 2, None)
    assert not settings.reader


def test_threads_default_to_the_cores_of_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Zero stands for every core this process may use, however the system tells it."""
    assert Settings(threads=3).encoding_threads == 3
    assert Settings().encoding_threads == len(os.sched_getaffinity(0))
    monkeypatch.delattr(os, "sched_getaffinity")
    assert Settings().encoding_threads == os.cpu_count()


def test_home_is_written_as_a_tilde(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """`~` is the home of the user who runs the command."""
    monkeypatch.setenv("HOME", "/home/ada")
    _written(tmp_path, 'sources = ["~/notes"]')
    assert load(None, {}, {}, tmp_path).sources == (Path("/home/ada/notes"),)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("k = 3\nsorces = []", ":2: sorces is not a setting; did you mean sources?"),
        (
            "# a comment\n\nzzz = 1",
            f":3: zzz is not a setting; {THERE_ARE}",
        ),
        ('k = "3"', ":1: k should be a whole number from 1 to 1000, not '3'"),
        ("k = 0", ":1: k should be a whole number from 1 to 1000, not 0"),
        ("k = true", ":1: k should be a whole number from 1 to 1000, not True"),
        (
            '\nsources = "notes"',
            ':2: sources should be a list of paths, as in ["notes", "runbooks"], not \'notes\'',
        ),
        ('sources = [""]', ':1: sources should be a list of paths, as in ["notes", "runbooks"], not [\'\']'),
        (
            "[sources]\nx = 1",
            ':1: sources.x should be a table, as in [sources.notes] with path = "notes"',
        ),
        (
            "a.b = 1",
            f":1: a is not a setting; {THERE_ARE}",
        ),
        ('max_bytes = "5 pages"', ":1: max_bytes should be a size, as in 2000000 or \"50MB\", not '5 pages'"),
        ("keep_generations = 0", ":1: keep_generations should be a whole number from 1 to 1000, not 0"),
        ("keep_days = -1", ":1: keep_days should be a whole number from 0 to 36500, not -1"),
        ("max_bytes = true", ':1: max_bytes should be a size, as in 2000000 or "50MB", not True'),
        ("max_bytes = -4", ':1: max_bytes should be a size, as in 2000000 or "50MB", not -4'),
        (
            'encoder = ""',
            ":1: encoder should be the name of an encoder, or the path of its folder, not ''",
        ),
        ("index = 4", ":1: index should be the path of a folder, not 4"),
        (
            'models = "~nobody-of-that-name/x"',
            ":1: models should be the path of a folder, not '~nobody-of-that-name/x'",
        ),
        ('"\\u006b" = 0', ":1: k should be a whole number from 1 to 1000, not 0"),
        ("k = = 3", ": Invalid value (at line 1, column 5)"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    """The message has the file, the line, what is wrong and what was expected."""
    file = _written(tmp_path, text)
    assert _refusal(tmp_path) == f"{file}{said}"


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        (
            {"REFDESK_SORUCES": "x"},
            "environment: REFDESK_SORUCES is not a setting; did you mean REFDESK_SOURCES?",
        ),
        ({"REFDESK_K": "many"}, "environment: REFDESK_K should be a whole number from 1 to 1000, not 'many'"),
        (
            {"REFDESK_THREADS": "-1"},
            "environment: REFDESK_THREADS should be a whole number from 0 to 1024, not '-1'",
        ),
    ],
)
def test_a_mistake_in_the_environment_is_named(tmp_path: Path, environ: dict[str, str], said: str) -> None:
    """The message has the variable's name, spelled as it is in the environment."""
    assert _refusal(tmp_path, environ) == said


def test_a_file_that_can_not_be_read_is_named(tmp_path: Path) -> None:
    """A missing file and one that is not text are told apart."""
    missing = tmp_path / "nowhere.toml"
    assert (
        _refusal(tmp_path, file=missing)
        == f"{missing}: No such file or directory; name another file with --config"
    )
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"k = 3 # \xff")
    assert _refusal(tmp_path, file=binary) == f"{binary}: not UTF-8 text at byte 8; save it as UTF-8"

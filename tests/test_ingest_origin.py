"""How a source is written: a path, or the address of a git repository with a branch and a folder."""

from pathlib import Path

import pytest
from repositories import Project

from ingest.errors import UsageError
from ingest.origin import Origin, Repository, named, redacted, shown_name

HTTPS = "https://host/team/notes.git"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"git+{HTTPS}", Repository(HTTPS)),
        (f"git+{HTTPS}@main", Repository(HTTPS, "main")),
        (f"git+{HTTPS}#docs/team", Repository(HTTPS, None, "docs/team")),
        (f"git+{HTTPS}@feature/x#/docs%20b/", Repository(HTTPS, "feature/x", "docs b")),
        (f"git+{HTTPS}?token=x@v1", Repository(HTTPS)),
        ("git+ssh://git@host:2222/n@v1", Repository("ssh://git@host:2222/n", "v1")),
        ("git+https://ada:pw@host/n", Repository("https://ada:pw@host/n")),
        ("git+http://127.0.0.1:80/n", Repository("http://127.0.0.1:80/n")),
        ("git+file:///srv/n.git", Repository("file:///srv/n.git")),
    ],
)
def test_an_address_may_name_a_branch_and_a_folder(tmp_path: Path, text: str, expected: Repository) -> None:
    """As pip writes it: the branch behind an @ in the path, the folder behind a #."""
    assert named(text, tmp_path) == Origin(expected)


def test_a_path_is_a_folder_or_a_bare_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Only where a bare repository lies does a path have a branch or a folder in it."""
    bare = Project.at(tmp_path).bare
    (tmp_path / "a@b#c").mkdir()
    url = bare.as_uri()
    assert named("notes.git", tmp_path) == Origin(Repository(url))
    assert named("notes.git@main", tmp_path) == Origin(Repository(url, "main"))
    assert named("notes.git#docs/", tmp_path) == Origin(Repository(url, None, "docs"))
    assert named(f"{bare}@v1#docs", tmp_path / "x") == Origin(Repository(url, "v1", "docs"))
    assert named("a@b#c", tmp_path) == tmp_path / "a@b#c"
    assert named("notes-work", tmp_path) == tmp_path / "notes-work"
    assert named("nowhere@x#y", tmp_path) == tmp_path / "nowhere@x#y"
    monkeypatch.setenv("HOME", str(tmp_path))
    assert named("~/a@b#c", Path("/")) == tmp_path / "a@b#c"


@pytest.mark.parametrize(
    "text",
    [
        HTTPS,
        "ssh://git@host/n",
        "git@host:team/notes.git",
        "git+ftp://host/n",
        "git+https://host",
        "git+https://[/n",
        "--help",
    ],
)
def test_what_is_no_source_is_refused(tmp_path: Path, text: str) -> None:
    """An address is written as one of git, so that nobody takes a web page for a source."""
    with pytest.raises(UsageError, match=r"as in git|as git|is no source"):
        named(text, tmp_path)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://ada:s3cret@host:8/n?t=s3cret#s3cret", "https://host:8/n"),
        ("https://t0ken@host/n", "https://host/n"),
        ("git+https://t0ken@host/n", "git+https://host/n"),
        ("ssh://git:s3cret@host/n", "ssh://git@host/n"),
        ("file:///srv/n.git", "file:///srv/n.git"),
        ("git@host:n", "git@host:n"),
    ],
)
def test_an_address_is_shown_without_its_password(url: str, expected: str) -> None:
    """Over HTTP the user may be a token, and goes too; SSH's user is part of the address."""
    assert redacted(url) == expected


def test_a_source_is_shown_as_it_was_written_but_for_its_password() -> None:
    """The branch and the folder are shown where they were named."""
    assert shown_name(Path("/srv/notes")) == "/srv/notes"
    assert shown_name(Origin(Path("/srv/notes"), "x")) == "/srv/notes"
    assert shown_name(Origin(Repository("https://a:b@host/n"))) == "https://host/n"
    assert shown_name(Origin(Repository(HTTPS, "main", "docs"))) == f"{HTTPS}@main#docs"


@pytest.mark.parametrize(
    ("url", "branch", "folder"),
    [
        ("ext::sh -c touch% x", None, ""),
        ("ext://sh", None, ""),
        ("https://-oProxyCommand=x/notes.git", None, ""),
        ("https://host/notes.git", "--upload-pack=x", ""),
        ("https://host/notes.git", "a..b", ""),
        ("https://host/notes.git", "a b", ""),
        ("https://host/notes.git", "", ""),
        ("https://host/notes.git", None, "../x"),
        ("https://host/notes.git", None, "/x"),
        ("https://host/notes.git", None, "a\nb"),
        ("https://host:port/notes.git", None, ""),
    ],
)
def test_what_git_would_take_for_something_else_is_refused(url: str, branch: str | None, folder: str) -> None:
    """No address, branch or folder can become an option, a command or a place outside."""
    with pytest.raises(UsageError):
        Repository(url, branch, folder)

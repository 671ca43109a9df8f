"""Sources in the settings: a list of names, or a table for each that says more of it."""

from pathlib import Path

import pytest
from repositories import Project

from bot.config import load
from bot.source_tables import listed
from ingest.errors import UsageError
from ingest.origin import Origin, Repository

HTTPS = "https://host/team/notes.git"


def test_a_list_may_hold_paths_and_repositories(tmp_path: Path) -> None:
    """Paths are relative to the file; addresses are as on the command line."""
    (tmp_path / "refdesk.toml").write_text(f'sources = ["notes", "git+{HTTPS}@main#docs"]')
    assert load(None, {}, {}, tmp_path).sources == (
        tmp_path / "notes",
        Origin(Repository(HTTPS, "main", "docs")),
    )


def test_a_table_says_more_of_a_source(tmp_path: Path) -> None:
    """Its name, where it is, which branch and folder, and how places in it are linked."""
    bare = Project.at(tmp_path).bare
    (tmp_path / "refdesk.toml").write_text(
        f"""
        [sources.handbook]
        path = "notes"
        link = "obsidian"

        [sources.wiki]
        url = "{HTTPS}"
        branch = "main"
        folder = "/docs/"
        link = "https://wiki/{{commit}}/{{path}}"

        [sources.other]
        url = "git+{HTTPS}@v1#docs"

        [sources.here]
        path = "notes.git"
        branch = "main"

        [sources.there]
        url = "notes.git"
        """
    )
    assert load(None, {}, {}, tmp_path).sources == (
        Origin(tmp_path / "notes", "handbook", "obsidian"),
        Origin(Repository(HTTPS, "main", "docs"), "wiki", "https://wiki/{commit}/{path}"),
        Origin(Repository(HTTPS, "v1", "docs"), "other"),
        Origin(Repository(bare.as_uri(), "main"), "here"),
        Origin(Repository(bare.as_uri()), "there"),
    )


def test_a_variable_splits_at_the_colons_between_sources(tmp_path: Path) -> None:
    """The colons of an address, of its port and of its password stay."""
    assert listed("notes::/srv/wiki") == ["notes", "/srv/wiki"]
    text = f"notes:git+http://a:b@127.0.0.1:8000/n.git@main#docs:git+file:///srv/n.git:git+{HTTPS}"
    assert listed(text) == [
        "notes",
        "git+http://a:b@127.0.0.1:8000/n.git@main#docs",
        "git+file:///srv/n.git",
        f"git+{HTTPS}",
    ]
    settings = load(None, {}, {"REFDESK_SOURCES": f"notes:git+{HTTPS}"}, tmp_path)
    assert settings.sources == (tmp_path / "notes", Origin(Repository(HTTPS)))


def test_a_password_is_in_no_message(tmp_path: Path) -> None:
    """Not even in that of a list that is none."""
    (tmp_path / "refdesk.toml").write_text('sources = ["git+https://ada:s3cret@host/n", 3]')
    with pytest.raises(UsageError, match=r"git\+https://\*\*\*@host/n") as caught:
        load(None, {}, {}, tmp_path)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            f'sources = ["{HTTPS}"]',
            ":1: sources: https://host/team/notes.git: write a git repository as git+",
        ),
        ("[sources.x]", ':1: sources.x: it needs either a path, as in path = "notes", or the url of a git'),
        ('[sources.x]\npath = "n"\nurl = "u"', "sources.x: it needs either a path"),
        ('[sources.x]\npth = "n"', "sources.x.pth is not a setting of a source; did you mean path?"),
        ("[sources.x]\nzzz = 1", "sources.x.zzz is not a setting of a source; there are: path, url, "),
        ("[sources.x]\npath = 1", "sources.x: Expected `str | null`, got `int` - at `$.path`"),
        ('[sources.x]\npath = "n"\nbranch = "main"', "sources.x: a url, branch or folder is that of a git"),
        ('[sources.x]\nurl = "n"', "sources.x: a url, branch or folder is that of a git repository"),
        ('[sources.x]\nurl = "ftp://n/x"', "sources.x: ftp://n/x is no address of a git repository"),
        (f'[sources.x]\nurl = "{HTTPS}"\nbranch = "-x"', "'-x' can not be the name of a branch"),
        ('[sources.x]\npath = "n"\nlink = "https://{x}"', "sources.x: {x} is no part of a link"),
        ('[sources.""]\npath = "n"', "a source needs a name that can be shown, as in [sources.notes]"),
        ('[sources."a\\u001b"]\npath = "n"', "a source needs a name that can be shown"),
    ],
)
def test_a_mistake_in_a_source_is_named(tmp_path: Path, text: str, said: str) -> None:
    """The message has the file, the table and what is wrong with it."""
    (tmp_path / "refdesk.toml").write_text(text)
    with pytest.raises(UsageError) as caught:
        load(None, {}, {}, tmp_path)
    assert str(caught.value).startswith(f"{tmp_path / 'refdesk.toml'}:1: sources")
    assert said in str(caught.value)

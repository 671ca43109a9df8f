"""What the documents promise: commands, settings, links, decisions, the scripts' and the image's contents."""

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlsplit

import click
import pytest

from bot.cli import cli
from bot.config import _VARIABLES, Settings
from ingest.formats import SUFFIXES

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text("utf-8")
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
DECISIONS = sorted((ROOT / "docs" / "decisions").iterdir())
DECISION_PARTS = ["Context", "Choice", "What was measured", "What would change our mind"]
SCRIPTS = sorted(path for path in (ROOT / "scripts").iterdir() if not path.suffix)

_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def block(name: str) -> str:
    """Give the code of the block in the README that follows the mark `<!-- ci: NAME -->`."""
    found = re.findall(rf"^<!-- ci: {name} -->\n```sh\n(.*?)\n```$", README, re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    code: str = found[0]
    return code


def stages() -> list[str]:
    """Give the stages of the Dockerfile, comments left out."""
    text = re.sub(r"^#.*\n", "", (ROOT / "Dockerfile").read_text("utf-8"), flags=re.MULTILINE)
    return re.split(r"^(?=FROM )", text, flags=re.MULTILINE)[1:]


def options(command: click.Command) -> Iterator[str]:
    """Give the long names of a command's options, and the short ones where there is no long one."""
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            long = [name for name in parameter.opts if name.startswith("--")]
            yield from long or parameter.opts


@pytest.mark.parametrize("name", sorted(cli.commands))
def test_every_command_is_in_the_readme(name: str) -> None:
    """The README's table of commands has a line for each command, and names no other."""
    listed = re.findall(r"^\| `refdesk (\w+)", README, re.MULTILINE)
    assert name in listed
    assert set(listed) == set(cli.commands)


@pytest.mark.parametrize(
    ("name", "option"),
    [(name, option) for name, command in sorted(cli.commands.items()) for option in options(command)],
)
def test_every_option_is_in_the_readme(name: str, option: str) -> None:
    """Each option of each command is named in the README."""
    assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", README), f"{name} {option}"


@pytest.mark.parametrize("option", list(options(cli)))
def test_every_option_before_the_command_is_in_the_readme(option: str) -> None:
    """`--index`, `--config` and the like are named in the README."""
    assert option == "--version" or f"`{option}`" in README


@pytest.mark.parametrize("name", _VARIABLES)
def test_every_setting_is_in_the_readme(name: str) -> None:
    """The README's table of settings gives each key, its variable and its default."""
    row = re.search(rf"^\| `{name}`.*$", README, re.MULTILINE)
    assert row is not None
    assert f"`REFDESK_{name.upper()}`" in row[0]
    assert set(re.findall(r"^\| `(\w+)`[^|]*\| `REFDESK_", README, re.MULTILINE)) == set(_VARIABLES)


def test_settings_that_are_no_variables_are_in_the_documents() -> None:
    """The README names the table `[slack]`, and the document on sources where a source is visible."""
    assert {one.name for one in fields(Settings)} == {*_VARIABLES, "slack", "visible_to"}
    assert "`[slack]`" in README
    assert "`visible_to`" in (ROOT / "docs" / "sources.md").read_text("utf-8")


@pytest.mark.parametrize("suffix", sorted(SUFFIXES))
def test_every_file_ending_is_in_the_readme(suffix: str) -> None:
    """The README's table of formats names every file ending that is read."""
    assert f"`{suffix}`" in README


@pytest.mark.parametrize("name", ["ask", "test"])
def test_the_readme_has_the_commands_that_ci_runs(name: str) -> None:
    """Each of the two commands is one line, begins with an install, and is read by `.ci/run`."""
    assert re.fullmatch(r"pip install \"\.\[[a-z,]+\]\" && \S.*", block(name))
    assert f"readme_block {name})" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_the_extras_in_the_readme_exist() -> None:
    """Whatever the documents and the scripts install is declared in `pyproject.toml`."""
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    texts = [path.read_text("utf-8") for path in (*DOCUMENTS, ROOT / ".ci" / "run", ROOT / "Dockerfile")]
    named = {
        extra
        for text in texts
        for group in re.findall(r'"\.\[([\w,]+)\]"', text)
        for extra in group.split(",")
    }
    assert named
    assert named <= set(declared)


@pytest.mark.parametrize("document", DOCUMENTS, ids=[path.relative_to(ROOT).as_posix() for path in DOCUMENTS])
def test_relative_links_lead_somewhere(document: Path) -> None:
    """A link from one document to another file of the project finds it."""
    targets = [urlsplit(link) for link in _LINK.findall(_FENCE.sub("", document.read_text("utf-8")))]
    local = [target.path for target in targets if not target.scheme and target.path]
    assert [path for path in local if not (document.parent / path).exists()] == []


def test_the_readme_links_to_the_other_documents() -> None:
    """Whoever starts at the README finds how to contribute, what changed, and the decisions."""
    assert {"CONTRIBUTING.md", "CHANGELOG.md", "docs/decisions", "LICENSE"} <= set(_LINK.findall(README))


def test_decisions_are_numbered_without_gaps() -> None:
    """The files in `docs/decisions` are NNNN-title.md, counted from 1, none missing and none twice."""
    names = [path.name for path in DECISIONS]
    assert names
    assert all(re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name) for name in names)
    assert [int(name[:4]) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("decision", DECISIONS, ids=[path.stem for path in DECISIONS])
def test_a_decision_has_its_four_parts(decision: Path) -> None:
    """A decision has its number, a title, and four parts in their order, none of them empty."""
    text = decision.read_text("utf-8")
    assert text.startswith(f"# {int(decision.name[:4])}. ")
    parts = re.split(r"^## (.+)$", text, flags=re.MULTILINE)[1:]
    assert parts[::2] == DECISION_PARTS
    assert all(body.strip() for body in parts[1::2])


def test_the_changelog_tells_of_this_version() -> None:
    """The changelog begins with what is to come, and then the version in `pyproject.toml`."""
    version = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["version"]
    headings = re.findall(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[:2] == ["Unreleased", version]


@pytest.mark.parametrize("script", SCRIPTS, ids=[path.name for path in SCRIPTS])
def test_a_script_is_short_and_stops_at_the_first_failure(script: Path) -> None:
    """Each script can be run, is at most 13 lines long, and sets `-eu`; CONTRIBUTING tells of it."""
    text = script.read_text("utf-8")
    assert os.access(script, os.X_OK)
    assert 5 <= text.count("\n") <= 13
    assert "\nset -eu" in text
    assert f"`scripts/{script.name}`" in (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def test_the_image_that_runs_holds_no_pytorch() -> None:
    """The last stage names neither PyTorch nor the extra that brings it; it takes wheels and the encoder."""
    last = stages()[-1].lower()
    assert len(stages()) == 2
    assert not re.search(r"torch|transformers|\[export\]", last)
    assert "--no-index" in last
    assert re.findall(r"^copy (.*)$", last, re.MULTILINE) == [
        "--from=build /opt/refdesk/models /opt/refdesk/models"
    ]


def test_the_image_runs_as_an_ordinary_user() -> None:
    """The last `USER` is a fixed number that is not root's, and nothing is installed after it."""
    last = stages()[-1]
    users = re.findall(r"^USER (\d+):(\d+)$", last, re.MULTILINE)
    assert len(users) == 1
    assert int(users[0][0]) > 0
    assert int(users[0][1]) > 0
    assert "RUN" not in last.partition("\nUSER ")[2]
    assert 'ENTRYPOINT ["refdesk"]' in last


def test_the_image_sets_only_settings_that_exist() -> None:
    """Each `REFDESK_…` variable in the Dockerfile is a setting."""
    named = set(re.findall(r"\bREFDESK_(\w+)=", stages()[-1]))
    assert {"INDEX", "MODELS", "SOURCES"} <= named <= {one.name.upper() for one in fields(Settings)}


def test_the_builder_sees_only_what_it_needs() -> None:
    """`.dockerignore` leaves everything out and lets in what the Dockerfile copies, and nothing else."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    rules = [line for line in lines if line and not line.startswith("#")]
    copied = re.findall(r"^COPY (?!--)(.+) \S+$", stages()[0], re.MULTILINE)
    assert rules[0] == "*"
    assert sorted(rule[1:] for rule in rules if rule.startswith("!")) == sorted(" ".join(copied).split())

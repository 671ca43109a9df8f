"""A few notes with onboarding paths in them, and an index of them."""

from pathlib import Path

from asking import index_of
from click.testing import CliRunner

from bot.cli import cli
from index.search import Index

DEPLOY = """---
title: Deploys
owner: delivery team
updated: 2026-11-01
---
# Deploys

How a change gets to users. See [[rollback|Rolling back]].

## Who deploys?

The pipeline deploys every merge to staging within five minutes. [Docs](https://example.org/x).

### Exceptions

Hotfixes are deployed by the person on call.

## When not?

Never on Friday afternoon.
"""

ROLLBACK = """# Rolling back

Text.

## How do I roll back?

Run `kubectl rollout undo` on the Deployment: it goes back to the revision before.
"""

PATH = """---
title: First week
onboarding:
  for: everybody who is new
  stops:
    - read: "[[deploys#Who deploys?]]"
      why: Your first change goes this way.
      check: Who deploys every merge to staging?
    - read: deploys#A heading that is gone
    - read: "[[rollback#How do I roll back?]]"
      check: How do I roll back?
    - read: rollback
---
# First week

Read these. Stop by stop.
"""

FILE = """
[short]
title = "Short one"
[[short.stops]]
read = "deploys"
[[short.stops]]
read = "gone"

[lost]
[[lost.stops]]
read = "gone"
"""

NOTES = {"team/deploys.md": DEPLOY, "rollback.md": ROLLBACK, "first-week.md": PATH}


def index_with_paths(folder: Path) -> Index:
    """Index the notes, beside a `paths.toml`."""
    (folder / "notes").mkdir()
    (folder / "notes" / "paths.toml").write_text(FILE)
    return index_of(folder, NOTES)


def desk_with_paths(folder: Path, models: Path) -> Path:
    """Index the notes with the default encoder, as a team would; give the folder again."""
    for path, text in {**NOTES, "paths.toml": FILE}.items():
        (folder / "notes" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "notes" / path).write_text(text)
    (folder / "refdesk.toml").write_text(f'sources = ["notes"]\nmodels = "{models}"\n')
    done = CliRunner().invoke(cli, ["--config", str(folder / "refdesk.toml"), "index"])
    assert done.exit_code == 0, done.output
    return folder

"""What Slack takes, as three judges see it: its own types, its SDK's models, and its limits.

Beyond that, nothing that is shown may act: no mention but the expected, no link but to a source, no format.
"""

import json
import re
import subprocess
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema_rs import Draft7Validator
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from bot.render.safe import safe_text
from bot.render.slack.limits import MESSAGE_BLOCKS, TOTAL, VIEW_BLOCKS, weight
from bot.render.slack.text import width
from bot.render.slack.types import Block, Message, View

ROOT = Path(__file__).resolve().parent.parent
# All markup that there ever is: a link with a name of ours, and the channel that a question is posted in.
_LINK = re.compile(r"<(https?://[^<>|\s]+)\|Open note \d+>")
_POSTED_IN = re.compile(
    r"Your question and your name will be posted in <#[A-Z0-9]+>, for everybody there to see\."
)
_MENTION = re.compile(r"<[@#]([A-Z0-9]+)>")
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
_LONGEST = {"action_id": 255, "block_id": 255, "value": 2_000, "private_metadata": 3_000, "url": 3_000}
_LONGEST_TEXT = {
    "header": 150,
    "button": 75,
    "confirm": 30,
    "deny": 30,
    "title": 100,
    "context": 3_000,
    "confirm.text": 300,
    "positive_button.text": 75,
    "negative_button.text": 75,
}


def validate(message: Message, mentions: Collection[str] = ()) -> None:
    """Fail unless Slack takes the message, and it mentions exactly the people and channels in `mentions`."""
    assert message.text.strip()
    assert width(message.text) <= 4_000
    mentioned = _MENTION.findall(message.text)
    plain = _MENTION.sub("", message.text)
    assert not re.search("[<>]", plain), plain
    assert not _ENTITY.search(plain), plain
    assert set(mentioned) <= set(mentions)
    assert safe_text(message.text) == message.text
    assert 1 <= len(message.blocks) <= MESSAGE_BLOCKS
    _validate_blocks(message.blocks, mentions, most_tables=1)


def validate_view(view: View, mentions: Collection[str] = ()) -> None:
    """Fail unless Slack takes the view; `mentions` as above."""
    assert 1 <= len(view["blocks"]) <= VIEW_BLOCKS
    _judge("HomeView" if view["type"] == "home" else "ModalView").validate(view)
    SdkView(**view).validate_json()
    for name in ("title", "close", "submit"):
        if name in view:
            assert 1 <= width(view[name]["text"]) <= 24
    assert ("submit" in view) == any(block["type"] == "input" for block in view["blocks"])
    _validate_blocks(view["blocks"], mentions, most_tables=0)
    _validate_texts({name: part for name, part in view.items() if name != "blocks"})


def shown(blocks: Sequence[Block]) -> str:
    """Give all words of blocks, as a person reads them, a line for each element."""
    return "\n".join(part["text"] for part in _objects(list(blocks)) if isinstance(part.get("text"), str))


def elements(blocks: Sequence[Block], kind: str) -> list[Block]:
    """Give all objects of one type in blocks, in their order."""
    return [part for part in _objects(list(blocks)) if part.get("type") == kind]


def _validate_blocks(blocks: Sequence[Block], mentions: Collection[str], most_tables: int) -> None:
    assert weight(blocks) <= TOTAL
    json.dumps(blocks, ensure_ascii=False).encode()
    for block in blocks:
        _judge(_definitions_by_type()[block["type"]]).validate(block)
        parsed = SdkBlock.parse(block)
        assert parsed is not None
        parsed.validate_json()
        _validate_texts(block)
    for name in ("action_id", "block_id"):
        used = Counter(part[name] for part in _objects(list(blocks)) if name in part)
        assert [one for one, times in used.items() if times > 1] == []
    tables = elements(blocks, "table")
    assert len(tables) <= most_tables
    for table in tables:
        assert 1 <= len(table["rows"]) <= 100
        assert {len(row) for row in table["rows"]} == {len(table["column_settings"])}
        assert 1 <= len(table["column_settings"]) <= 20
    named = [part["user_id"] for part in elements(blocks, "user")]
    named += [part["channel_id"] for part in elements(blocks, "channel")]
    assert set(named) == set(mentions)


def _validate_texts(thing: Block) -> None:
    """Fail for text that is empty, hides something, could act, or is too long for where it stands."""
    for part, place in _placed(thing, thing.get("type", "")):
        for name, most in _LONGEST.items():
            assert width(part.get(name, "")) <= most
        kind = part.get("type")
        if "text" in part and isinstance(part["text"], str):
            assert part["text"]
            assert safe_text(part["text"]) == part["text"]
            assert width(part["text"]) <= _LONGEST_TEXT.get(place, 12_000), place
        if kind == "plain_text":
            assert part["emoji"] is False
        if kind == "mrkdwn":
            assert _LINK.fullmatch(part["text"]) or _POSTED_IN.fullmatch(part["text"]), part["text"]
        if kind in {"context", "actions", "rich_text", "context_actions"} or str(kind).startswith(
            "rich_text_"
        ):
            assert 1 <= len(part["elements"]) <= {"context": 10, "actions": 25}.get(str(kind), 500)
        assert kind not in {"link", "emoji", "broadcast", "usergroup", "team", "date", "color", "markdown"}
        assert "accessibility_label" not in part or 1 <= width(part["accessibility_label"]) <= 75


def _placed(thing: Any, place: str) -> Iterator[tuple[Block, str]]:  # noqa: ANN401 - any JSON
    """Give all objects in JSON, each with the type of what it is in, or the name of the field it is."""
    if isinstance(thing, dict):
        yield thing, place
        for name, part in thing.items():
            inside = thing.get("type", f"{place}.{name}") if name in {"text", "elements"} else name
            yield from _placed(part, inside)
    elif isinstance(thing, list):
        for part in thing:
            yield from _placed(part, place)


def _objects(thing: Any) -> Iterator[Block]:  # noqa: ANN401 - any JSON
    return (part for part, _ in _placed(thing, ""))


@cache
def _schema() -> Any:  # noqa: ANN401 - any JSON
    made = subprocess.run([ROOT / "scripts" / "slack-schema"], capture_output=True, text=True, check=True)
    return json.loads(Path(made.stdout.strip()).read_text("utf-8"))


@cache
def _judge(definition: str) -> Draft7Validator:
    return Draft7Validator(
        {"$ref": f"#/definitions/{definition}", "definitions": _schema()["definitions"]},
    )


@cache
def _definitions_by_type() -> dict[str, str]:
    """Give the name of the definition of each type of block."""
    definitions = _schema()["definitions"]
    names = [one["$ref"].rpartition("/")[2] for one in definitions["KnownBlock"]["anyOf"]]
    return {
        definitions[name]["properties"]["type"]["const"]: name
        for name in names
        if "properties" in definitions[name]  # pictures have none of their own
    }

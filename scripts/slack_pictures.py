"""Pictures of what Slack would show, to look at: python scripts/slack_pictures.py FOLDER.

The answers are to real questions to the handbook, and to a note that is written to do harm. The page is our
own and only much like Slack's. Needs Chromium and the exported default encoder.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from html import escape, unescape
from pathlib import Path

from bot.answer import answer
from bot.contract import AnswerObject, answer_object
from bot.render.slack.answer import answer_message, shared_message
from bot.render.slack.home import home_view
from bot.render.slack.messages import ask_team_message, busy_message, help_message
from bot.render.slack.modals import missing_view, more_view
from bot.render.slack.types import Block, HomeFacts, Message, View
from index.build import build
from index.model import DEFAULT_MODEL
from index.search import Index

HANDBOOK = Path(__file__).resolve().parent.parent / "corpus"
TODAY = datetime.now(UTC).date()
EXAMPLES = ("How do I roll back a deployment?", "What is a canary release?", "Who may restart the database?")
QUESTIONS = {
    "prose": "what is a canary release",
    "code": "how do I roll back a deployment",
    "table": "kanban or scrum, how do they differ",
    "list": "what happens in the first week",
    "unsure": "who decides about the size of a node pool",
    "not_found": "who won the football on saturday",
    "hostile": "what does the hostile flag of the frobnicator do",
    "wide_table": "which frobnicator port has number 17",
    "harmful_list": "steps to calibrate the frobnicator",
}
HOSTILE = """# Frobnicator <!channel> *bold* \u202egnirts

The hostile flag of the frobnicator pings <!channel>, <!here>, <@U123>, <#C123|general> and @everyone, with
*bold*, _italic_, ~struck~, `code`, :tada:, [a link](https://evil.example/) & <https://evil.example|click>,
and a right-to-left override: \u202egnirts siht\u202c ends here.

## Calibrate

Steps to calibrate the frobnicator:

1. Say <!here> to *nobody*
2. Press ` and then ``` twice
3. Wait for <@U123>

## Ports of the frobnicator

| Frobnicator port | Number | Note |
| --- | --- | --- |
"""
CSS = """
body { font: 15px/1.46 'Noto Sans', Arial, sans-serif; color: #1d1c1d; width: 640px; margin: 16px }
.b { margin: 4px 0 } .q, .s, .t td { white-space: pre-wrap } h3 { margin: 8px 0; font-size: 18px }
.q, .bar { border-left: 4px solid #ddd; padding-left: 12px } ul, ol { margin: 0; padding-left: 26px }
pre { background: #f8f8f8; border: 1px solid #ddd; border-radius: 4px; padding: 8px; margin: 4px 0;
      font: 12px/1.5 monospace; white-space: pre-wrap }
.c { font-size: 13px; color: #616061 } .c span { margin-right: 8px } .at { background: #e8f5fa }
.btn { display: inline-block; border: 1px solid #bbb; border-radius: 8px; padding: 4px 12px;
       margin: 4px 8px 0 0; font-weight: 700; font-size: 13px } .f { font-weight: 400; color: #616061 }
.t { border-collapse: collapse } .t td { border: 1px solid #ddd; padding: 4px 8px; vertical-align: top }
.note { background: #1d1c1d; color: #fff; border-radius: 10px; padding: 8px 12px; font-size: 12px;
        margin-bottom: 12px; max-height: 56px; overflow: hidden } .i { border: 1px solid #888; height: 60px }
"""
FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--window-size=680,1200",
)  # fmt: skip


def element(part: Block) -> str:
    match part:
        case {"type": "plain_text" | "raw_text", "text": text}:
            return f"<span>{escape(text)}</span>"
        case {"type": "mrkdwn", "text": text}:
            address, _, name = unescape(text).strip("<>").partition("|")
            shown = f'<a href="{escape(address)}">{escape(name)}</a>'
        case {"type": "user", "user_id": name} | {"type": "channel", "channel_id": name}:
            shown = f'<span class="at">@{escape(name)}</span>'
        case {"type": "button", "text": {"text": text}}:
            shown = f'<span class="btn">{escape(text)}</span>'
        case {"type": "feedback_buttons", "positive_button": good, "negative_button": bad}:
            pair = (good["text"]["text"], bad["text"]["text"])
            shown = "".join(f'<span class="btn f">{escape(one)}</span>' for one in pair)
        case {"type": "text", "text": text}:
            shown = f"<b>{escape(text)}</b>" if "style" in part else escape(text)
        case {"type": "rich_text"}:
            shown = block(part)
        case _:
            shown = rich(part)
    return shown


def rich(part: Block) -> str:
    inside = [element(one) for one in part["elements"]]
    match part["type"]:
        case "rich_text_section":
            return f'<div class="s">{"".join(inside)}</div>'
        case "rich_text_quote":
            return f'<div class="q">{"".join(inside)}</div>'
        case "rich_text_preformatted":
            return f"<pre>{''.join(inside)}</pre>"
        case "rich_text_list":
            tag = "ol" if part["style"] == "ordered" else "ul"
            items = "".join(f"<li>{one}</li>" for one in inside)
            bar = ' class="bar"' if part.get("border") else ""
            return f'<div{bar}><{tag} style="margin-left: {24 * part["indent"]}px">{items}</{tag}></div>'
    raise ValueError(part["type"])


def block(part: Block) -> str:
    match part["type"]:
        case "rich_text" | "actions" | "context_actions":
            return f'<div class="b">{"".join(map(element, part["elements"]))}</div>'
        case "context":
            return f'<div class="b c">{"".join(map(element, part["elements"]))}</div>'
        case "header":
            return f"<h3>{escape(part['text']['text'])}</h3>"
        case "divider":
            return "<hr>"
        case "input":
            label, hint = escape(part["label"]["text"]), escape(part["hint"]["text"])
            return f'<div class="b"><b>{label}</b><div class="i"></div><div class="c">{hint}</div></div>'
        case "table":
            rows = ["".join(f"<td>{element(cell)}</td>" for cell in row) for row in part["rows"]]
            return f'<table class="t">{"".join(f"<tr>{row}</tr>" for row in rows)}</table>'
    raise ValueError(part["type"])


def page(shown: Message | View) -> str:
    if isinstance(shown, Message):
        above, blocks = f'<div class="note">{shown.text}</div>', shown.blocks
    else:
        title = shown.get("title", {"text": "Home"})["text"]
        above, blocks = f"<h3>{escape(title)}</h3><hr>", shown["blocks"]
    return f"<!doctype html><meta charset=utf-8><style>{CSS}</style>{above}{''.join(map(block, blocks))}"


def models() -> Path:
    default = Path(tempfile.gettempdir(), f"refdesk-test-models-{os.getuid()}")
    return Path(os.environ.get("REFDESK_TEST_MODELS") or default)


def answers(folder: Path) -> Mapping[str, AnswerObject]:
    (folder / "hostile").mkdir()
    rows = "".join(f"| frobnicator port {n} | {n} | {'<!channel> ' * 3}|\n" for n in range(800))
    (folder / "hostile" / "frobnicator.md").write_text(HOSTILE + rows, "utf-8")
    build([HANDBOOK, folder / "hostile"], folder / "index", DEFAULT_MODEL, models=models())
    index = Index.open(folder / "index", models=models())
    link = "https://notes.example/{path}?plain=1#L{first}"
    sources = {source.name: replace(source, link=link) for source in index.sources}
    return {name: answer_object(answer(index, asked), sources) for name, asked in QUESTIONS.items()}


def surfaces(kept: Mapping[str, AnswerObject]) -> dict[str, Message | View]:
    shown: dict[str, Message | View] = {
        name: answer_message(one, "a1", audience="ephemeral", today=TODAY, asked=True, team_channel="C1")
        for name, one in kept.items()
    }
    recent = ("what is a canary release", "<!channel> *who* may restart?")
    facts = HomeFacts((("corpus", 16), ("hostile", 1)), 17, 240, "2 hours ago", recent, EXAMPLES)
    return shown | {
        "shared": shared_message(kept["code"], "a1", user="U1", today=TODAY),
        "help": help_message(EXAMPLES, name="notes"),
        "busy": busy_message(),
        "team": ask_team_message("who <!channel> *won*?", "U1"),
        "more": more_view(kept["code"], "a1", today=TODAY),
        "more_hostile": more_view(kept["hostile"], "a1", today=TODAY),
        "missing": missing_view(kept["unsure"], "a1", today=TODAY),
        "home": home_view(facts),
    }


def main(arguments: Sequence[str]) -> None:
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        raise SystemExit("There is no Chromium here; install it, as with: apt install chromium")
    with tempfile.TemporaryDirectory() as scratch:
        for name, shown in surfaces(answers(Path(scratch))).items():
            html = Path(scratch, f"{name}.html")
            html.write_text(page(shown), "utf-8")
            picture = folder.absolute() / f"{name}.png"
            profile = f"--user-data-dir={tempfile.mkdtemp(dir=scratch)}"
            subprocess.run(
                [chromium, *FLAGS, profile, f"--screenshot={picture}", html.as_uri()],
                check=True,
                capture_output=True,
                timeout=60,
            )
            print(picture)


if __name__ == "__main__":
    main(sys.argv[1:])

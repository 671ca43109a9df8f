"""Make the handbook's PDF and its HTML page from the texts beside this script.

    pip install "refdesk[handbook]" && python scripts/handbook_files.py [--into corpus/operations]

The same texts give the same bytes: nothing is compressed, the fonts are those of every PDF reader, and the
day that a file bears is the one its text states. A test compares what is committed with what this makes.
"""

import argparse
import html
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from markdown_it import MarkdownIt
from markdown_it.tree import SyntaxTreeNode

from ingest.frontmatter import read_frontmatter

if TYPE_CHECKING:
    from fpdf import FPDF

ROOT = Path(__file__).resolve().parent.parent
TEXTS = ROOT / "scripts"
CARD, MESSAGES = "on-call-card", "status-messages"
MARKDOWN = MarkdownIt("commonmark").enable("table")
BODY = 9.5
"""The size of the PDF's ordinary text, in points."""

Style = Literal["", "B"]

PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="dcterms.modified" content="{updated}">
<title>{title}</title>
<style>
body {{ max-width: 42rem; margin: 2rem auto; padding: 0 1rem; color: #1c2430; }}
body {{ font: 1rem/1.55 system-ui, sans-serif; }}
h1 {{ font-size: 1.8rem; }}
h2 {{ font-size: 1.2rem; margin: 2rem 0 .4rem; }}
blockquote {{ margin: 1rem 0; padding: .6rem 1rem; border-left: .25rem solid #2f6f8f; background: #f2f6f8; }}
blockquote p {{ margin: 0; }}
table {{ border-collapse: collapse; width: 100%; }}
th, td {{ padding: .4rem .6rem; border: 1px solid #c9d3da; text-align: left; vertical-align: top; }}
th {{ background: #f2f6f8; }}
</style>
</head>
<body>
<main>
{body}</main>
</body>
</html>
"""


def text(name: str) -> tuple[str, str, str]:
    """Give the title, the day of the last change and the body of a text, as Markdown."""
    whole = (TEXTS / f"{name}.md").read_text("utf-8")
    head = read_frontmatter(whole)
    if head.title is None or head.metadata.updated is None:
        raise SystemExit(f"scripts/{name}.md needs a title and a day in `updated`")
    return head.title, head.metadata.updated, whole[head.end :]


def page(name: str) -> bytes:
    """Give a text as a page that needs nothing but itself."""
    title, updated, body = text(name)
    return PAGE.format(title=html.escape(title), updated=updated, body=MARKDOWN.render(body)).encode()


def pdf(name: str) -> bytes:
    """Give a text as a PDF of A4 pages, its headings in the outline."""
    from fpdf import FPDF

    title, updated, body = text(name)
    sheet = FPDF(format="A4")
    sheet.set_compression(compress=False)
    sheet.set_creation_date(datetime.fromisoformat(updated).replace(tzinfo=UTC))
    sheet.set_title(title)
    sheet.set_lang("en")
    sheet.set_producer("scripts/handbook_files.py")
    sheet.set_margins(22, 18)
    sheet.set_auto_page_break(auto=True, margin=18)
    sheet.add_page()
    sheet.set_text_color(28, 36, 48)
    sheet.set_draw_color(201, 211, 218)
    for block in SyntaxTreeNode(MARKDOWN.parse(body)).children:
        draw(sheet, block)
    sheet.ln(3)
    line(sheet, f"Last changed {updated}", size=8)
    return bytes(sheet.output())


def draw(sheet: "FPDF", block: SyntaxTreeNode) -> None:
    """Draw one block of a text: a heading, a paragraph, a numbered list, code or a table."""
    if block.type == "heading":
        level = int(block.tag[1])
        sheet.ln(3 if level > 1 else 0)
        sheet.start_section(words(block), level - 1)
        line(sheet, words(block), size=19 if level == 1 else 12, style="B")
    elif block.type == "ordered_list":
        for number, item in enumerate(block.children, 1):
            line(sheet, f"{number}.  {words(item.children[0])}")
    elif block.type == "fence":
        line(sheet, block.content.rstrip(), family="Courier", size=8.5)
    elif block.type == "table":
        draw_table(
            sheet,
            [[words(cell) for cell in row.children] for part in block.children for row in part.children],
        )
    else:
        line(sheet, words(block))
    sheet.ln(1.5)


def draw_table(sheet: "FPDF", rows: list[list[str]]) -> None:
    """Draw a table: each column has the share of the width that its longest cell asks for.

    Its head is shaded and not bold: a bold line that stands alone reads as a heading.
    """
    from fpdf.fonts import FontFace

    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    sheet.set_font("Helvetica", size=BODY)
    with sheet.table(
        col_widths=widths,
        text_align="LEFT",
        borders_layout="HORIZONTAL_LINES",
        headings_style=FontFace(fill_color=(242, 246, 248)),
        padding=1,
        line_height=4.6,
    ) as table:
        for row in rows:
            table.row(row)


def line(
    sheet: "FPDF", content: str, size: float = BODY, family: str = "Helvetica", style: Style = ""
) -> None:
    """Write text over the whole width, broken where the line ends."""
    sheet.set_font(family, style, size)
    sheet.multi_cell(0, text=content, align="L", h=size * 0.5, new_x="LMARGIN", new_y="NEXT")


def words(block: SyntaxTreeNode) -> str:
    """Give the words of a heading, a paragraph or a cell, on one line."""
    return " ".join(block.children[0].content.split())


def made() -> dict[str, bytes]:
    """Give each file that is made, by its name."""
    return {f"{CARD}.pdf": pdf(CARD), f"{MESSAGES}.html": page(MESSAGES)}


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the handbook's PDF and its HTML page.")
    parser.add_argument("--into", type=Path, default=ROOT / "corpus" / "operations", metavar="FOLDER")
    into: Path = parser.parse_args().into
    for name, content in made().items():
        (into / name).write_bytes(content)
        print(into / name, len(content), "bytes")


if __name__ == "__main__":
    main()

"""Word files: what a reader sees of them, with all changes accepted, and what is refused."""

from zipfile import ZipFile

import pytest
from docx.document import Document as WordDocument
from outlines import assert_well_formed, outline
from word_files import bare, paragraph, part, word, zipped

from ingest import word_package
from ingest.errors import UnreadableError
from ingest.read import read
from ingest.types import Document, Format, Link, RawFile, Span


def document_of(body: bytes) -> Document:
    """Read a Word file."""
    document = read(RawFile("ops/key_handbook.docx", "notes", body))
    assert_well_formed(document)
    return document


def reason(body: bytes) -> str:
    """Give the reason why a file can not be read."""
    with pytest.raises(UnreadableError) as caught:
        read(RawFile("a.docx", "notes", body))
    return str(caught.value)


def handbook(document: WordDocument) -> None:
    """Write a file with one of each kind of block."""
    core = document.core_properties
    core.title, core.keywords, core.author, core.content_status = "Ignored", "ops; keys", "Ops", "draft"
    document.add_paragraph("Key handbook", "Title")
    document.add_heading("Rotation", 1)
    sentence = document.add_paragraph("Rotate keys ")
    sentence.add_run("every").bold = True
    sentence.add_run(" quarter. Run this:")
    for line in ("vault rotate", "", "  --all", ""):
        document.add_paragraph().add_run(line).font.name = "Courier New"
    document.add_paragraph("first", "List Bullet")
    document.add_paragraph("second", "List Bullet")
    table = document.add_table(2, 2)
    for at, said in enumerate(("Service", "Owner", "cart\nand more", "shop")):
        table.cell(at // 2, at % 2).text = said
    document.add_heading("Deeper", 2)
    document.add_paragraph("The end.")


def test_each_kind_of_block() -> None:
    """Headings by style, lists by style, code by its type of fixed width, tables with bars between cells."""
    document = document_of(word(handbook))
    assert outline(document) == (
        "title: Key handbook\n# Key handbook\n# Rotation\nprose: Rotate keys every quarter. Run this:\n"
        "code: vault rotate\\n\\n |   --all\nlist: first\\n | second\n"
        "table: Service | Owner\\n | cart and more | shop\n## Deeper\nprose: The end.\n"
    )
    assert (document.format, document.encoding) == (Format.WORD, None)
    metadata = document.metadata
    assert (metadata.tags, metadata.owner, metadata.status) == (("ops", "keys"), "Ops", "draft")
    assert metadata.updated == "2013-12-23"
    span = Span(document, 0, 3)
    assert (span.lines, span.location) == (None, "ops/key_handbook.docx")


@pytest.mark.parametrize(
    ("stated", "title"),
    [("The plan", "The plan"), ("Microsoft Word - a.doc", "Top"), ("plan.docx", "Top"), ("", "Top")],
)
def test_the_title(stated: str, title: str) -> None:
    """Without a title in the text it is what the file states, unless a program did, or the top heading."""

    def write(document: WordDocument) -> None:
        document.core_properties.title = stated
        document.add_heading("Lower", 2)
        document.add_heading("Top", 1)

    assert document_of(word(write)).title == title
    assert document_of(bare(paragraph("Words."))).title == "key handbook"


def test_changes_are_accepted() -> None:
    """What was inserted or moved here is read; what was struck out, moved away, or is hidden is not."""
    runs = (
        "<w:r><w:t>Keep </w:t></w:r><w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>away</w:t></w:r></w:moveFrom><w:moveTo><w:r><w:t> here</w:t></w:r></w:moveTo>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r>"
        '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t> shown</w:t></w:r>'
        "<w:r><w:instrText>PAGE</w:instrText></w:r>"
    )
    gone = f"<w:del>{paragraph('Gone.')}</w:del>"
    assert document_of(bare(paragraph(runs) + gone)).text == "Keep new here shown"


def test_signs_and_breaks() -> None:
    """Tabs and line breaks are themselves; page breaks are nothing."""
    runs = (
        '<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:br w:type="page"/>'
        "<w:noBreakHyphen/><w:t>d</w:t></w:r>"
    )
    assert document_of(bare(paragraph(runs))).text == "a\tb\nc\u2011d"


def test_links() -> None:
    """A hyperlink's address comes from the file's relations; those inside of the file are no links."""
    relations = '<Relationship Id="x" Type="t/hyperlink" Target="https://example.org" TargetMode="External"/>'
    runs = (
        '<w:r><w:t> See </w:t></w:r><w:hyperlink r:id="x"><w:r><w:t>the plan</w:t></w:r></w:hyperlink>'
        '<w:hyperlink w:anchor="y"><w:r><w:t> below</w:t></w:r></w:hyperlink>'
        '<w:hyperlink r:id="x"><w:r><w:t> </w:t></w:r></w:hyperlink>'
    )
    document = document_of(bare(paragraph("One.") + paragraph(runs), relations))
    assert document.links == (Link("https://example.org", "the plan", 10, 18),)
    assert document.text == "One.\n\nSee the plan below"


def test_a_link_in_the_indent_is_none() -> None:
    """White space around a paragraph is not written, nor what links from it."""
    relations = '<Relationship Id="x" Type="t/hyperlink" Target="https://example.org" TargetMode="External"/>'
    runs = '<w:hyperlink r:id="x"><w:r><w:t> in </w:t></w:r></w:hyperlink>'
    assert document_of(bare(paragraph(runs), relations)).links == (Link("https://example.org", "in", 0, 2),)


def test_notes_stand_after_what_refers_to_them() -> None:
    """Each once, whoever refers to it again; the lines that set notes apart from the page are none."""
    call = '<w:r><w:t>Text.</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
    last = paragraph('<w:r><w:t>b</w:t><w:endnoteReference w:id="1"/></w:r>')
    cell = f"<w:tr><w:tc>{paragraph('a')}</w:tc><w:tc>{last}</w:tc></w:tr>"
    footnotes = part("footnotes", f'<w:footnote w:id="0" w:type="separator">{paragraph("no")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("Its note.")}{paragraph(call)}</w:footnote>')  # fmt: skip
    endnotes = part("endnotes", f'<w:endnote w:id="1">{paragraph("At the end.")}</w:endnote>')
    inside = paragraph(call) + paragraph("After.") + f"<w:tbl>{cell}</w:tbl>"
    document = document_of(bare(inside, footnotes=footnotes, endnotes=endnotes))
    assert document.text == "Text.\n\nIts note.\n\nText.\n\nAfter.\n\na | b\n\nAt the end."


def test_frames_and_boxes() -> None:
    """A table of one cell is a frame; a box's text follows its paragraph, and once; contents are left out."""
    box = (
        "<w:r><w:t>Beside</w:t></w:r><w:r><mc:AlternateContent><mc:Choice><w:txbxContent>"
        f"{paragraph('In a box')}</w:txbxContent></mc:Choice><mc:Fallback><w:txbxContent>"
        f"{paragraph('Again')}</w:txbxContent></mc:Fallback></mc:AlternateContent></w:r>"
    )
    frame = f"<w:tbl><w:tr><w:tc>{paragraph('Framed.')}</w:tc></w:tr></w:tbl>"
    gallery = '<w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
    contents = (
        f"<w:sdt><w:sdtPr>{gallery}</w:sdtPr><w:sdtContent>{paragraph('1 Start')}</w:sdtContent></w:sdt>"
    )
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Filled in')}</w:sdtContent></w:sdt>"
    cells = "".join(f"<w:tc>{paragraph(said)}</w:tc>" for said in "xy")
    row = f"<w:sdt><w:sdtContent><w:tr>{cells}</w:tr></w:sdtContent></w:sdt>"
    empty = f"<w:tbl><w:tr><w:tc/><w:tc/></w:tr>{row}</w:tbl>"
    document = document_of(bare(paragraph(box) + contents + frame + control + empty))
    assert document.text == "Beside\n\nIn a box\n\nFramed.\n\nFilled in\n\nx | y"


STYLES = part(
    "styles",
    '<w:docDefaults/><w:style w:styleId="a"><w:name w:val="Our Heading"/><w:basedOn w:val="b"/></w:style>'
    '<w:style w:styleId="b"><w:name w:val="heading 3"/></w:style>'
    '<w:style w:styleId="c"><w:name w:val="Chapter"/><w:pPr><w:outlineLvl w:val="1"/></w:pPr></w:style>'
    '<w:style w:styleId="d"><w:name w:val="Source Code"/></w:style>'
    '<w:style w:styleId="e"><w:name w:val="toc 1"/></w:style>'
    '<w:style w:styleId="f"><w:name w:val="round"/><w:basedOn w:val="f"/></w:style>'
    '<w:style w:styleId="g"><w:name w:val="Steps"/><w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>'
    "</w:style>"
    '<w:style w:styleId="h" w:type="character"><w:name w:val="Inline Code"/></w:style>',
)


@pytest.mark.parametrize(
    ("properties", "expected"),
    [
        ('<w:pStyle w:val="a"/>', "### Words"),
        ('<w:pStyle w:val="c"/>', "## Words"),
        ('<w:outlineLvl w:val="0"/>', "# Words"),
        ('<w:pStyle w:val="c"/><w:outlineLvl w:val="9"/>', "prose: Words"),
        ('<w:pStyle w:val="d"/>', "code: Words"),
        ('<w:pStyle w:val="f"/>', "prose: Words"),
        ('<w:pStyle w:val="g"/>', "list: Words"),
        ('<w:pStyle w:val="g"/><w:numPr><w:numId w:val="0"/></w:numPr>', "prose: Words"),
        ('<w:numPr><w:numId w:val="2"/></w:numPr>', "list: Words"),
        ('<w:pStyle w:val="Heading2"/>', "## Words"),
        ('<w:pStyle w:val="SourceCode"/>', "code: Words"),
    ],
)
def test_styles(properties: str, expected: str) -> None:
    """A style says what a paragraph is by its name, by those it is based on, and by what it sets."""
    body = bare(paragraph("Words", properties) + paragraph("Hidden", '<w:pStyle w:val="e"/>'), styles=STYLES)
    assert outline(document_of(body)).splitlines()[1:] == [expected]


def test_long_headings_are_prose_and_code_may_be_a_style_of_letters() -> None:
    """A page in the style of a heading is a paragraph; letters in a style named after code are code."""
    run = '<w:r><w:rPr><w:rStyle w:val="h"/></w:rPr><w:t>make</w:t><w:br/><w:br/><w:t>test</w:t></w:r>'
    body = bare(paragraph("word " * 100, '<w:pStyle w:val="b"/>') + paragraph(run), styles=STYLES)
    document = document_of(body)
    assert document.headings == ()
    assert outline(document).splitlines()[2] == "code: make\\n\\n | test"


def test_what_is_no_word_file_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the reason and what to do; nothing outside of the archive is opened."""
    whole = bare(paragraph("Words."))
    assert reason(b"\xd0\xcf\x11\xe0 old").startswith("locked by a password, or an old Word file")
    assert reason(b"words").startswith("no whole Word file: File is not a zip file")
    assert reason(whole[:200]).startswith("no whole Word file")
    assert reason(zipped({"a.txt": "x"})).startswith("no Word file: it has no document in it")
    assert reason(zipped({"word/document.xml": part("document", "")})).startswith(
        "no Word file: its document has no body"
    )
    assert reason(zipped({"word/document.xml": "<w"})).startswith("damaged in word/document.xml: ")
    assert reason(bare("")) == "holds no text"
    locked = bytearray(whole)
    at = locked.index(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert reason(bytes(locked)) == "locked by a password; save it without one"
    broken = bytearray(whole)
    start = broken.index(b"document.xml") + 12
    broken[start : start + 20] = b"\xff" * 20
    assert reason(bytes(broken)).startswith("damaged in word/document.xml: ")
    monkeypatch.setattr(word_package, "MOST_ENTRIES", 1)
    assert reason(whole).startswith("holds 2 parts, over the limit of 1")


def test_a_bomb_is_not_inflated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sizes that the archive states are added up before anything of that size is made."""
    monkeypatch.setattr(word_package, "MOST_INFLATED", 1_000_000)
    bomb = zipped({"word/document.xml": b" " * 2_000_000})
    assert len(bomb) < 10_000
    assert reason(bomb) == "inflates to more than 1,000,000 bytes; it may be an attack"


def test_entities_are_not_expanded() -> None:
    """Neither a file's content nor a billion laughs come in through a document type."""
    inside = f"<w:body>{paragraph('&a;.<w:r/>')}{paragraph('Words.')}</w:body>"
    for entity in ('"laugh"', 'SYSTEM "file:///etc/hostname"'):
        document = part("document", inside).replace("?>", f"?><!DOCTYPE x [<!ENTITY a {entity}>]>", 1)
        assert document_of(zipped({"word/document.xml": document})).text in {".\n\nWords.", "Words."}


def test_the_main_part_may_lie_elsewhere() -> None:
    """The archive's relations name it, as the strict flavour of the format does."""
    relation = '<Relationship Id="a" Type="x/officeDocument" Target="/other/main.xml"/>'
    relations = f"<Relationships>{relation}</Relationships>"
    body = zipped(
        {
            "_rels/.rels": relations,
            "other/main.xml": part("document", f"<w:body>{paragraph('Here.')}</w:body>"),
        }
    )
    assert document_of(body).text == "Here."


def test_a_real_archive_is_what_is_written() -> None:
    """What python-docx writes has the parts that this reader looks for."""
    from io import BytesIO

    with ZipFile(BytesIO(word(handbook))) as archive:
        assert {"word/document.xml", "word/styles.xml", "docProps/core.xml"} <= set(archive.namelist())

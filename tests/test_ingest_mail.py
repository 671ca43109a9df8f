"""Mail: one message, or a mailbox of many; what is quoted, what hangs on it, and damage."""

import email.message

import pytest
from exports import blocks, headings, left_out, mail, mailbox, read, reason, texts

from ingest import mail_message
from ingest.read import contents
from ingest.types import Contents, Document, Format, Metadata, RawFile


def letter(body: bytes) -> Document:
    """Give the document that a `.eml` file is."""
    (document,) = read(body, "a.eml").documents
    return document


def box(*mails: bytes) -> Contents:
    """Read a mailbox."""
    return read(mailbox(*mails), "list.mbox")


def parted(kind: str, *parts: str, more: str = "") -> bytes:
    """Write a mail of several parts, each with its headers."""
    inside = "".join(f"--b\n{part}\n" for part in parts)
    return (
        f"From: ana@example.org\nSubject: Parts\nContent-Type: multipart/{kind}; boundary=b{more}\n\n"
        f"{inside}--b--\n"
    ).encode()


PLAIN = "Content-Type: text/plain\n\nPlain words."
PAGE = "Content-Type: text/html; charset=iso-8859-1\n\n<meta charset=utf-16><h2>Who</h2><p>Café words.</p>"


def test_a_mail_is_one_document_under_its_own_path() -> None:
    """Its subject is title and first heading; who and when are in its text and its metadata."""
    found = letter(mail("Words of the mail.\n\n- one\n- two", "Re: AW: Rollout of checkout"))
    assert found.text.startswith(
        "Rollout of checkout\n\nFrom: Ana Lima, 2026-03-04 10:12\n\nWords of the mail.\n\n- one\n- two"
    )
    assert (found.path, found.file, found.title, found.format) == (
        "a.eml",
        "",
        "Rollout of checkout",
        Format.MAIL,
    )
    assert headings(found) == [(1, "Rollout of checkout")]
    assert [kind for kind, _ in blocks(found)] == ["prose", "prose", "list"]
    assert found.metadata == Metadata(owner="Ana Lima", updated="2026-03-04")
    assert (
        found.sha256
        == RawFile("", "", mail("Words of the mail.\n\n- one\n- two", "Re: AW: Rollout of checkout")).sha256
    )


def test_a_mail_without_headers_is_read() -> None:
    """Nobody and no day are made up."""
    found = letter(mail("Words.", "", {"From": "", "Date": "", "Message-ID": ""}))
    assert (found.title, found.metadata) == ("(no subject)", Metadata())
    assert [text for _, text in blocks(found)] == ["Words."]
    assert letter(mail("Words.", headers={"Date": "some day"})).metadata.updated is None
    assert letter(mail("Words.", headers={"From": "ana@example.org"})).metadata.owner == "ana@example.org"


def test_plain_text_is_preferred_to_a_page() -> None:
    """The page is read where the text is empty; what says the same is nothing left out."""
    both = read(parted("alternative", PLAIN, PAGE), "a.eml")
    assert "Plain words." in both.documents[0].text
    assert both.left_out == ()
    page = letter(parted("alternative", "Content-Type: text/plain\n\n \n", PAGE.replace("Café", "Caf\\xe9")))
    assert headings(page) == [(1, "Parts"), (3, "Who")]


def test_a_page_is_read_in_the_encoding_of_its_part() -> None:
    """What the page says of itself counts for less; one that does not fit is guessed."""
    body = parted("mixed", PAGE).decode().encode("latin-1")
    assert "Café words." in letter(body).text
    odd = parted("mixed", "Content-Type: text/plain; charset=klingon\n\nCafé words.")
    assert "Café words." in letter(odd).text


def test_lines_that_flow_are_joined() -> None:
    """Mail programs break them only to keep them short."""
    headers = {"Content-Type": "text/plain; charset=utf-8; format=flowed"}
    assert (
        "One long line. And\nanother." in letter(mail("One \nlong line. And\nanother.", headers=headers)).text
    )


def test_attachments_are_listed() -> None:
    """By name where they have one; the words of a forwarded mail are an attachment too."""
    found = read(
        parted(
            "mixed",
            PLAIN,
            'Content-Type: application/pdf\nContent-Disposition: attachment; filename="../a/plan.pdf"\n\nx',
            "Content-Type: text/plain\n\nA footer.",
            "Content-Type: message/rfc822\n\nSubject: Before\n\nWords before.",
        ),
        "a.eml",
    )
    assert left_out(found, "a.eml") == {
        ".._a_plan.pdf": "an attachment (application/pdf); save it beside the mail to have it read",
        "part-3": "an attachment (text/plain); save it beside the mail to have it read",
        "part-4": "an attachment (message/rfc822); save it beside the mail to have it read",
    }


def test_history_stands_under_a_heading_of_its_own() -> None:
    """It is not what this mail says, but may be all there is of it."""
    introduced = "On Wed, 4 Mar 2026 at 10:12, Bo Chen\n<bo@example.org> wrote:"
    said = f"Yes, on Friday.\n\n{introduced}\n\n> When?\n> > Soon.\n"
    found = letter(mail(said))
    assert headings(found)[:2] == [
        (1, "Rollout of checkout"),
        (2, "On Wed, 4 Mar 2026 at 10:12, Bo Chen <bo@example.org> wrote:"),
    ]
    assert found.text.endswith("wrote:\n\nWhen?\nSoon.\n\n")
    outlook = "Yes.\n\n-----Original Message-----\nFrom: Bo Chen\nSent: Monday\n\nWhen?"
    assert headings(letter(mail(outlook)))[1] == (2, "From: Bo Chen")


def test_what_is_quoted_between_own_words_stays() -> None:
    """It is what they answer."""
    said = "On Monday Bo wrote:\n> When?\n\nOn Friday.\n"
    assert "> When?" in letter(mail(said)).text


def test_each_message_of_a_mailbox_is_a_document() -> None:
    """Called by day and subject, with a number where that is taken."""
    found = box(
        mail("One."),
        mail("Two.", "Re: Rollout of checkout"),
        mail("Three.", "Rollout of checkout-2"),
        mail("Four.", "", {"Date": "", "Message-ID": ""}),
        mail("Five.", "../../etc/passwd"),
    )
    assert {name: text.splitlines()[-2] for name, text in texts(found).items()} == {
        "2026-03-04-Rollout-of-checkout": "One.",
        "2026-03-04-Rollout-of-checkout-2": "Two.",
        "2026-03-04-Rollout-of-checkout-2-2": "Three.",
        "message": "Four.",
        "2026-03-04-etc-passwd": "Five.",
    }
    assert {one.file for one in found.documents} == {"list.mbox"}


def test_history_of_a_mail_in_the_same_mailbox_is_left_out() -> None:
    """It would answer twice; the document says so."""
    asked = mail("When?", headers={"Message-ID": "<1@example.org>"})
    said = "On Friday.\n\nOn Monday, Ana Lima wrote:\n> When?"
    known = mail(said, headers={"Message-ID": "<2@example.org>", "In-Reply-To": "<1@example.org>"})
    unknown = mail(said, headers={"Message-ID": "<3@example.org>", "References": "<9@example.org>"})
    _, first, second = box(asked, known, unknown).documents
    assert "When?" not in first.text
    assert first.notes == (
        "what it quotes of the mail that it answers is left out: that is in the mailbox, too",
    )
    assert "When?" in second.text
    assert second.notes == ()


def test_lines_that_look_like_a_beginning_are_none() -> None:
    """Neither those that were escaped, nor those without a date."""
    (found,) = box(mail("Words.\n\nFrom here on\n\nFrom now: more words.")).documents
    assert "From here on\n\nFrom now: more words." in found.text


def test_a_message_that_can_not_be_read_costs_only_itself() -> None:
    """Encrypted, without words, or damaged."""
    found = box(
        mail("One."),
        mail("x", "Secret", {"Content-Type": "multipart/encrypted; boundary=b"}),
        mail(" ", "Empty"),
        parted("mixed", "Content-Type: application/pdf\n\nx"),
    )
    assert len(found.documents) == 1
    assert left_out(found, "list.mbox") == {
        "2026-03-04-Secret": "encrypted mail; save it decrypted",
        "2026-03-04-Empty": "holds no text",
        "Parts": "holds no text",
    }


def test_a_file_that_is_no_mailbox_says_so() -> None:
    """So does one with something before its first message."""
    for body in (b"Words.", b"", b"Words.\n\n" + mailbox(mail("One."))):
        assert reason(body, "list.mbox").startswith("no mbox: it should begin with a line like `From ana@")


def test_a_mail_without_words_is_no_document() -> None:
    """Headers alone are none."""
    assert reason(mail(""), "a.eml") == "holds no text"
    assert reason(parted("mixed", "Content-Type: application/pdf\n\nx"), "a.eml") == "holds no text"
    assert reason(mail("x", headers={"Content-Type": "multipart/mixed"}), "a.eml") == "holds no text"
    assert reason(mail("<p> </p>", headers={"Content-Type": "text/html"}), "a.eml") == "holds no text"


def test_headers_that_make_no_sense_are_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The standard library raises on some; odd bytes in them become signs that can be shown."""
    get = email.message.EmailMessage.get

    def broken(message: email.message.EmailMessage, name: str, failobj: object = None) -> object:
        if name in {"subject", "date"}:
            raise IndexError
        return get(message, name, failobj)

    odd = mail("Words.").replace(b"Rollout", b"Roll\xffout")
    assert letter(odd).title.encode("utf-8")
    monkeypatch.setattr(email.message.EmailMessage, "get", broken)
    found = letter(mail("Words."))
    assert (found.title, found.metadata) == ("(no subject)", Metadata(owner="Ana Lima"))


def test_memory_that_runs_out_ends_a_mailbox(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is no fault of one message."""

    def needs_too_much(*_: object) -> Document:
        raise MemoryError

    monkeypatch.setattr(mail_message, "read_text", needs_too_much)
    assert reason(mailbox(mail("One.")), "list.mbox") == "needs more memory than there is; split it"


def test_a_mail_that_nests_too_deep_is_a_reason() -> None:
    """Parts in parts in parts, five hundred times."""
    body = "Subject: Deep\n" + "".join(
        f"Content-Type: multipart/mixed; boundary=b{depth}\n\n--b{depth}\n" for depth in range(500)
    )
    assert reason(body.encode(), "a.eml")
    assert contents(RawFile("a.eml", "notes", mail("Words."))).documents

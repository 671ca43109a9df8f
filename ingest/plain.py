"""Plain words of a passage: what is encoded and indexed. What is quoted stays the source."""

import re
import unicodedata
from functools import cache
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.types import Format

_COMMENT = re.compile(r"<!--.{0,20000}?-->|%%[^%]{0,2000}%%", re.DOTALL)
_SHORTCODE = re.compile(r"\{\{[<%][^{}]{0,1000}[>%]\}\}")
_SHORTCODE_TEXT = re.compile(r"\b(?:text|title|caption|heading)\s*=\s*\"([^\"]*)\"|\bheading\s+\"([^\"]*)\"")
_WIKILINK = re.compile(r"!?\[\[([^\[\]|\n]{1,300})(?:\|([^\[\]\n]{1,300}))?\]\]")
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,100}\]:?")
_CALLOUT = re.compile(r"\[!(\w{1,30})\][+-]?")
_REFERENCE = re.compile(r"\[([^\[\]\n]{1,300})\]\[[^\[\]\n]{0,300}\]")
_HEADING_ID = re.compile(r"\{#[^{}\n]{1,200}\}")
_TAG = re.compile(r"<[^<>]{0,2000}>")
_EMPHASIS = re.compile(r"\*\*|__|==|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_BULLET = re.compile(r"^[ \t>]*(?:[-*+•·▪◦–—|]|\#{1,6})[ \t]+", re.MULTILINE)
_HYPHENATED = re.compile(r"(?<=\w)[-\u00ad]\r?\n(?=[a-zà-ÿ])")


def plain(text: str, written_as: Format) -> str:
    """Give the words of `text` without markup, on one line, single spaces between them."""
    match written_as:
        case Format.MARKDOWN:
            words = _markdown(text)
        case Format.PDF:
            # NFKC opens ligatures (ﬁ); words hyphenated at a line's end are joined.
            words = unicodedata.normalize("NFKC", _HYPHENATED.sub("", text))
        case Format.TEXT:
            words = _EMPHASIS.sub("", _BULLET.sub("", _without_note_syntax(text)).replace("`", ""))
        case Format.HTML:
            words = text
    return " ".join(words.split())


def _without_note_syntax(text: str) -> str:
    """Take out what Obsidian and Hugo add to Markdown, keeping the words a reader sees."""
    text = _COMMENT.sub(" ", text)
    text = _SHORTCODE.sub(_shortcode_words, text)
    text = _WIKILINK.sub(lambda link: link[2] or link[1], text)
    text = _REFERENCE.sub(r"\1", text)
    text = _CALLOUT.sub(lambda callout: f"{callout[1].title()}:", text)
    return _HEADING_ID.sub("", _FOOTNOTE.sub("", text)).replace("==", "")


def _shortcode_words(shortcode: re.Match[str]) -> str:
    said = _SHORTCODE_TEXT.search(shortcode[0])
    return (said[1] or said[2] or "") if said else ""


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": 50}).enable(["table", "strikethrough"])


def _markdown(text: str) -> str:
    words = [word for token in _parser().parse(_without_note_syntax(text)) for word in _token_words(token)]
    return "".join(words)


def _token_words(token: Token) -> list[str]:
    if token.type == "inline":
        return [*(_inline_words(child) for child in token.children or ()), "\n"]
    if token.type == "html_block":
        return [unescape(_TAG.sub(" ", token.content)), "\n"]
    return [token.content, "\n"] if token.type in {"fence", "code_block"} else []


def _inline_words(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    return "" if token.type == "html_inline" else token.content

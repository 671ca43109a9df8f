"""Plain words of a passage: what is encoded and indexed. What is quoted stays the source."""

import re
import unicodedata
from functools import cache, lru_cache
from html import unescape

from markdown_it import MarkdownIt
from markdown_it.token import Token

from ingest.types import Format, Kind

# In characters. The parser's time grows with the square of hostile text, so a longer one is not given to it.
LONGEST_PARSED = 5_000
# The parser leaves out what stands deeper than this in quotes and lists; such text is not left to it.
DEEPEST_PARSED = 20

# Before Python 3.11.5 a possessive group must not fail after it took something (gh-106052): of its branches
# the last one takes all or nothing.

# What Obsidian and Hugo add to Markdown; code comes first, so that nothing is taken out of it. No expression
# here can run over the same characters many times: the time is linear in the text.
_NOTE_SYNTAX = re.compile(
    r"(?=[`~<%!\[{=])(?:"
    r"(?P<code>(?<![`~])(?P<fence>`{3,}+|~{3,}+)[^`\n]*\n(?:.*\n)*?(?:[ \t>]*+(?P=fence)|.*\Z)"
    r"|(?<!`)(?P<ticks>`{1,3})(?!`)[^`\n]{1,400}(?P=ticks)(?!`))"
    r"|<!--(?:-(?!->)|<(?!!--)|[^<-])*+-->|%%[^%]{0,2000}%%"
    r"|\{\{[<%](?P<shortcode>[^{}]{0,1000})[>%]\}\}"
    r"|!\[\[(?P<embed>[^\[\]|\n]{1,300}?)(?:\\?\|[^\[\]\n]{1,300})?\]\]"
    r"|\[\[(?P<wiki>[^\[\]|\n]{1,300})(?:\|(?P<alias>[^\[\]\n]{1,300}))?\]\]"
    r"|\[\^[^\[\]\s]{1,100}\]:?"
    r"|\[!(?P<callout>\w{1,30})\][+-]?"
    r"|\[(?P<reference>[^\[\]\n]{1,300})\]\[[^\[\]\n]{0,300}\]"
    r"|\{\#[^{}\n]{1,200}\}"
    r"|(?<![=\w])==(?=[^\s=])|(?<=[^\s=])==(?![=\w]))"
)
_INLINED = re.compile(r"data:[\w/+.-]{1,100};base64,[A-Za-z0-9+/=%]*+")
_SHORTCODE_TEXT = re.compile(r'\b(?:(?:text|title|caption|heading)\s?=\s?|heading\s)"([^"]*+)"')
_SCRIPT = re.compile(r"<(script|style)\b(?:<(?!/?\1\b)|[^<])*+</\1\b", re.IGNORECASE)
_TAG = re.compile(r"<(?:[/!?A-Za-z][^<>]{0,2000})?>")
_BREAK = re.compile(r"</?(?:br|div|hr|li|p|t[dhr])\b", re.IGNORECASE)
_LINK = re.compile(r"!?\[([^\[\]\n]{0,300})\]\([^()\n]{0,1000}\)")
_EMPHASIS = re.compile(r"\*\*|__|~~|(?<!\w)[*_](?=\w)|(?<=\w)[*_](?!\w)")
_BULLET = re.compile(
    r"^[ \t>]*+(?:(?=(?:[-*+•·▪◦\u2013\u2014|]|\#{1,6})[ \t])[^ \t]++[ \t]++)++", re.MULTILINE
)
# A fence's first line, and the signs of any other.
_FENCE = re.compile(r"\A[ \t]*+(?:`{3}|~{3}).*|^[ \t>]*+(?:`{3,}+|~{3,}+)", re.MULTILINE)
# No Markdown, whatever signs people put around words.
_UNMARKED = frozenset({Format.TEXT, Format.MAIL, Format.CHAT})
# The row of dashes under a table's head.
_RULE = re.compile(r"^[ \t>]*+\|?+[ \t]*+:?-++:?[ \t]*+\|[ \t|:-]*+$", re.MULTILINE)
# Such a row, what opens any row, and the bars between its cells.
_BARS = re.compile(r"^[ \t|:-]++$|^[ \t]*+\|?+[ \t]*+|(?<!\\)\|", re.MULTILINE)
# Without any of these, a text's words are as they stand.
_MARKUP = re.compile(r"[\\`*_\[\]<>&~]|^[ \t]*+(?:[-+=#]|\d{1,9}[.)])", re.MULTILINE)
_HYPHENATED = re.compile(r"(?<=\w)[-\u00ad\u2010][ \t]{0,9}\r?\n[ \t]{0,9}(\w)")
_WORD = re.compile(r"\S{1,400}")


def plain(text: str, written_as: Format, kind: Kind = Kind.PROSE) -> str:
    """Give the words of `text` without markup, on one line, single spaces between them.

    `kind` is that of the block which `text` is or is a part of. Never raises; linear in the text.
    """
    # A short one is asked for again: a block is measured, and then encoded as part of its passage.
    return (_remembered if len(text) <= LONGEST_PARSED else _words)(text, written_as, kind)


def _words(text: str, written_as: Format, kind: Kind) -> str:
    match written_as:
        case Format.HTML | Format.WORD | Format.DELIMITED:
            words = text
        case Format.PDF:
            words = _mended(text)
        case Format.RST | Format.ORG | Format.ASCIIDOC:
            from ingest.markup import words as words_of

            words = words_of(text.replace("\r\n", "\n").replace("\r", "\n"), written_as, kind)
        case _:
            words = _without_markup(text.replace("\r\n", "\n").replace("\r", "\n"), written_as, kind)
    return " ".join(words.split())


_remembered = lru_cache(maxsize=512)(_words)


def _mended(text: str) -> str:
    """Join words hyphenated at a line's end, and open ligatures and their like (Unicode's form NFKC)."""
    text = _HYPHENATED.sub(lambda cut: cut[1] if cut[1].islower() else cut[0], text).replace("\u00ad", "")
    # Word by word, since putting a long run of accents in order takes the square of its length.
    return _WORD.sub(lambda word: unicodedata.normalize("NFKC", word[0]), text)


def _without_markup(text: str, written_as: Format, kind: Kind) -> str:
    if kind is Kind.CODE:
        return _FENCE.sub("", text)
    if kind is Kind.TABLE or _RULE.search(text):
        text = _BARS.sub(" ", text)
    text = _NOTE_SYNTAX.sub(_shown, _INLINED.sub("", text))
    if written_as in _UNMARKED:
        return _without_signs(text)
    if not _MARKUP.search(text):
        return text
    return _parsed(text) if len(text) <= LONGEST_PARSED else _without_signs(_TAG.sub(" ", text))


def _shown(syntax: re.Match[str]) -> str:
    """Give what a reader sees of what Obsidian or Hugo adds to Markdown."""
    match syntax.lastgroup:
        case None:
            return ""
        case "shortcode":
            said = _SHORTCODE_TEXT.search(syntax["shortcode"])
            return said[1] if said else ""
        case "callout":
            return f"{syntax['callout'].title()}:"
        case seen:
            return syntax[seen]


def _without_signs(text: str) -> str:
    """Take out the signs of emphasis, items, headings, links and code, whatever the structure."""
    return _EMPHASIS.sub("", _BULLET.sub("", _LINK.sub(r"\1", text)).replace("`", ""))


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"maxNesting": DEEPEST_PARSED}).enable("strikethrough")


def _parsed(text: str) -> str:
    tokens = _parser().parse(text)
    if any(token.level >= DEEPEST_PARSED - 1 for token in tokens):
        return _without_signs(_TAG.sub(" ", text))
    return "".join(word for token in tokens for word in _token_words(token))


def _token_words(token: Token) -> list[str]:
    if token.type == "inline":
        return [*(_inline_words(child) for child in token.children or ()), "\n"]
    if token.type == "html_block":
        return [unescape(_TAG.sub(" ", _SCRIPT.sub("<", token.content))), "\n"]
    return [token.content, "\n"] if token.type in {"fence", "code_block"} else []


def _inline_words(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return "\n"
    if token.type == "html_inline":
        return " " if _BREAK.match(token.content) else ""
    return token.content

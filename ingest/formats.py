"""Which file suffix is read as which format."""

from collections.abc import Mapping
from types import MappingProxyType

from ingest.types import Format

SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {
        ".adoc": Format.ASCIIDOC,
        ".asciidoc": Format.ASCIIDOC,
        ".csv": Format.DELIMITED,
        ".docx": Format.WORD,
        ".eml": Format.MAIL,
        ".htm": Format.HTML,
        ".html": Format.HTML,
        ".ipynb": Format.NOTEBOOK,
        ".markdown": Format.MARKDOWN,
        ".mbox": Format.MAIL,
        ".md": Format.MARKDOWN,
        ".mdown": Format.MARKDOWN,
        ".org": Format.ORG,
        ".pdf": Format.PDF,
        ".rst": Format.RST,
        ".text": Format.TEXT,
        ".tsv": Format.DELIMITED,
        ".txt": Format.TEXT,
        ".xhtml": Format.HTML,
        ".zip": Format.EXPORT,
    }
)
"""Suffixes in lower case, with their dot. A log is no note: `.log` is left out on purpose."""


def suffix_of(name: str) -> str:
    """Give the suffix of a file name in lower case with its dot, or `""` when it has none."""
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem and suffix else ""

"""Which file suffix is read as which format."""

from collections.abc import Mapping
from types import MappingProxyType

from ingest.types import Format

SUFFIXES: Mapping[str, Format] = MappingProxyType(
    {
        ".htm": Format.HTML,
        ".html": Format.HTML,
        ".markdown": Format.MARKDOWN,
        ".md": Format.MARKDOWN,
        ".mdown": Format.MARKDOWN,
        ".pdf": Format.PDF,
        ".text": Format.TEXT,
        ".txt": Format.TEXT,
        ".xhtml": Format.HTML,
    }
)
"""Suffixes in lower case, with their dot. A log is no note: `.log` is left out on purpose."""


def suffix_of(name: str) -> str:
    """Give the suffix of a file name in lower case with its dot, or `""` when it has none."""
    stem, dot, suffix = name.rpartition(".")
    return dot + suffix.lower() if stem and suffix else ""

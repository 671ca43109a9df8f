"""What the directives of reStructuredText and Sphinx show. None is ever carried out."""

_CODE = frozenset({
    "code", "code-block", "console", "doctest", "graphviz", "highlight-block", "math", "mermaid",
    "parsed-literal", "productionlist", "prompt", "sourcecode", "testcode", "testoutput", "uml",
})  # fmt: skip
_TABLES = frozenset({"csv-table", "list-table"})
# What stands in other files, what is made elsewhere, and what is for machines.
_HIDDEN = frozenset({
    "automodule", "contents", "currentmodule", "default-role", "eval-rst", "footer", "header", "highlight",
    "include", "index", "literalinclude", "meta", "module", "raw", "restructuredtext-test-directive", "role",
    "sectnum", "sectionauthor", "tabularcolumns", "target-notes", "title", "toctree", "unicode",
})  # fmt: skip
# Their argument is a file's name or a setting; what they hold is shown.
_SETTINGS = frozenset({
    "class", "compound", "container", "figure", "glossary", "grid", "hlist", "ifconfig", "image", "only",
    "tab-set", "tabs",
})  # fmt: skip


def is_code(name: str) -> bool:
    """Say whether a directive's content is code, or something else to be kept to the letter."""
    return name in _CODE


def is_table(name: str) -> bool:
    """Say whether a directive's content is rows."""
    return name in _TABLES


def is_hidden(name: str) -> bool:
    """Say whether a directive shows nothing that is written in it."""
    return name in _HIDDEN


def is_setting(name: str) -> bool:
    """Say whether what stands behind a directive's name is no words for the reader."""
    return name in _SETTINGS

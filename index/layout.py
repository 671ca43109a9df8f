"""What the files in a generation's folder are called, and what makes two of them comparable."""

from index.analysis import ANALYSIS
from ingest.version import READING

PASSAGES = "passages.sqlite"
DENSE = "dense.faiss"
SPANS = "spans.faiss"
HEADINGS = "headings.faiss"
LEXICAL = "lexical"

TEXT_FINGERPRINT = f"reading {READING}, analysis {ANALYSIS}"

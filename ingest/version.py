"""What makes the documents and passages of two runs comparable."""

# Raise it whenever the same file would be read into another document, or cut into other passages or spans.
READING = "3"

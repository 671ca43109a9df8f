"""Encoding passages, storing generations of the index, and searching them. Knows no surfaces."""

"""Measuring answers against labelled questions. Nothing here is imported to answer one."""

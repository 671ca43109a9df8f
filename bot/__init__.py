"""Answering questions and showing the answers."""

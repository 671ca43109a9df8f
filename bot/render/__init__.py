"""Showing answers on a surface."""

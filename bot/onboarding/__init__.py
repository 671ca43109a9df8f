"""Onboarding: paths through the notes, read stop by stop, with a question to check oneself at each."""

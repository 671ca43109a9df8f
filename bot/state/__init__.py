"""What is remembered between questions, in one SQLite file: events, work, answers given, feedback."""

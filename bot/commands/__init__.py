"""The commands of `refdesk`, one file each. What is slow to import is imported when a command runs."""

"""What Slack shows: plain functions from answers to messages, modals and the Home tab, as JSON."""

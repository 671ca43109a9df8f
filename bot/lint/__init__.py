"""What keeps notes from being found, understood or believed: one small rule for each."""

"""What several kinds of message have in common: medicines, information items, people, running text."""

"""Collaboration protocol agreements (CPA, CPPA 2.0): reading the file, and holding a message against it."""

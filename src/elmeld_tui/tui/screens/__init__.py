"""One module for each screen; its style sheet has the same name, in styles/."""

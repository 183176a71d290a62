"""One module a screen; its style sheet has the same name, in styles/."""

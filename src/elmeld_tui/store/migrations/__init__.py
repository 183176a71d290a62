"""How a store of an older program becomes one of this program: one step a file, in `versions`."""

"""How a store made by an older version is upgraded: one file for each step, in `versions`."""

"""The terminal application: shows and asks; holds no rules.

`app` is the entry point, `application` what is common to every place. `actions` says what can be done where, and with
which keys; `screens` has one module for each screen, `widgets` what they are built from; `safe_text` is the border
that message text passes on its way to the terminal.
"""

"""The terminal application: shows and asks; holds no rules.

`app` is the door, `application` what holds in every place. `actions` says what can be done where, and with which
keys; `screens` has a module a screen, `widgets` what they are made of; `safe_text` is the border that message text
passes on its way to the terminal.
"""

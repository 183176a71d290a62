"""Attachments: what each is, told from its bytes, and what of it a terminal can show.

`formats` identifies it, `opening` shows it. Everything that has to parse an attachment runs in a separate process
(`apart`, `worker`), with little memory, little time, and nothing it may write to.
"""

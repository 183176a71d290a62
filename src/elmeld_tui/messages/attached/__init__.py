"""What an attachment is, told from its bytes, and what of it a terminal can show.

`formats` names it, `opening` shows it. Everything that has to parse an attachment runs in a process of its own
(`apart`, `worker`), which has little memory, little time, and nothing it may write to.
"""

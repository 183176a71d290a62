"""What a clinic does with its messages: read, sign off, write, send. Called by the screens and the command line.

Each use case takes the `office.clinic.Office` it happens in, changes the store in one transaction, and leaves a line
in the audit trail where someone has seen or done something.
"""

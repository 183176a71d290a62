"""A Helsenett in a box: an address register and partners that answer, in a process with its own keys and store.

It stands apart from the clinic: of the clinic's rooms it uses only messages, security, transport and the model. What
runs in it is for exercise, demonstration and tests; every person in it is synthetic.
"""

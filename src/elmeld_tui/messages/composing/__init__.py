"""Composing from one JSON object: sender, receiver, patient and answers; its keys, schema and example.

The object is what `elmeld compose` takes. Its frame is described once (`keys`); its answers are described by the form.
"""

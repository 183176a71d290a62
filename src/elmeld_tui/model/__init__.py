"""The words of the field as types: identifiers, parties, kinds, states, codes. No I/O, no XML, no SQL."""

"""How messages travel: ebXML envelopes in MIME, their signals, and HTTP as one adapter of the transport port."""

"""What makes a message trusted: keys, certificates, XML signatures, encryption."""

"""What a message is: read, judged, answered, written and shown. No file, no network, no database."""

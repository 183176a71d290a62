"""What the screens are made of. Only modules in here touch the framework's own text widgets."""

"""The building blocks of the screens. Only modules in here touch the framework's own text widgets."""

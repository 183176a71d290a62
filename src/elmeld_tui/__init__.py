"""elmeld: Norwegian electronic health messages in the terminal."""

__version__ = "0.1.0"

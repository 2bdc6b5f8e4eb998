"""memplan: see, understand and improve how a neural net uses memory."""

__all__ = ["__version__"]

__version__ = "0.1.0"

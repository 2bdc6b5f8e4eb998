"""memplan: see, understand and improve how a neural net uses memory."""

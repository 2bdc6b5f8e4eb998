"""Pure functions from data to DOT, figures, tables and sentences."""

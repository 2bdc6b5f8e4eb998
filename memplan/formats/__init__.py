"""Files that memplan reads and writes, told apart by their content."""

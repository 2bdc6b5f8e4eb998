"""What is known of each operator, a table for each dialect."""

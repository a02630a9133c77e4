"""Text to typed values, column by column, and what the values of a file say of how it writes them."""

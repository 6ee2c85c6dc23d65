"""What is known about one customer: the row, how events fold into it, how it is stored and shown."""

"""Administration: importing histories, simulated people, what the terminal shows."""

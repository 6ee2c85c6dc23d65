"""The command ``platinum``: arguments in, exit codes out. Engines are imported by the command that needs them."""

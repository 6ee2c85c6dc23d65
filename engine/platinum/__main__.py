"""``python -m platinum``: the command line."""

from platinum.cli.main import main

if __name__ == "__main__":
    main()

"""``python -m syncer``: the name of the program that no other program has."""

from syncer.cli.main import main

if __name__ == "__main__":
    main()

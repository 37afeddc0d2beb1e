"""`python -m liaison`: the same as the command `liaison`."""

from liaison.cli import main

if __name__ == "__main__":
    main()

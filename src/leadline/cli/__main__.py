"""`python -m leadline.cli`: the program where its script is not on the path."""

from leadline.cli.main import main

if __name__ == "__main__":
    main()

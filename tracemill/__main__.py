"""`python -m tracemill`."""

from tracemill.cli import main

if __name__ == "__main__":
    main()

"""``python -m opentokenomics``."""

from opentokenomics.cli import main

if __name__ == "__main__":
    main()

"""Run the command as ``python -m phasewise``."""

from phasewise.cli import main

main()

"""The parts of `tools/release.py`: what a distribution is, what is checked, how it is built, tried and tagged."""

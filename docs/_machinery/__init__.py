"""What makes the documentation site out of pages, READMEs and docstrings. Started by `python3 run.py docs`."""

"""Each file is read in a process of its own, so that what is in it can end that process only.

parsers.py → reader.py → ┊ supervisor.py → fork → child.py
the ingestion's process  ┊ one process for each parser, and from it one for each file
"""

import absent_library  # noqa: F401 - a plug-in whose optional library is not installed

"""What all tests need: Ctrl-C means the same however they were started."""

import signal

# A shell that starts them in the background lets them ignore it, and the programs they start too.
signal.signal(signal.SIGINT, signal.default_int_handler)

"""Somebody else's idea of Stripe for the tests: localstripe, which listens on a port of this machine.

    python localstripe_server.py PORT

Ends when its standard input closes. It keeps everything in memory: what it would write to the disk is shared by all that run at once.
"""

import os
import sys
import threading

from localstripe import resources, server


def end_with_input():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_input, daemon=True).start()
resources.Store.dump_to_disk = lambda self: None
sys.argv = ["localstripe", "--port", sys.argv[1], "--from-scratch"]
server.start()

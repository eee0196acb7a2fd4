import os
import sys

# SimCord loads the cogs anew for each bot: where the environment forbids byte code, a thousand bots would compile
# them again, and so would each process that a test starts.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

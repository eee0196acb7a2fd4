"""Forms of stored JSON are made by the threads of the database, whichever needs one first."""

from __future__ import annotations

import subprocess
import sys

RACE = """
import dataclasses, json, sys, threading
from bot.storage.sql.mapping.json_forms import form_of

sys.setswitchinterval(1e-6)
for _ in range(60):
    inner = dataclasses.make_dataclass("Inner", [(f"f{number}", int) for number in range(200)])
    middle = dataclasses.make_dataclass("Middle", [("one", inner), ("many", list[inner])])
    outer = dataclasses.make_dataclass("Outer", [("middle", middle), ("inner", inner)])
    small = {f"f{number}": number for number in range(200)}
    values = {inner: small, middle: {"one": small, "many": [small]}}
    values[outer] = {"middle": values[middle], "inner": small}
    begin = threading.Barrier(len(values))

    def work(kind):
        begin.wait()
        form_of(kind).decode(json.dumps(values[kind]))

    threads = [threading.Thread(target=work, args=(kind,)) for kind in values]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
"""


def test_threads_that_make_forms_of_types_that_share_one_do_not_end_the_process() -> None:
    ended = subprocess.run([sys.executable, "-c", RACE], capture_output=True, text=True, check=False)

    assert (ended.returncode, ended.stderr) == (0, "")

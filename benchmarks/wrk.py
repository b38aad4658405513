"""The same jobs by wrk (https://github.com/wg/wrk), one thread, to see that the built-in load measures right."""

from __future__ import annotations

import json
import math
import re
import resource
import shutil
import subprocess
import tempfile

from jobs import Job
from load import Result, ask, known_etag, new_cookie
from peer import Peer

# Requests are put together before the run; what is printed in the end is read below.
SCRIPT = """
local values, requests, last = {%s}, {}, 0
init = function(args)
  for number, value in ipairs(values) do
    if value ~= "" then wrk.headers["%s"] = value end
    requests[number] = string.rep(wrk.format(), %d)
  end
end
request = function()
  last = last %% #requests + 1
  return requests[last]
end
done = function(summary, latency, requests)
  print(string.format('{"requests": %%d, "took": %%f, "p50": %%f, "p99": %%f, "wrong": %%d}', summary.requests,
    summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def is_there() -> bool:
    return shutil.which("wrk") is not None


def run_wrk(peer: Peer, job: Job, connections: int, seconds: float) -> Result:
    """What `load.run_load` does; wrk counts in whole seconds. Raises WrongAnswer."""
    ask(peer, job)
    # In turn, so that each session has as much to do as if it had a connection.
    field = "Cookie" if job.has_sessions else "X-Request-Id"
    values = [new_cookie(peer, job) for _ in range(connections)] if job.has_sessions else job.ids
    lines = job.headers.split("\n")
    if etag := known_etag(peer, job):
        lines.append(f"If-None-Match: {etag}")
    headers = [word for line in lines for word in ("-H", line)]
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (", ".join(map(json.dumps, values)), field, job.pipeline))
        script.flush()
        duration = f"-d{math.ceil(seconds)}s"
        url = f"http://127.0.0.1:{peer.port}{job.path}"
        command = ["wrk", "-t1", f"-c{connections}", duration, *headers, "-s", script.name, url]
        cpu, own_cpu = peer.cpu_seconds(), _children_cpu()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        cpu, own_cpu = peer.cpu_seconds() - cpu, _children_cpu() - own_cpu
    found = re.search(r"^\{.*\}$", done.stdout, re.MULTILINE)
    said = json.loads(found[0]) if found else {"wrong": 1}
    if said["wrong"]:
        raise RuntimeError(f"wrk had errors with {peer.name}:\n{done.stdout}")
    requests, took = said["requests"], said["took"]
    if not requests:
        if seconds > 10:
            raise RuntimeError(f"{peer.name} answered nothing in {duration[2:]}")
        # Large answers to many at once may all be under way that long.
        return run_wrk(peer, job, connections, 2 * max(seconds, 1))
    # Percentiles of pipelined requests come out as zero or much too high in wrk 4.
    p50, p99 = (said["p50"], said["p99"]) if job.pipeline == 1 else (math.nan, math.nan)
    return Result(requests / took, p50, p99, cpu / requests * 1e6, own_cpu / took)


def _children_cpu() -> float:
    """CPU time of the programs that were run and have ended."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime

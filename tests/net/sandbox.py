"""The sandbox of digitpad-hub: a helper whose readers attack (tests/sandbox/hub_exploit.c) has no
success, and what it downloads still arrives."""
import os
import sys

from harness import BUILD, Tap, digitpad, environment, new_cache
from hub import Hub, tiny_model

ATTEMPTS = 11
TINY = tiny_model(3)
MODEL = "hf:test/net:tiny.safetensors"
EXPLOITED = os.path.join(BUILD, "tests", "sandbox", "exploited-hub")
hub = Hub(TINY, {}, {})
tap = Tap()


def attacked(endpoint):
    """Fetch with the helper that attacks. What it reports, the result, and the files in HOME."""
    home, report = new_cache(), os.path.join(new_cache(), "report")
    with open(os.path.join(home, "letter"), "w") as letter:
        letter.write("dear all")
    env = environment(new_cache(), endpoint, HOME=home, DIGITPAD_HUB=EXPLOITED,
                      ATTACK_REPORT=report, ATTACK_PORT="9")
    result = digitpad(["models", "fetch", MODEL], env)
    with open(report) as lines:
        return lines.read().splitlines(), result, os.listdir(home)


if not os.access(EXPLOITED, os.X_OK):
    print("1..0 # SKIP this build has no tests/sandbox/exploited-hub")
    sys.exit(0)
required = digitpad(["info"], environment(new_cache(), "", DIGITPAD_SANDBOX="require"))
if required.returncode != 0:
    print("1..0 # SKIP no sandbox here: " + required.stderr.strip())
    sys.exit(0)

lines, result, files = attacked(hub.endpoint("good"))
for reader in ("dp_http_request", "dp_model_check"):
    tap.equal("all attempts of %s are made" % reader,
              sum(line.startswith(reader + " ") for line in lines), ATTEMPTS)
# A server on this machine may redirect to any port of it.
tap.equal("only connections to this machine succeed",
          {line.split()[1] for line in lines if line.endswith(" DONE")}, {"connect"})
tap.equal("the model arrives all the same", (result.returncode, result.stderr), (0, ""))
tap.equal("nothing was planted", files, ["letter"])

lines, result, files = attacked("https://hub.invalid")
tap.equal("otherwise no connection to another port succeeds",
          [line for line in lines if line.endswith(" DONE")], [])
tap.equal("all attempts are made", len(lines), ATTEMPTS)
tap.refused("the message is that of the connection", result, 4, "Could not resolve host")
tap.done()

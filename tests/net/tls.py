"""Fetching from a real server: nginx with TLS, HTTP/2 and compression, a second host as the
content network, a proxy in between, and certificates that must not be trusted."""
import os
import shutil
import socket
import subprocess
import sys
import threading

from harness import SOURCE, Tap, digitpad, environment, new_cache, wait_for
from hub import TOKEN, sha256, tiny_model

COMMIT = "0" * 39 + "7"
FOLDER = new_cache()
NGINX = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin:/usr/local/sbin")

if not NGINX or not shutil.which("openssl"):
    print("1..0 # SKIP nginx or openssl is missing")
    sys.exit(0)


def inside(name):
    return os.path.join(FOLDER, name)


def content():
    path = os.path.join(SOURCE, "..", "shared", "weights", "mnist-mlp.safetensors")
    if not os.path.exists(path):
        return tiny_model(8)
    with open(path, "rb") as f:
        return f.read()


# ---- certificates ------------------------------------------------------------------------


def openssl(*arguments):
    subprocess.run(["openssl", *arguments], check=True, cwd=FOLDER,
                   stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_certificate(name, hosts, days="2", sign=True):
    """Make NAME.key and NAME.pem, signed by the authority or by themselves."""
    with open(inside(name + ".ext"), "w") as f:
        f.write("subjectAltName=" + hosts)
    openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
            "-keyout", name + ".key", "-out", name + ".csr", "-subj", "/CN=" + name)
    by = ["-CA", "ca.pem", "-CAkey", "ca.key"] if sign else ["-signkey", name + ".key"]
    openssl("x509", "-req", "-in", name + ".csr", "-days", days, "-extfile", name + ".ext",
            "-out", name + ".pem", *by)


def make_certificates():
    openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
            "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=tests", "-days", "2")
    local = ",DNS:localhost,IP:127.0.0.1"
    make_certificate("hub", "DNS:hub.test" + local)
    make_certificate("cdn", "DNS:cdn.test" + local)
    make_certificate("expired", "DNS:hub.test" + local, days="-1")
    make_certificate("selfsigned", "DNS:hub.test" + local, sign=False)
    make_certificate("wronghost", "DNS:elsewhere.test")


# ---- servers -----------------------------------------------------------------------------


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


PORT = {name: free_port() for name in (
    "hub", "cdn", "expired", "selfsigned", "wronghost", "plain", "proxied", "proxy")}
SERVER = """
    server {{
        listen 127.0.0.1:{port} {how};
        ssl_certificate {name}.pem;
        ssl_certificate_key {name}.key;
        {rules}
    }}"""
CONFIGURATION = """
daemon off;
master_process off;
pid nginx.pid;
error_log error.log;
events {{ }}
http {{
    log_format seen '$server_port $request_method $uri "$http_authorization"';
    access_log access.log seen;
    client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
    uwsgi_temp_path uwsgi; scgi_temp_path scgi;
    gzip on; gzip_types *; gzip_min_length 1;
    root {folder}/files;
    {servers}
}}
"""


def hub_rules(data, where):
    return """
        add_header X-Repo-Commit %s always;
        add_header X-Linked-Etag '"%s"' always;
        add_header X-Linked-Size %d always;
        location ~ /resolve/[^/]+/(.*)$ { return 302 %s/$1; }""" % (
        COMMIT, sha256(data), len(data), where)


def write_configuration(data):
    local = "https://127.0.0.1:%d" % PORT["cdn"]
    rules = {
        "hub": hub_rules(data, local),
        "cdn": "",
        "expired": hub_rules(data, local),
        "selfsigned": hub_rules(data, local),
        "wronghost": hub_rules(data, local),
    }
    servers = "".join(SERVER.format(port=PORT[n], how="ssl http2", name=n, rules=r)
                      for n, r in rules.items())
    # Hubs with their content on a server without TLS, and on one behind the proxy.
    for name, where in (("plain", "http://127.0.0.1:%d" % PORT["proxy"]),
                        ("proxied", "https://cdn.test")):
        servers += SERVER.format(port=PORT[name], how="ssl", name="hub",
                                 rules=hub_rules(data, where))
    os.mkdir(inside("files"))
    with open(inside("files/model.safetensors"), "wb") as f:
        f.write(data)
    with open(inside("nginx.conf"), "w") as f:
        f.write(CONFIGURATION.format(folder=FOLDER, servers=servers))


def accepts(port):
    try:
        socket.create_connection(("127.0.0.1", port)).close()
        return True
    except OSError:
        return False


def start_nginx():
    server = subprocess.Popen([NGINX, "-p", FOLDER, "-e", "error.log", "-c", "nginx.conf"],
                              stderr=subprocess.DEVNULL)
    decided = wait_for(lambda: server.poll() is not None or accepts(PORT["hub"]))
    if decided and server.poll() is None:
        return server
    server.kill()
    with open(inside("error.log")) as f:
        sys.exit("nginx does not start: " + f.read())


def pump(source, target):
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        pass


class Proxy:
    """An HTTP proxy with CONNECT, and with two hosts that can be reached only through it."""

    HOSTS = {"hub.test:443": "proxied", "cdn.test:443": "cdn"}

    def __init__(self):
        self.seen = []
        listener = socket.create_server(("127.0.0.1", PORT["proxy"]))
        threading.Thread(target=self.accept, args=(listener,), daemon=True).start()

    def accept(self, listener):
        while True:
            threading.Thread(target=self.serve, args=(listener.accept()[0],),
                             daemon=True).start()

    def serve(self, client):
        request = client.recv(65536).decode("latin-1").split()
        self.seen.append(request[1])
        if request[0] != "CONNECT" or request[1] not in self.HOSTS:
            client.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
            return
        server = socket.create_connection(("127.0.0.1", PORT[self.HOSTS[request[1]]]))
        client.sendall(b"HTTP/1.1 200 Here\r\n\r\n")
        threading.Thread(target=pump, args=(server, client), daemon=True).start()
        pump(client, server)


# ---- the cases ---------------------------------------------------------------------------

tap = Tap()
data = content()


def fetch(endpoint, **more):
    env = environment(new_cache(), endpoint, **{"SSL_CERT_FILE": inside("ca.pem"), **more})
    return digitpad(["models", "fetch", "hf:test/net:model.safetensors"], env)


def succeeds(name, result):
    tap.equal(name, (result.returncode, result.stderr), (0, ""))
    if result.returncode == 0:
        with open(result.stdout.strip(), "rb") as f:
            tap.equal(name + ": byte for byte", sha256(f.read()), sha256(data))


def refused(name, result, message):
    tap.refused(name, result, 4, "(?i)" + message)


def on_port(name, host="localhost"):
    return "https://%s:%d" % (host, PORT[name])


make_certificates()
write_configuration(data)
proxy = Proxy()
server = start_nginx()
try:
    succeeds("TLS, and a second host", fetch(on_port("hub")))
    succeeds("the authority in CURL_CA_BUNDLE",
             fetch(on_port("hub"), SSL_CERT_FILE="", CURL_CA_BUNDLE=inside("ca.pem")))
    refused("an unknown authority", fetch(on_port("hub"), SSL_CERT_FILE=""), "certificate")
    refused("an expired certificate", fetch(on_port("expired")), "certificate")
    refused("a self-signed certificate", fetch(on_port("selfsigned")), "certificate")
    refused("a certificate of another host", fetch(on_port("wronghost")), "subject name")
    refused("a redirect from TLS to plain HTTP", fetch(on_port("plain")), "not https")
    refused("a server without TLS", fetch("https://127.0.0.1:%d" % PORT["proxy"]), "ssl")
    tap.equal("loopback does not use the proxy", fetch(
        on_port("hub"), https_proxy="http://127.0.0.1:1").returncode, 0)
    proxy.seen.clear()
    through = "http://127.0.0.1:%d" % PORT["proxy"]
    succeeds("through a proxy", fetch("https://hub.test", https_proxy=through))
    tap.equal("the proxy is used for both hosts", proxy.seen, ["hub.test:443", "cdn.test:443"])
    refused("a proxy that refuses", fetch("https://else.test", https_proxy=through), "connect")
    refused("a proxy that is not there",
            fetch("https://hub.test", https_proxy="http://127.0.0.1:1"), "connect")
    with open(inside("access.log")) as f:
        seen = [line.split() for line in f]
    tokens = {(line[0], line[1]): line[3:] for line in seen if line[2].startswith("/test/")}
    tap.ok("the Hub gets the token", all(TOKEN in t[-1] for t in tokens.values()), tokens)
    astray = [line for line in seen if line[2] == "/model.safetensors" and line[3] != '"-"']
    tap.equal("the second host does not get the token", astray, [])
finally:
    server.terminate()
    server.wait()
tap.done()

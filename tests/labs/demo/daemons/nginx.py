"""Web pages: one server for each port that ``truth.toml`` calls http or https.  Source: nginx.org/en/docs, 1.22 and 1.24."""

from collections.abc import Iterator, Sequence
from html import escape

from tests.labs.demo.daemons import Lab, Program, put
from tests.labs.demo.truth import Host, Port

_WEB = ("http", "https")
_PAGES = "/var/lib/pages"


def settings(ports: Sequence[Port], name: str, keys: str, log: str = "stderr") -> str:
    """A whole nginx.conf, with files of its own so that several can run on one host."""

    def servers() -> Iterator[str]:
        for port in ports:
            secure = f" ssl; ssl_certificate {keys}/{name}.crt; ssl_certificate_key {keys}/{name}.key" if port.encryption else ""
            yield f"  server {{ listen {port.number}{secure}; root {_PAGES}; }}"

    stem = f"/run/nginx-{ports[0].number}"
    temporary = "".join(f"  {kind}_temp_path {stem}-{kind};\n" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"worker_processes 1;\npid {stem}.pid;\nerror_log {log};\nevents {{ worker_connections 64; }}\n"
        f"http {{\n  types {{ text/html html; }}\n  access_log off;\n{temporary}" + "\n".join(servers()) + "\n}\n"
    )


def prepare(host: Host, lab: Lab) -> Sequence[Program]:
    title = escape(host.web_title)
    put(
        f"{_PAGES}/index.html",
        f'<!doctype html>\n<html lang="it"><head><title>{title}</title></head><body><h1>{title}</h1></body></html>\n',
    )
    ports = [port for port in host.ports if port.service in _WEB]
    put("/etc/nginx/nginx.conf", settings(ports, host.name, str(lab.keys)))
    return (Program("nginx", ("nginx", "-c", "/etc/nginx/nginx.conf", "-g", "daemon off;")),)

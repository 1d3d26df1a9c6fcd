"""A real SMTP server for the tests (aiosmtpd), which misbehaves by recipient and keeps what it accepts.

    python smtp_server.py FOLDER [--starttls | --tls] [--name NAME] [--auth USER:PASSWORD]

Prints one line of JSON, {"port": …}, when it listens, and ends when its standard input closes. Certificates are made
anew in FOLDER; `authority.pem` is the one to trust. Accepted messages are appended to FOLDER/messages.jsonl.

Recipients and what they bring about:
    greylist…  refused for now the first time (450), then accepted
    temp…      refused for now every time (451)
    perm…      refused for good as a recipient (550)
    content…   refused for good after the message (554)
    drop…      accepted, but the first time the connection breaks before the answer
    slow…      accepted after half a minute
    hangup…    accepted and answered, and then the connection is closed
    anything else is accepted
"""

import argparse
import asyncio
import json
import os
import pathlib
import ssl
import sys
import threading

from aiosmtpd.smtp import SMTP, AuthResult

from certificates import certificates


class Handler:
    """Answers by recipient."""

    def __init__(self, folder):
        self.messages = folder / "messages.jsonl"
        self.seen = {}

    def keep(self, server, session, envelope):
        message = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "is_encrypted": server.transport.get_extra_info("sslcontext") is not None,
            "is_signed_in": bool(session.authenticated),
            "connection": session.connection,
            "message": envelope.original_content.decode("utf-8", "surrogateescape"),
        }
        with self.messages.open("a") as file:
            file.write(json.dumps(message) + "\n")

    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("perm"):
            return "550 5.1.1 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        to = envelope.rcpt_tos[0]
        is_first = self.seen.setdefault(to, 0) == 0
        self.seen[to] += 1
        if to.startswith("greylist") and is_first:
            return "450 4.2.0 greylisted, come back later"
        if to.startswith("temp"):
            return "451 4.3.0 try again later"
        if to.startswith("content"):
            return "554 5.7.1 this looks like spam"
        if to.startswith("slow"):
            await asyncio.sleep(30)
        self.keep(server, session, envelope)
        if to.startswith("drop") and is_first:
            server.transport.close()
        if to.startswith("hangup"):
            asyncio.get_running_loop().call_later(0.05, server.transport.close)
        return "250 2.0.0 queued"


class Server(SMTP):
    """Numbers its connections, so that a test can tell whether one was used again."""

    connections = 0

    def _create_session(self):
        session = super()._create_session()
        if not hasattr(self, "number"):
            Server.connections += 1
            self.number = Server.connections
        session.connection = self.number
        return session


async def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--starttls", action="store_true")
    parser.add_argument("--tls", action="store_true")
    parser.add_argument("--name", default="127.0.0.1")
    parser.add_argument("--auth")
    options = parser.parse_args()

    context = None
    if options.starttls or options.tls:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificates(options.folder, options.name))

    def authenticate(server, session, envelope, mechanism, data):
        user, password = options.auth.split(":")
        return AuthResult(success=data.login == user.encode() and data.password == password.encode())

    handler = Handler(options.folder)

    def factory():
        return Server(
            handler,
            hostname="localhost",
            tls_context=context if options.starttls else None,
            require_starttls=options.starttls,
            auth_required=bool(options.auth),
            auth_require_tls=not options.tls,
            authenticator=authenticate if options.auth else None,
            enable_SMTPUTF8=False,
            data_size_limit=5_000_000,
        )

    loop = asyncio.get_running_loop()
    server = await loop.create_server(factory, "127.0.0.1", 0, ssl=context if options.tls else None)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await server.serve_forever()


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


threading.Thread(target=end_with_parent, daemon=True).start()
asyncio.run(main())

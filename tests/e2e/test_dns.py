"""The resolver on the virtual board against a DNS server made of dnspython: aliases, errors, silence, large answers."""

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest
from test_ntp import Udp

FINDER = """
from modcore import Module
from plugins.dns import Resolver


class Finder(Module):
    defaults = {"hosts": []}

    def start(self):
        self.resolver = Resolver(self, ["192.0.2.53"])
        self.left = list(self.config["hosts"])
        self.next()

    def next(self):
        if self.left:
            self.resolver.find(self.left[0], self.found)

    def found(self, addresses):
        print("found", self.left.pop(0), " ".join(sorted(addresses)) or "nothing", "end")
        self.after(0, self.next)
"""
ZONE = """
plain.example. 300 IN A 10.0.0.1
UPPER.example. 300 IN A 10.0.0.2
many.example. 300 IN A 10.0.1.1
many.example. 300 IN A 10.0.1.2
many.example. 300 IN A 10.0.1.3
alias.example. 300 IN CNAME second.example.
second.example. 300 IN CNAME plain.example.
six.example. 300 IN AAAA 2001:db8::1
xn--bcher-kva.example. 300 IN A 10.0.0.3
quiet.example. 300 IN A 10.0.0.4
""" + "".join("big.example. 300 IN A 10.1.0.{}\n".format(i) for i in range(60))
WANTED = {
    "plain.example": "10.0.0.1",
    "PLAIN.example.": "10.0.0.1",
    "upper.example": "10.0.0.2",
    "many.example": "10.0.1.1 10.0.1.2 10.0.1.3",
    "alias.example": "10.0.0.1",
    "six.example": "nothing",
    "xn--bcher-kva.example": "10.0.0.3",
    "not-there.example": "nothing",
    "broken.example": "nothing",
    "quiet.example": "10.0.0.4",
    "198.51.100.7": "198.51.100.7",
}


class Server:
    """The answers of a name server with ZONE; it misses the first question for quiet.example."""

    def __init__(self):
        self.asked = []

    def __call__(self, wire):
        query = dns.message.from_wire(wire)
        question = query.question[0]
        name = question.name
        self.asked.append(name.to_text())
        if name.to_text() == "quiet.example." and self.asked.count("quiet.example.") == 1:
            return None
        response = dns.message.make_response(query, recursion_available=True)
        if name.to_text() == "broken.example.":
            response.set_rcode(dns.rcode.SERVFAIL)
            return response.to_wire()
        known = False
        while True:
            records = [line.split(None, 4) for line in ZONE.splitlines() if line]
            here = [r for r in records if dns.name.from_text(r[0]) == name]
            known = known or bool(here)
            alias = [r[4] for r in here if r[3] == "CNAME"]
            kind = "CNAME" if alias else dns.rdatatype.to_text(question.rdtype)
            found = [r[4] for r in here if r[3] == kind]
            if found:
                response.answer.append(dns.rrset.from_text(name, 300, "IN", kind, *found))
            if not alias:
                break
            name = dns.name.from_text(alias[0])
        if not known:
            response.set_rcode(dns.rcode.NXDOMAIN)
            soa = "ns.example. root.example. 1 3600 600 86400 60"
            response.authority.append(dns.rrset.from_text("example.", 60, "IN", "SOA", soa))
        data = response.to_wire()
        if len(data) > 512:  # RFC 1035 section 4.2.1: what fits, and a flag
            response.flags |= dns.flags.TC
            data = response.to_wire()[:512]
        return data


@pytest.mark.parametrize("runtime", ["cpython", "micropython", "micropython32"])
def test_what_a_real_server_says_is_understood(device, runtime):
    server = Server()
    with Udp(server) as udp:
        hosts = list(WANTED) + ["big.example", "plain.example"]
        config = {"plugins": ["dns"], "modules": ["finder"], "finder": {"hosts": hosts}}
        board = device(config=config, files={"finder.py": FINDER}, runtime=runtime)
        board.power_cut()
        board.name("192.0.2.53", "127.0.0.1", udp.port)
        board.start()
        for host, addresses in WANTED.items():
            board.wait_for("found {} {} end\n".format(host, addresses))
        board.wait_for("found big.example 10.1.0.")
        board.wait_for("found plain.example 10.0.0.1 end")
    assert server.asked.count("broken.example.") == server.asked.count("quiet.example.") == 2
    assert server.asked.count("plain.example.") == 1  # kept
    assert "Traceback" not in board.text

"""A server of Twisted's conch: what its documentation has programs do, a protocol over TelnetTransport.

It asks for a name and a password, whose echo it takes over (ECHO), tells the size of the window (NAWS), and gives back lines.
"""

import sys

from twisted.conch.telnet import ECHO, NAWS, SGA, StatefulTelnetProtocol, TelnetTransport
from twisted.internet import protocol, reactor


class Guest(StatefulTelnetProtocol):
    state = "Name"

    def connectionMade(self):
        self.transport.negotiationMap[NAWS] = self.resized
        self.transport.do(NAWS).addErrback(lambda refused: None)
        self.transport.write(b"name: ")

    def enableRemote(self, option):
        return option == NAWS

    def enableLocal(self, option):
        return option in (ECHO, SGA)

    def disableLocal(self, option):
        pass

    def disableRemote(self, option):
        pass

    def resized(self, told):
        columns, rows = (int.from_bytes(b"".join(told[at : at + 2]), "big") for at in (0, 2))
        self.transport.write(b"%d x %d\n" % (columns, rows))

    def telnet_Name(self, line):
        self.name = line
        self.transport.will(ECHO)
        self.transport.write(b"password: ")
        return "Password"

    def telnet_Password(self, line):
        self.transport.wont(ECHO)
        self.transport.write(b"\nHello %s, %s.\n" % (self.name, line))
        return "Line"

    def telnet_Line(self, line):
        if line == b"quit":
            self.transport.loseConnection()
        else:
            self.transport.write(b"You said %s\n" % line)


class Factory(protocol.ServerFactory):
    def buildProtocol(self, address):
        return TelnetTransport(Guest)


port = reactor.listenTCP(0, Factory(), interface="127.0.0.1")
print("listening on", port.getHost().port, file=sys.stderr, flush=True)
reactor.run()

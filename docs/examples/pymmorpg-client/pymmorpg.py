#!/usr/bin/env python
# -*- coding: utf-8 -*-
"""A PYMMORPG client for Python 2.7 and 3, with nothing but its own library.

    python3 pymmorpg.py 127.0.0.1 4102

It reads requests from standard input, one a line, and prints each reply as Python writes it:

    login Ada            come in as a guest; with a password: login Ada PASSWORD
    new Ada PASSWORD     make an account, and come in
    move 1 0 0           walk by an offset in metres
    look                 who is in view, a line each ("update" prints the whole reply)
    say Good morning.
    get NAME ATTRIBUTE, set NAME ATTRIBUTE VALUE, add NAME ATTRIBUTE AMOUNT
    edit COMMAND VALUE ...
    ver, upgrade [FOLDER], wait SECONDS, quit

VALUE is what Python reads: 5, 1.5, 'a text', True; what it cannot read is a text.
"""
from __future__ import print_function

import ast
import os
import pickle
import socket
import sys
import time


class Client(object):
    """One connection. Each method sends a request and returns the answer; flags are kept in `flags`."""

    def __init__(self, host, port, protocol=2):
        self.socket = socket.create_connection((host, port))
        self.protocol = protocol
        self.buffer = b''
        self.flags = []

    def ask(self, *request):
        data = pickle.dumps(list(request), self.protocol)
        self.socket.sendall(str(len(data)).encode('ascii') + b' ' + data)
        reply = self.receive()
        self.flags = reply[1:]
        return reply[0]

    def receive(self):
        """The next reply: digits, a blank, and that many bytes of pickle."""
        while b' ' not in self.buffer:
            self.more()
        size, self.buffer = self.buffer.split(b' ', 1)
        while len(self.buffer) < int(size):
            self.more()
        data, self.buffer = self.buffer[:int(size)], self.buffer[int(size):]
        return pickle.loads(data)

    def more(self):
        data = self.socket.recv(65536)
        if not data:
            raise EOFError('The server has closed the connection.')
        self.buffer += data

    def version(self):
        return self.ask('ver')

    def upgrade(self):
        return self.ask('upgrade')

    def login(self, name, password=''):
        return self.ask('login', name, password)

    def new(self, name, password):
        return self.ask('new', name, password)

    def update(self):
        return self.ask('update')

    def move(self, x, y, z=0.0):
        return self.ask('move', (x, y, z))

    def get(self, name, attribute):
        return self.ask('get', name, attribute)

    def set(self, name, attribute, value):
        return self.ask('set', name, attribute, value)

    def add(self, name, attribute, amount):
        return self.ask('set', name, attribute, (amount,))

    def edit(self, command, data):
        return self.ask('edit', [command, data])

    def close(self):
        self.socket.close()


def value(word):
    try:
        return ast.literal_eval(word)
    except (SyntaxError, ValueError):
        return word


def unpack(directory, folder):
    """Writes a directory image: (name, bytes) is a file, (name, [...]) a folder."""
    if not os.path.isdir(folder):
        os.makedirs(folder)
    for name, content in directory:
        # A name with a path in it would lead out of the folder.
        if os.path.basename(name) != name or name in ('', '.', '..'):
            raise ValueError('The name %r leads out of its folder.' % name)
        path = os.path.join(folder, name)
        if isinstance(content, list):
            unpack(content, path)
        else:
            with open(path, 'wb') as file:
                file.write(content)


def obey(client, words):
    """Does one line. Returns what to print."""
    command, given = words[0], words[1:]
    if command == 'look':
        people = sorted(client.update(), key=lambda one: one['name'])
        return '\n'.join('%s %.1f %.1f %r%s' % (
            one['name'], one['pos'][0], one['pos'][1], one['visual'],
            ''.join(' says: ' + line for line in one.get('says', []))) for one in people)
    if command == 'ver':
        return client.version()
    if command == 'upgrade':
        image = client.upgrade()
        if given:
            unpack(image, given[0])
        return ' '.join(sorted(name for name, _ in image))
    if command in ('login', 'new'):
        return getattr(client, command)(*given)
    if command == 'move':
        return client.move(*[float(word) for word in given])
    if command == 'say':
        return client.edit('say', [' '.join(given)])
    if command in ('set', 'add'):
        return getattr(client, command)(given[0], given[1], value(' '.join(given[2:])))
    if command == 'edit':
        return client.edit(given[0], [value(word) for word in given[1:]])
    if command == 'wait':
        time.sleep(float(given[0]))
        return ''
    return client.ask(command, *given)


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    protocol = int(sys.argv[3]) if len(sys.argv) > 3 else 2
    try:
        client = Client(sys.argv[1], int(sys.argv[2]), protocol)
    except (OSError, socket.error) as error:
        sys.exit('%s %s does not answer: %s' % (sys.argv[1], sys.argv[2], error))
    for line in iter(sys.stdin.readline, ''):
        words = line.split()
        if not words:
            continue
        if words[0] == 'quit':
            break
        try:
            answer = obey(client, words)
        except (EOFError, socket.error) as error:
            sys.exit(str(error))
        except (IndexError, TypeError, ValueError) as error:
            # A word is missing, or no number where one belongs.
            answer = 'This is not understood (%s); what may be said is at the head of this program.' % error
        print(answer if not client.flags else '%s  flags: %s' % (answer, ' '.join(client.flags)))
        sys.stdout.flush()
    client.close()


if __name__ == '__main__':
    main()

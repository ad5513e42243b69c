"""Which of the packets that a raw socket could see does the kernel wake this process for?

Source: Linux Documentation/networking/filter.rst (classic BPF), packet(7). An agent that reads every packet of a busy machine to find a
few would burn its processor; the kernel compares them at no cost.
"""

import ctypes
import socket
from collections.abc import Sequence

Instruction = tuple[int, int, int, int]
"""(code, instructions to skip where true, where false, operand)"""

LOAD_BYTE, LOAD_HALF, LOAD_WORD = 0x30, 0x28, 0x20
LOAD_HALF_AT_INDEX = 0x48
INDEX_IS_HEADER_BYTES = 0xB1
"""Index register = 4 x the low half of a byte: the length of an IPv4 header."""
EQUAL, ANY_BIT, RETURN = 0x15, 0x45, 0x06
KEEP: Instruction = (RETURN, 0, 0, 0xFFFF)
DROP: Instruction = (RETURN, 0, 0, 0)
_SO_ATTACH_FILTER = 26


class _Filter(ctypes.Structure):
    _fields_ = (("code", ctypes.c_uint16), ("jt", ctypes.c_uint8), ("jf", ctypes.c_uint8), ("k", ctypes.c_uint32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


def attach(wire: socket.socket, program: Sequence[Instruction]) -> None:
    """From now on only what the program keeps arrives. OSError where the kernel refuses the program."""
    instructions = (_Filter * len(program))(*(_Filter(*instruction) for instruction in program))
    wire.setsockopt(socket.SOL_SOCKET, _SO_ATTACH_FILTER, bytes(_Program(len(program), ctypes.addressof(instructions))))

"""The file layer below SQLite, listened to: every write, every sync, in order; and what a power cut leaves.

A disk keeps what was synced before the cut. Of what was written since, any set of 512-byte sectors may have
reached it and any may not, in any order. SQLite's own layer does the work; this one stands in front of it
and writes down what passes.
"""

from __future__ import annotations

import ctypes
import random
import sqlite3
from collections.abc import Sequence
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field

SECTOR = 512


@dataclass(frozen=True, slots=True)
class Event:
    """`write`, `truncate`, `sync` or `delete` of a file, or `note` of something said to the outside."""

    what: str
    name: str
    offset: int = 0
    data: bytes = b""


class NoFileLayer(RuntimeError):
    """This Python's SQLite cannot be listened to."""


# What SQLite's header sqlite3.h lays down; only the members up to the last one used are named.


class _File(Structure):
    _fields_ = [("methods", c_void_p)]


class _Methods(Structure):
    _fields_ = [
        ("version", c_int),
        *((name, c_void_p) for name in ("close", "read", "write", "truncate", "sync", "file_size", "lock")),
        *((name, c_void_p) for name in ("unlock", "check_reserved", "control", "sector_size", "traits")),
        *((name, c_void_p) for name in ("shm_map", "shm_lock", "shm_barrier", "shm_unmap")),
        *((name, c_void_p) for name in ("fetch", "unfetch")),
    ]


class _Vfs(Structure):
    _fields_ = [
        ("version", c_int),
        ("size_of_file", c_int),
        ("longest_path", c_int),
        ("next", c_void_p),
        ("name", c_char_p),
        ("own", c_void_p),
        ("open", c_void_p),
        ("delete", c_void_p),
        *((name, c_void_p) for name in ("access", "full_path", "dl_open", "dl_error", "dl_sym", "dl_close")),
        *((name, c_void_p) for name in ("randomness", "sleep", "time", "last_error", "time64")),
        *((name, c_void_p) for name in ("set_call", "get_call", "next_call")),
    ]


_OPEN = CFUNCTYPE(c_int, c_void_p, c_char_p, POINTER(_File), c_int, POINTER(c_int))
_DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
_WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
_TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
_SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


@dataclass(slots=True)
class Layer:
    """The listening layer. What it hands to SQLite must live as long as the process, so it is kept here."""

    events: list[Event] = field(default_factory=list)
    names: dict[int, str] = field(default_factory=dict)
    kept: list[object] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Something was said to the outside that must hold from now on."""
        self.events.append(Event("note", text))


def install() -> Layer:
    """Makes every database that is opened from now on pass through the layer. Raises NoFileLayer."""
    library = _library()
    library.sqlite3_vfs_find.restype = POINTER(_Vfs)
    library.sqlite3_vfs_find.argtypes = [c_char_p]
    real = library.sqlite3_vfs_find(None).contents
    layer = Layer()
    ours = _Vfs.from_buffer_copy(real)
    ours.name = b"listening"
    opened = _opener(layer, real)
    deleted = _deleter(layer, real)
    ours.open = ctypes.cast(opened, c_void_p).value
    ours.delete = ctypes.cast(deleted, c_void_p).value
    layer.kept += [ours, opened, deleted, library]
    if library.sqlite3_vfs_register(ctypes.byref(ours), 1):
        raise NoFileLayer("SQLite refused the listening layer")
    return layer


def _library() -> ctypes.CDLL:
    """The very library that the sqlite3 module uses, not another copy of it."""
    try:
        library = ctypes.CDLL("libsqlite3.so.0")
        library.sqlite3_libversion.restype = c_char_p
        found = library.sqlite3_libversion().decode()
    except OSError as wrong:
        raise NoFileLayer(
            "this Python brings SQLite inside itself; use one that shares libsqlite3.so.0"
        ) from wrong
    if found != sqlite3.sqlite_version:
        raise NoFileLayer(f"Python uses SQLite {sqlite3.sqlite_version}, libsqlite3.so.0 is {found}")
    return library


def _opener(layer: Layer, real: _Vfs) -> object:
    call = _OPEN(real.open)
    heard: dict[int, _Methods] = {}

    @_OPEN
    def opened(vfs: int, name: bytes | None, file: ctypes._Pointer[_File], flags: int, out: object) -> int:
        answer: int = call(vfs, name, file, flags, out)
        if answer == 0 and name and file.contents.methods:
            layer.names[ctypes.addressof(file.contents)] = name.decode()
            methods = file.contents.methods
            if methods not in heard:
                heard[methods] = _listening(layer, _Methods.from_address(methods))
            file.contents.methods = ctypes.addressof(heard[methods])
        return answer

    layer.kept += [heard, call]
    return opened


def _deleter(layer: Layer, real: _Vfs) -> object:
    call = _DELETE(real.delete)

    @_DELETE
    def deleted(vfs: int, name: bytes, sync: int) -> int:
        layer.events.append(Event("delete", name.decode()))
        return int(call(vfs, name, sync))

    layer.kept.append(call)
    return deleted


def _listening(layer: Layer, real: _Methods) -> _Methods:
    write, truncate, sync = _WRITE(real.write), _TRUNCATE(real.truncate), _SYNC(real.sync)

    @_WRITE
    def written(file: int, data: int, amount: int, offset: int) -> int:
        layer.events.append(Event("write", layer.names[file], offset, ctypes.string_at(data, amount)))
        return int(write(file, data, amount, offset))

    @_TRUNCATE
    def truncated(file: int, size: int) -> int:
        layer.events.append(Event("truncate", layer.names[file], size))
        return int(truncate(file, size))

    @_SYNC
    def synced(file: int, flags: int) -> int:
        layer.events.append(Event("sync", layer.names[file]))
        return int(sync(file, flags))

    ours = _Methods.from_buffer_copy(real)
    ours.write = ctypes.cast(written, c_void_p).value
    ours.truncate = ctypes.cast(truncated, c_void_p).value
    ours.sync = ctypes.cast(synced, c_void_p).value
    layer.kept += [ours, written, truncated, synced, write, truncate, sync]
    return ours


# The cut -------------------------------------------------------------------------------------------


def after_cut(
    events: Sequence[Event], start: dict[str, bytes], chance: random.Random
) -> tuple[dict[str, bytes], list[str]]:
    """The files as a cut after the last of `events` may leave them, and what had been said by then."""
    disk = {name: bytearray(data) for name, data in start.items()}
    since: dict[str, list[Event]] = {}
    said: list[str] = []
    for event in events:
        if event.what == "note":
            said.append(event.name)
        elif event.what == "sync":
            for waiting in since.pop(event.name, []):
                _apply(disk.setdefault(event.name, bytearray()), waiting)
        else:
            since.setdefault(event.name, []).append(event)
    lucky = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
    for name, waiting_events in since.items():
        for waiting in waiting_events:
            _apply(disk.setdefault(name, bytearray()), waiting, survives=lambda: chance.random() < lucky)
    return {name: bytes(data) for name, data in disk.items()}, said


def _apply(file: bytearray, event: Event, survives: object = lambda: True) -> None:
    assert callable(survives)
    if event.what in ("truncate", "delete"):
        if survives():
            del file[event.offset :]
        return
    begin, end = event.offset, event.offset + len(event.data)
    while begin < end:
        stop = min(end, (begin // SECTOR + 1) * SECTOR)
        if survives():
            if len(file) < begin:
                file.extend(bytes(begin - len(file)))
            file[begin:stop] = event.data[begin - event.offset : stop - event.offset]
        begin = stop

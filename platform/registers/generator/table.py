"""The table of register_map.yaml, checked: what cannot be is a TableError that names the place."""

import dataclasses
import re
from typing import List, Optional

import yaml

ACCESSES = ("ro", "rw", "w1c", "w1s")
WORD_MASK = 0xFFFFFFFF


class TableError(Exception):
    pass


def require(condition, place, text):
    if not condition:
        raise TableError(f"{place}: {text}")


@dataclasses.dataclass
class Field:
    name: str
    low: int
    high: int
    access: str
    help: str

    @property
    def mask(self):
        return (2 << self.high) - (1 << self.low)


@dataclasses.dataclass
class Register:
    name: str
    offset: int
    access: str
    reset: Optional[int]  # None: the configuration says it
    locked: bool
    help: str
    fields: List[Field]

    def mask(self, access):
        """Bits of this access."""
        if not self.fields:
            return WORD_MASK if self.access == access else 0
        return sum(field.mask for field in self.fields if field.access == access)


@dataclasses.dataclass
class Counter:
    name: str
    offset: int
    help: str


@dataclasses.dataclass
class Word:
    name: str
    word: int
    align: int  # of an address, which takes this word and the next; else 0
    help: str
    fields: List[Field]

    @property
    def mask(self):
        return sum(field.mask for field in self.fields) if self.fields else WORD_MASK


@dataclasses.dataclass
class Value:
    name: str
    value: int
    help: str


@dataclasses.dataclass
class Map:
    window_bytes: int
    registers: List[Register]
    counters_offset: int
    counters: List[Counter]
    descriptor_bytes: int
    descriptor_version: int
    opcodes: List[Value]
    words: List[Word]
    errors: List[Value]


def take(entry, place, needed, optional=()):
    """The entry, which has the needed keys and no others but the optional ones."""
    require(isinstance(entry, dict), place, "is not a list of keys")
    for key in needed:
        require(key in entry, place, f"has no {key}")
    for key in entry:
        require(key in needed or key in optional, place, f"unknown key {key}")
    return entry


def number(value, place, low, high):
    require(type(value) is int and low <= value <= high, place, f"{value} is not in {low} to {high}")
    return value


def name_of(entry, place):
    require(isinstance(entry, dict) and "name" in entry, place, "has no name")
    name = entry["name"]
    require(re.fullmatch(r"[A-Z][A-Z0-9_]*", str(name)), place, f"{name} is no name")
    return name


def unique(values, place, what):
    seen = set()
    for value in values:
        require(value not in seen, place, f"{what} {value} twice")
        seen.add(value)


def fields_of(entry, place, access):
    fields = []
    for each in entry.get("fields", []):
        here = f"{place}.{name_of(each, place)}"
        take(each, here, ("name", "bits", "help"), ("access",) if access else ())
        bits = each["bits"]
        require(isinstance(bits, list) and len(bits) == 2, here, "bits are [high, low]")
        high = number(bits[0], here, 0, 31)
        low = number(bits[1], here, 0, high)
        field = Field(each["name"], low, high, each.get("access", access), each["help"])
        require(not access or field.access in ACCESSES, here, f"unknown access {field.access}")
        for other in fields:
            require(not field.mask & other.mask, here, f"overlaps {other.name}")
        fields.append(field)
    unique((field.name for field in fields), place, "field")
    return fields


def register_of(entry, window_bytes):
    place = name_of(entry, "registers")
    take(entry, place, ("name", "offset", "access", "reset", "help"), ("fields", "locked"))
    offset = number(entry["offset"], place, 0, window_bytes - 4)
    require(offset % 4 == 0, place, f"offset {offset:#x} is not a multiple of 4")
    access = entry["access"]
    require(access in ACCESSES, place, f"unknown access {access}")
    fields = fields_of(entry, place, access)
    reset = None
    locked = entry.get("locked", False)
    register = Register(place, offset, access, reset, locked, entry["help"], fields)
    if entry["reset"] != "configuration":
        register.reset = number(entry["reset"], place, 0, WORD_MASK)
        readable = register.mask("ro") | register.mask("rw") | register.mask("w1c")
        require(not register.reset & ~readable, place, "reset sets bits that read 0")
    require(type(locked) is bool, place, "locked is true or false")
    require(not locked or access == "rw", place, "locked, but not rw")
    return register


def counters_of(entry):
    take(entry, "counters", ("offset", "list", "ledger"))
    offset = number(entry["offset"], "counters", 0, WORD_MASK)
    require(offset % 8 == 0, "counters", "offset is not a multiple of 8")
    named = []
    for each in entry["list"]:
        place = f"counters.{name_of(each, 'counters')}"
        take(each, place, ("name", "help"))
        named.append((each["name"], each["help"]))
    for name in entry["ledger"]:
        name_of({"name": name}, "counters.ledger")
        named.append((name, f"lane-cycles of `{name.lower()}` in the ledger"))
    unique((name for name, _ in named), "counters", "counter")
    return [Counter(name, offset + 8 * index, text) for index, (name, text) in enumerate(named)]


def words_of(entries, words):
    result = []
    used = {}
    for entry in entries:
        place = f"descriptor.{name_of(entry, 'descriptor')}"
        take(entry, place, ("name", "word", "help"), ("fields", "address", "align"))
        address = entry.get("address", False)
        require(address == ("align" in entry), place, "an address has an align, others have none")
        require(not (address and "fields" in entry), place, "an address has no fields")
        size = 2 if address else 1
        first = number(entry["word"], place, 0, words - size)
        for word in range(first, first + size):
            require(word not in used, place, f"word {word} is taken by {used.get(word)}")
            used[word] = entry["name"]
        align = number(entry.get("align", 0), place, 0, 4096)
        require(align & (align - 1) == 0, place, "align is no power of two")
        fields = fields_of(entry, place, None)
        result.append(Word(entry["name"], first, align, entry["help"], fields))
    unique((word.name for word in result), "descriptor", "word")
    return result


def values_of(entries, place):
    result = []
    for entry in entries:
        here = f"{place}.{name_of(entry, place)}"
        take(entry, here, ("name", "value", "help"))
        result.append(Value(entry["name"], number(entry["value"], here, 0, 255), entry["help"]))
    unique((value.name for value in result), place, "name")
    unique((value.value for value in result), place, "value")
    return result


def check_places(register_map):
    """Every word of the window belongs to at most one register or counter."""
    taken = {}
    places = [(register.offset, register.name) for register in register_map.registers]
    for counter in register_map.counters:
        places += [(counter.offset, counter.name), (counter.offset + 4, counter.name)]
    for offset, name in places:
        require(offset <= register_map.window_bytes - 4, name, "lies outside the window")
        require(offset not in taken, name, f"overlaps {taken.get(offset)}")
        taken[offset] = name
    offsets = [register.offset for register in register_map.registers]
    require(offsets == sorted(offsets), "registers", "are not in ascending order")
    unique((register.name for register in register_map.registers), "registers", "register")


def parse(data):
    """A Map of what YAML holds."""
    keys = ("format", "name", "window_bytes", "registers", "counters", "descriptor", "errors")
    take(data, "table", keys)
    require(data["format"] == "tensordash-registers/1", "format", "is not tensordash-registers/1")
    window = number(data["window_bytes"], "window_bytes", 4, 1 << 20)
    require(window & (window - 1) == 0, "window_bytes", "is no power of two")
    descriptor = take(data["descriptor"], "descriptor", ("bytes", "version", "opcodes", "words"))
    descriptor_bytes = number(descriptor["bytes"], "descriptor.bytes", 4, 4096)
    require(descriptor_bytes & (descriptor_bytes - 1) == 0, "descriptor.bytes", "is no power of two")
    result = Map(
        window_bytes=window,
        registers=[register_of(entry, window) for entry in data["registers"]],
        counters_offset=data["counters"]["offset"],
        counters=counters_of(data["counters"]),
        descriptor_bytes=descriptor_bytes,
        descriptor_version=number(descriptor["version"], "descriptor.version", 0, 255),
        opcodes=values_of(descriptor["opcodes"], "opcodes"),
        words=words_of(descriptor["words"], descriptor_bytes // 4),
        errors=values_of(data["errors"], "errors"),
    )
    check_places(result)
    return result


def load(path):
    with open(path, encoding="utf-8") as file:
        try:
            return parse(yaml.safe_load(file))
        except yaml.YAMLError as error:
            raise TableError(str(error)) from error

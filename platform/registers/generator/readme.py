"""The tables of README.md, between two marker comments."""

from generator.table import TableError

BEGIN = "<!-- tables: begin, made by generate.py -->"
END = "<!-- tables: end -->"


def cell(text):
    return str(text).replace("|", "\\|")


def rows(headings, entries):
    lines = ["| " + " | ".join(headings) + " |", "|" + "---|" * len(headings)]
    lines += ["| " + " | ".join(cell(each) for each in entry) + " |" for entry in entries]
    return lines + [""]


def bits(field):
    return str(field.low) if field.low == field.high else f"{field.high}:{field.low}"


def access_of(field, register):
    return "" if field.access == register.access else field.access


def register_rows(registers):
    for register in registers:
        reset = "configuration" if register.reset is None else f"0x{register.reset:x}"
        access = register.access + (", locked" if register.locked else "")
        yield f"0x{register.offset:03x}", f"`{register.name}`", "", access, reset, register.help
        for field in register.fields:
            yield "", f"`.{field.name}`", bits(field), access_of(field, register), "", field.help


def word_rows(words):
    for word in words:
        place = f"{word.word}, {word.word + 1}" if word.align else word.word
        kind = f"address, multiple of {word.align}" if word.align else ""
        yield place, f"`{word.name}`", "", kind, word.help
        for field in word.fields:
            yield "", f"`.{field.name}`", bits(field), "", field.help


def tables(m):
    lines = ["### Registers", ""]
    lines += rows(("offset", "register", "bits", "access", "reset", ""), register_rows(m.registers))
    lines += ["### Counters", ""]
    lines += rows(("offset", "counter", ""),
                  ((f"0x{each.offset:03x}", f"`{each.name}`", each.help) for each in m.counters))
    lines += ["### Descriptors", ""]
    lines += rows(("word", "name", "bits", "", ""), word_rows(m.words))
    lines += ["### Opcodes", ""]
    lines += rows(("value", "opcode", ""), ((v.value, f"`{v.name}`", v.help) for v in m.opcodes))
    lines += ["### Error codes", ""]
    lines += rows(("value", "error", ""), ((v.value, f"`{v.name}`", v.help) for v in m.errors))
    return "\n".join(lines)


def replaced(document, m):
    """The document with the present tables."""
    if document.count(BEGIN) != 1 or document.count(END) != 1:
        raise TableError(f"README.md: not one line '{BEGIN}' and one '{END}'")
    before, rest = document.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{tables(m)}\n{END}{after}"

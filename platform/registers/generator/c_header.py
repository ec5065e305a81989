"""tensordash_registers.h, C99, in the shape that clang-format gives it."""

import textwrap

from generator.table import TableError

HEAD = """\
/* The registers and descriptors of the accelerator.
 *
 * Made from platform/registers/register_map.yaml by generate.py, which is where to change it.
 * TENSORDASH_REGISTER_R   offset of register R in the window
 * TENSORDASH_R_F_MASK, _SHIFT   field F of register R, or of word R of a descriptor
 * TENSORDASH_COUNTER_C    number of counter C: its low half is at TENSORDASH_COUNTERS + 8 * number
 * TENSORDASH_OPCODE_O, TENSORDASH_WORD_W, TENSORDASH_ERROR_E   numbers
 */
#ifndef TENSORDASH_REGISTERS_H
#define TENSORDASH_REGISTERS_H
"""


def word(value):
    return f"UINT32_C(0x{value:08x})"


def comment(text):
    plain = text.replace("*/", "* /").replace("`", "")
    return textwrap.wrap(f"/* {plain} */", 100, subsequent_indent=" * ")


class Macros:
    """Lines of macros; a name that comes twice is an error."""

    def __init__(self):
        self.lines = []
        self.names = set()

    def add(self, name, value, help_text=None):
        if name in self.names:
            raise TableError(f"{name}: two things have this name in C")
        self.names.add(name)
        if help_text:
            self.lines += comment(help_text)
        self.lines.append(f"#define TENSORDASH_{name} {value}")

    def space(self, heading=None):
        self.lines.append("")
        if heading:
            self.lines += comment(heading) + [""]

    def fields(self, owner):
        for field in owner.fields:
            name = f"{owner.name}_{field.name}"
            self.add(f"{name}_MASK", word(field.mask), field.help)
            self.add(f"{name}_SHIFT", field.low)


def text(m):
    macros = Macros()
    macros.add("WINDOW_BYTES", m.window_bytes, "Bytes of the window of registers.")
    for register in m.registers:
        macros.space()
        macros.add(f"REGISTER_{register.name}", f"0x{register.offset:03x}", register.help)
        if register.name in ("ID", "VERSION"):
            macros.add(f"{register.name}_RESET", word(register.reset))
        macros.fields(register)
    macros.space("Counters.")
    macros.add("COUNTERS", f"0x{m.counters_offset:03x}", "Offset of the low half of counter 0.")
    macros.add("COUNTER_COUNT", len(m.counters))
    for index, counter in enumerate(m.counters):
        macros.add(f"COUNTER_{counter.name}", index, counter.help)
    macros.space("Descriptors.")
    macros.add("DESCRIPTOR_BYTES", m.descriptor_bytes)
    macros.add("DESCRIPTOR_WORDS", m.descriptor_bytes // 4)
    macros.add("DESCRIPTOR_VERSION", m.descriptor_version)
    for opcode in m.opcodes:
        macros.add(f"OPCODE_{opcode.name}", opcode.value, opcode.help)
    for each in m.words:
        macros.space()
        macros.add(f"WORD_{each.name}", each.word, each.help)
        macros.fields(each)
    macros.space("Error codes.")
    for error in m.errors:
        macros.add(f"ERROR_{error.name}", error.value, error.help)
    body = ["", "#include <stdint.h>", ""] + macros.lines
    return HEAD + "\n".join(body + ["", "#endif /* TENSORDASH_REGISTERS_H */", ""])

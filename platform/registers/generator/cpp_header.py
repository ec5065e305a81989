"""register_map.h, in the shape that clang-format gives it."""

NOTE = "// Made from platform/registers/register_map.yaml by generate.py, which is where to change it."


def word(value):
    return f"0x{value:08x}U" if value else "0"


def enumeration(comment, name, base, entries):
    lines = [f"/// {comment}", f"enum class {name} : std::{base} {{"]
    lines += [f"  {entry} = {value}," for entry, value in entries]
    return lines + ["};", ""]


def array(comment, element, name, rows):
    lines = [f"/// {comment}", f"inline constexpr std::array<{element}, {len(rows)}> {name}{{{{"]
    return lines + [f"    {{{row}}}," for row in rows] + ["}};", ""]


def string(text):
    return f'"{text}"'


def flag(value):
    return "true" if value else "false"


def register_row(register):
    masks = ", ".join(word(register.mask(access)) for access in ("rw", "ro", "w1c", "w1s"))
    return (
        f"{string(register.name)}, Register::{register.name.lower()}, {masks}, "
        f"{word(register.reset or 0)}, {flag(register.reset is None)}, {flag(register.locked)}"
    )


def split_at_column(row, columns):
    """The row in two, the first part as long as the columns allow."""
    place = row.rindex(", ", 0, columns) + 1
    return row[:place], row[place + 1 :]


def fields(comment, space, element, owner, owners):
    lines = [f"/// {comment}", f"namespace {space} {{"]
    for each in owners:
        for field in each.fields:
            name = f"{each.name}_{field.name}".lower()
            value = f"{{{owner}::{each.name.lower()}, {field.low}, {word(field.mask)}}}"
            line = f"inline constexpr {element} {name}{value};"
            if len(line) > 100:
                head, tail = split_at_column(line, 100)
                lines += [head, " " * (head.index("{") + 1) + tail]
            else:
                lines.append(line)
    return lines + [f"}}  // namespace {space}", ""]


def structures():
    return """\
/// A register: which of its bits have which access (the rest is reserved), what they are after a
/// reset unless the configuration decides it, and whether writes are ignored while CONTROL.ENABLE.
struct RegisterDescription {
  const char* name;
  Register place;
  std::uint32_t rw, ro, w1c, w1s;
  std::uint32_t reset;
  bool configured;
  bool locked;
};

/// Some bits of a register: value << shift, within mask.
struct RegisterField {
  Register place;
  unsigned shift;
  std::uint32_t mask;
};

/// A name for a counter, an opcode or an error code.
template <typename Value>
struct NamedValue {
  const char* name;
  Value value;
};

/// A word of a descriptor, or the low word of an address, which is a multiple of `align` and whose
/// high word follows; align 0: no address. The bits outside mask are 0.
struct WordDescription {
  const char* name;
  DescriptorWord place;
  unsigned align;
  std::uint32_t mask;
};

/// Some bits of a word of a descriptor.
struct DescriptorField {
  DescriptorWord place;
  unsigned shift;
  std::uint32_t mask;
};
""".splitlines()


def named(comment, kind, name, entries):
    rows = [f"{string(each.name)}, {kind}::{each.name.lower()}" for each in entries]
    return array(comment, f"NamedValue<{kind}>", name, rows)


def text(m):
    lines = ["#pragma once", "", NOTE, "", "#include <array>", "#include <cstdint>", ""]
    lines += ["namespace tensordash {", ""]
    lines += ["/// Bytes of the window of registers."]
    lines += [f"inline constexpr std::uint32_t register_window_bytes = {m.window_bytes};", ""]
    lines += enumeration(
        "Offsets of registers.", "Register", "uint32_t",
        [(each.name.lower(), f"0x{each.offset:03x}") for each in m.registers])
    lines += ["/// Offset of counter 0; each takes two words, the low one first."]
    lines += [f"inline constexpr std::uint32_t counters_offset = 0x{m.counters_offset:03x};"]
    lines += [f"inline constexpr unsigned counter_count = {len(m.counters)};", ""]
    lines += enumeration(
        "Counters, by number.", "Counter", "uint32_t",
        [(each.name.lower(), index) for index, each in enumerate(m.counters)])
    lines += ["/// Bytes of a descriptor and its alignment, and what COMMAND.VERSION says."]
    lines += [f"inline constexpr unsigned descriptor_bytes = {m.descriptor_bytes};"]
    lines += [f"inline constexpr unsigned descriptor_words = {m.descriptor_bytes // 4};"]
    lines += [f"inline constexpr unsigned descriptor_version = {m.descriptor_version};", ""]
    lines += enumeration(
        "What a descriptor asks for.", "DescriptorOpcode", "uint8_t",
        [(each.name.lower(), each.value) for each in m.opcodes])
    lines += enumeration(
        "Words of a descriptor; of an address, its low word.", "DescriptorWord", "uint32_t",
        [(each.name.lower(), each.word) for each in m.words])
    lines += enumeration(
        "What ERROR_CODE.CODE holds.", "ErrorCode", "uint8_t",
        [(each.name.lower(), each.value) for each in m.errors])
    lines += structures() + [""]
    lines += array("All registers but the counters, in ascending order.", "RegisterDescription",
                   "register_table", [register_row(register) for register in m.registers])
    lines += fields("Fields of registers, REGISTER_FIELD.", "register_field", "RegisterField",
                    "Register", m.registers)
    lines += named("All counters, in order.", "Counter", "counter_table", m.counters)
    lines += named("All opcodes.", "DescriptorOpcode", "opcode_table", m.opcodes)
    lines += named("All error codes.", "ErrorCode", "error_table", m.errors)
    lines += array(
        "All words of a descriptor that have a meaning.", "WordDescription", "word_table",
        [f"{string(each.name)}, DescriptorWord::{each.name.lower()}, {each.align}, {word(each.mask)}"
         for each in m.words])
    lines += fields("Fields of a descriptor, WORD_FIELD.", "descriptor_field", "DescriptorField",
                    "DescriptorWord", m.words)
    lines += ["}  // namespace tensordash", ""]
    return "\n".join(lines)

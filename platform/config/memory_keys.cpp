#include "platform/config/memory_keys.h"

#include <fmt/format.h>

#include "models/mapping/scratchpad_plan.h"
#include "platform/config/choice.h"

namespace tensordash {

namespace {

/// Tiles with elastic rows are modelled without memory only.
std::string_view initial_memory(const Settings& others) {
  return others.text("sync") == "elastic" ? "ideal" : "modelled";
}

}  // namespace

const std::vector<KeyRule>& memory_rules() {
  static const std::vector<KeyRule> table = {
      {{"memory", KeyKind::text, "modelled", "ideal, modelled",
        "operands come from DRAM by SRAMs and scratchpads, or are always there; ideal where sync "
        "is elastic"},
       {},
       {"ideal", "modelled"},
       nullptr,
       false,
       initial_memory},
      {{"sram.banks", KeyKind::number, "4", "1 to 64", "banks of each SRAM (AM, BM, CM) of a tile"},
       {1, 64}},
      {{"sram.bank_kb", KeyKind::number, "256", "1 to 65536", "KB of an SRAM bank"}, {1, 65536}},
      {{"sram.rows_per_clock", KeyKind::number, "1", "1 to 16",
        "rows of one value a lane read from an SRAM bank in a clock"},
       {1, 16}},
      {{"scratchpad.banks", KeyKind::number, "3", "1 to 16", "banks of a scratchpad"}, {1, 16}},
      {{"scratchpad.bank_bytes", KeyKind::number, "1024", "4 to 1048576",
        "bytes of a scratchpad bank"},
       {4, 1048576}},
      {{"transposers", KeyKind::number, "15", "1 to 1024", "transposers on the way into the SRAMs"},
       {1, 1024}},
      {{"dma.outstanding", KeyKind::number, "64", "1 to 4096",
        "requests of up to 64 bytes in DRAM at a time"},
       {1, 4096}},
      {{"dma.requests_per_clock", KeyKind::number, "2", "1 to 16", "requests issued in a clock"},
       {1, 16}},
      {{"dma.rows_per_clock", KeyKind::number, "4", "1 to 64",
        "rows decompressed, and compressed, in a clock"},
       {1, 64}},
      {{"zero_compression", KeyKind::text, "on", "on, off", "of operands in DRAM"},
       {},
       {"on", "off"}},
      {{"mapping.b", KeyKind::text, "auto", "auto, window, wave",
        "how side B stays in the SRAMs; auto moves least"},
       {},
       {"auto", "window", "wave"}},
      {{"mapping.a", KeyKind::text, "auto", "auto, whole, round, wave",
        "how side A stays in the SRAMs; wave goes for both sides"},
       {},
       {"auto", "whole", "round", "wave"}},
      {{"mapping.scratchpad_b", KeyKind::text, "auto", "auto, reuse, stream",
        "what side B's scratchpads keep from pass to pass"},
       {},
       {"auto", "reuse", "stream"}},
      {{"mapping.scratchpad_a", KeyKind::text, "auto", "auto, hold, stream",
        "what side A's scratchpads keep from pass to pass"},
       {},
       {"auto", "hold", "stream"}},
      {{"mapping.reduction_rows", KeyKind::number, "0", "0 to 2147483647",
        "stream rows of a block of a reduction, whose sums the next block goes on with; 0: no "
        "blocks"},
       {0, 2147483647}},
      {{"mapping.file", KeyKind::text, "none", "none or a YAML file",
        "mappings of single layers and operations, over the keys mapping.*"},
       {},
       {},
       [](const std::string& value) { return value != "none"; }},
      {{"power_gating", KeyKind::text, "off", "off, auto, on",
        "dense where side B has few zeros, or always"},
       {},
       {"off", "auto", "on"}},
      {{"power_gating_threshold", KeyKind::decimal, "0.05", "0 to 1",
        "fraction of zeros below which auto gates"},
       {0, 1}},
  };
  return table;
}

/// Choices; nothing for auto.
MemoryParameters modelled_parameters(const Settings& settings, unsigned lanes) {
  if (settings.text("sync") == "elastic") {
    throw ConfigError("sync is elastic; allowed with memory=modelled: lockstep");
  }
  return memory_parameters(settings, lanes);
}

MappingChoice mapping_choice(const Settings& settings) {
  const auto residency = [&](const char* key) {
    return choice(settings.text(key),
                  {Residency::whole, Residency::window, Residency::round, Residency::wave});
  };
  const auto use = [&](const char* key) {
    return choice(settings.text(key),
                  {ScratchpadUse::hold, ScratchpadUse::reuse, ScratchpadUse::stream});
  };
  return {residency("mapping.b"), residency("mapping.a"), use("mapping.scratchpad_b"),
          use("mapping.scratchpad_a")};
}

MemoryParameters memory_parameters(const Settings& settings, unsigned lanes) {
  MemoryParameters p;
  p.lanes = lanes;
  p.value_bytes = settings.text("dtype") == "bf16" ? 2 : 4;
  p.sram_banks = settings.number("sram.banks");
  p.sram_bank_bytes = settings.number("sram.bank_kb") * 1024;
  p.sram_rows_per_clock = settings.number("sram.rows_per_clock");
  p.scratchpad_banks = settings.number("scratchpad.banks");
  p.scratchpad_bank_bytes = settings.number("scratchpad.bank_bytes");
  p.transposers = settings.number("transposers");
  p.dma_outstanding = settings.number("dma.outstanding");
  p.dma_requests_per_clock = settings.number("dma.requests_per_clock");
  p.dma_rows_per_clock = settings.number("dma.rows_per_clock");
  p.zero_compression = settings.text("zero_compression") == "on";
  p.mapping = mapping_choice(settings);
  const unsigned needed = settings.number("staging.depth") + p.sram_rows_per_clock;
  if (p.scratchpad_rows() < needed) {
    throw ConfigError(
        fmt::format("scratchpad.banks and scratchpad.bank_bytes make scratchpads of {} rows of {} "
                    "bytes; allowed: at least {} rows (staging.depth and sram.rows_per_clock)",
                    p.scratchpad_rows(), lanes * p.value_bytes, needed));
  }
  return p;
}

PowerGatingRule power_gating_rule(const Settings& settings) {
  PowerGatingRule rule;
  rule.mode = power_gating_named(settings.text("power_gating")).value_or(PowerGating::off);
  rule.threshold_ppm = parts_per_million(settings.decimal("power_gating_threshold"));
  return rule;
}

}  // namespace tensordash

#include "hw/dram/spec.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

using Timings = DramTimings;
using Supply = DramSupply;

void check_power_of_two(const DramSpec& spec, std::string_view name, unsigned value, unsigned low,
                        unsigned high) {
  if (value < low || value > high || (value & (value - 1)) != 0) {
    throw DramError(fmt::format("{}: {} is {}; allowed: powers of two from {} to {}", spec.name,
                                name, value, low, high));
  }
}

void check_at_least(const DramSpec& spec, std::string_view name, unsigned value, unsigned least,
                    std::string_view why) {
  if (value < least) {
    throw DramError(
        fmt::format("{}: {} is {}; allowed: {} or more ({})", spec.name, name, value, least, why));
  }
}

}  // namespace

const std::vector<DramTimingField>& dram_timing_fields() {
  static const std::vector<DramTimingField> fields = {
      {"RL", &Timings::rl},           {"WL", &Timings::wl},           {"tDQSCK", &Timings::tdqsck},
      {"tDQSS", &Timings::tdqss},     {"tWPRE", &Timings::twpre},     {"tRCD", &Timings::trcd},
      {"tRPpb", &Timings::trppb},     {"tRPab", &Timings::trpab},     {"tRAS", &Timings::tras},
      {"tRCpb", &Timings::trcpb},     {"tRRD", &Timings::trrd},       {"tFAW", &Timings::tfaw},
      {"tCCD", &Timings::tccd},       {"tCCDMW", &Timings::tccdmw},   {"tWR", &Timings::twr},
      {"nWR", &Timings::nwr},         {"tWTR", &Timings::twtr},       {"tRTP", &Timings::trtp},
      {"tPPD", &Timings::tppd},       {"tXP", &Timings::txp},         {"tCKE", &Timings::tcke},
      {"tCMDCKE", &Timings::tcmdcke}, {"tSR", &Timings::tsr},         {"tXSR", &Timings::txsr},
      {"tREFI", &Timings::trefi},     {"tREFIpb", &Timings::trefipb}, {"tRFCab", &Timings::trfcab},
      {"tRFCpb", &Timings::trfcpb},   {"tRTRS", &Timings::trtrs},
  };
  return fields;
}

const std::vector<DramCurrentField>& dram_current_fields() {
  static const std::vector<DramCurrentField> fields = {
      {"I0", &Supply::i0},   {"I2N", &Supply::i2n}, {"I3N", &Supply::i3n},   {"I4R", &Supply::i4r},
      {"I4W", &Supply::i4w}, {"I5", &Supply::i5},   {"I5PB", &Supply::i5pb}, {"I2P", &Supply::i2p},
      {"I3P", &Supply::i3p}, {"I6", &Supply::i6},
  };
  return fields;
}

void check_dram_spec(const DramSpec& spec) {
  const DramTimings& t = spec.timings;
  check_power_of_two(spec, "width", spec.device_width, 8, 64);
  check_power_of_two(spec, "banks", spec.banks, 1, 16);
  check_power_of_two(spec, "rows", spec.rows, 2, 1U << 20);
  check_power_of_two(spec, "burst_length", spec.burst_length, 2, 32);
  check_power_of_two(spec, "columns", spec.columns, spec.burst_length, 1U << 14);
  check_at_least(spec, "tCK", spec.tck_ps, 1, "in ps");
  for (const DramTimingField& field : dram_timing_fields()) {
    const bool may_be_zero = field.member == &Timings::tdqsck || field.member == &Timings::tdqss ||
                             field.member == &Timings::twpre || field.member == &Timings::trtrs;
    check_at_least(spec, field.name, t.*field.member, may_be_zero ? 0 : 1, "in clocks");
    if (t.*field.member > 1U << 20) {
      throw DramError(fmt::format("{}: {} is {}; allowed: up to {}", spec.name, field.name,
                                  t.*field.member, 1U << 20));
    }
  }
  check_at_least(spec, "tCCD", t.tccd, spec.burst_clocks(), "clocks of a burst");
  check_at_least(spec, "tCCDMW", t.tccdmw, t.tccd, "tCCD");
  check_at_least(spec, "tRPab", t.trpab, t.trppb, "tRPpb");
  check_at_least(spec, "tRCpb", t.trcpb, t.tras + t.trppb, "tRAS + tRPpb");
  check_at_least(spec, "tRFCab", t.trfcab, t.trfcpb, "tRFCpb");
  check_at_least(spec, "tXSR", t.txsr, t.trfcab + 1, "more than tRFCab");
  check_at_least(spec, "tREFI", t.trefi, t.trfcab + t.trpab + t.trcpb + 1,
                 "more than tRFCab + tRPab + tRCpb");
}

}  // namespace tensordash

#include "hw/dram/parameters.h"

#include <fmt/format.h>

namespace tensordash {
namespace {

template <typename Value>
void check(bool good, std::string_view name, Value value, std::string_view allowed) {
  if (!good) throw DramError(fmt::format("dram.{} is {}; allowed: {}", name, value, allowed));
}

DramSpec spec_of(const DramParameters& parameters) {
  try {
    return load_dram_spec(parameters.spec);
  } catch (const DramError& problem) {
    throw DramError(fmt::format("dram.spec: {}", problem.what()));
  }
}

bool power_of_two(unsigned value) {
  return value != 0 && (value & (value - 1)) == 0;
}

}  // namespace

DramConfiguration::DramConfiguration(const DramParameters& wanted)
    : parameters(wanted), spec(spec_of(wanted)) {
  const DramParameters& p = parameters;
  check(power_of_two(p.channels) && p.channels <= 16, "channels", p.channels, "1, 2, 4, 8, 16");
  check(power_of_two(p.ranks) && p.ranks <= 4, "ranks", p.ranks, "1, 2, 4");
  check(power_of_two(p.width) && p.width <= 64 && p.width >= spec.device_width, "width", p.width,
        fmt::format("powers of two from {} to 64", spec.device_width));
  check(p.queue >= 2 && p.queue <= 1024, "queue", p.queue, "2 to 1024 bursts");
  check(p.write_high >= 1 && p.write_high <= p.queue, "write_high", p.write_high,
        fmt::format("1 to dram.queue ({})", p.queue));
  check(p.write_low < p.write_high, "write_low", p.write_low,
        fmt::format("less than dram.write_high ({})", p.write_high));
  check(p.refresh_postpone <= 8, "refresh_postpone", p.refresh_postpone, "0 to 8");
  check(p.front_clocks <= 10000, "front_clocks", p.front_clocks, "0 to 10000");
  check(p.back_clocks <= 10000, "back_clocks", p.back_clocks, "0 to 10000");
  if (p.refresh == RefreshMode::per_bank) {
    const DramTimings& t = spec.timings;
    check(t.trefipb > t.trfcpb + t.trppb && t.trefipb * spec.banks <= t.trefi,
          "refresh per_bank: tREFIpb", t.trefipb,
          fmt::format("more than tRFCpb + tRPpb ({}), of all {} banks no more than tREFI ({})",
                      t.trfcpb + t.trppb, spec.banks, t.trefi));
  }
  check(p.flat_pj_per_bit >= 0.0 && p.flat_pj_per_bit <= 1000.0, "energy_flat_pj_per_bit",
        p.flat_pj_per_bit, "0 to 1000");
}

std::uint64_t DramConfiguration::bytes() const {
  return static_cast<std::uint64_t>(parameters.channels) * parameters.ranks * spec.banks *
         spec.rows * spec.columns * (parameters.width / 8);
}

double DramConfiguration::peak_bandwidth() const {
  return parameters.channels * (parameters.width / 8.0) * 2.0 / (spec.tck_ps * 1e-12);
}

}  // namespace tensordash

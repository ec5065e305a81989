#include "platform/soc_run/soc_report.h"

namespace tensordash {

void SocFigures::add(const SocFigures& other) {
  clocks += other.clocks;
  cycles += other.cycles;
  steps += other.steps;
  issued += other.issued;
  read_bytes += other.read_bytes;
  written_bytes += other.written_bytes;
  read_requests += other.read_requests;
  write_requests += other.write_requests;
  values += other.values;
  zeros += other.zeros;
}

std::uint64_t SocOperation::stalls() const {
  return figures.cycles - figures.steps - fill_cycles();
}

std::optional<bool> SocOperation::verified() const {
  const std::uint64_t asked = verify.checks(outputs);
  if (asked == 0) return std::nullopt;
  return verdict && verdict->mismatches == 0 && verdict->checked >= asked && different == 0;
}

std::optional<bool> SocReport::verified() const {
  std::optional<bool> all;
  for (const SocLayer& layer : layers) {
    for (const SocOperation& operation : layer.operations) {
      if (const auto right = operation.verified()) all = all.value_or(true) && *right;
    }
  }
  return all;
}

const char* name_of(Transport transport) {
  return transport == Transport::loosely_timed ? "lt" : "at";
}

const char* name_of(EngineLevel level) {
  return level == EngineLevel::fast ? "fast" : "pin";
}

const char* name_of(HostWait wait) {
  return wait == HostWait::interrupt ? "irq" : "poll";
}

}  // namespace tensordash

#include "platform/ip/lt_access.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <limits>

#include "hw/dma/dma_limits.h"
#include "platform/ip/job_error.h"

namespace tensordash {
namespace {

sc_core::sc_time::value_type now() {
  return sc_core::sc_time_stamp().value();
}

double byte_time_of(std::uint64_t bytes_per_us) {
  if (bytes_per_us == 0) return 0;
  return static_cast<double>(sc_core::sc_time(1, sc_core::SC_US).value()) /
         static_cast<double>(bytes_per_us);
}

}  // namespace

LtAccess::LtAccess(ForwardPath forward, const AcceleratorParameters& parameters)
    : forward_(std::move(forward)),
      use_dmi_(parameters.use_dmi),
      period_(sc_core::sc_time(static_cast<double>(parameters.clock_ps), sc_core::SC_PS).value()),
      byte_time_(byte_time_of(parameters.dmi_bytes_per_us)),
      stop_event_(sc_core::sc_gen_unique_name("stop")),
      data_(dma_request_bytes) {}

void LtAccess::begin() {
  local_ = std::max(local_, now());
}

void LtAccess::stop() {
  stopped_ = true;
  stop_event_.notify();
}

void LtAccess::require_going_on() const {
  if (stopped_) throw JobStopped();
}

void LtAccess::wait_until(Value local) {
  if (local > now()) {
    sc_core::wait(sc_core::sc_time::from_value(local - now()), stop_event_);
  }
  require_going_on();
}

void LtAccess::synchronise() {
  wait_until(local_);
}

void LtAccess::move_to(Value local) {
  local_ = std::max(local, now());
  // It yields when it is ahead by more than a quantum.
  const Value quantum = tlm::tlm_global_quantum::instance().get().value();
  if (local_ - now() > quantum) wait_until(local_);
  require_going_on();
}

void LtAccess::run(RequestStream& stream, ByteExchange& bytes) {
  bytes_ = &bytes;
  answers_ = {};
  begin_ = local_;
  const std::uint64_t clocks_before = clocks_;
  try {
    for (;;) {
      const Edge edge = stream.edge();
      while (!answers_.empty() && answers_.top().edge <= edge) {
        const std::uint32_t tag = answers_.top().tag;
        answers_.pop();
        stream.answered(tag);
      }
      if (stream.finished()) break;
      stream.step(*this);
      if (stream.finished()) break;
      clocks_ = clocks_before + stream.edge();
      move_to(begin_ + stream.edge() * period_);
    }
  } catch (...) {
    answers_ = {};
    throw;
  }
  clocks_ = clocks_before + stream.edge();
  move_to(begin_ + stream.edge() * period_);
}

void LtAccess::pass(unsigned clocks) {
  clocks_ += clocks;
  move_to(local_ + clocks * period_);
}

void LtAccess::request(Edge edge, std::uint64_t address, unsigned bytes, bool write,
                       std::uint32_t tag) {
  const Value at = begin_ + edge * period_;
  Value end = 0;
  if (const tlm::tlm_dmi* const direct = region(address, bytes, write)) {
    unsigned char* const memory = direct->get_dmi_ptr() + (address - direct->get_start_address());
    if (write) {
      bytes_->give(address, memory, bytes);
    } else {
      bytes_->came(address, memory, bytes);
    }
    const sc_core::sc_time& latency =
        write ? direct->get_write_latency() : direct->get_read_latency();
    // What the memory behind the pointer can move at all is not said there.
    bus_free_ = std::max(bus_free_, at) + static_cast<Value>(byte_time_ * bytes);
    end = bus_free_ + latency.value() * bytes;
  } else {
    if (write) bytes_->give(address, data_.data(), bytes);
    end = transport(at, address, bytes, write);
    if (!write) bytes_->came(address, data_.data(), bytes);
  }
  ++(write ? counts_.writes : counts_.reads);
  (write ? counts_.bytes_written : counts_.bytes_read) += bytes;
  // The answer is seen at the next edge, at the earliest.
  const Edge answered = end <= begin_ ? 0 : (end - begin_ + period_ - 1) / period_;
  answers_.push({std::max(edge + 1, answered), tag});
}

LtAccess::Value LtAccess::transport(Value at, std::uint64_t address, unsigned bytes, bool write) {
  payload_.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  payload_.set_address(address);
  payload_.set_data_ptr(data_.data());
  payload_.set_data_length(bytes);
  payload_.set_streaming_width(bytes);
  payload_.set_byte_enable_ptr(nullptr);
  payload_.set_dmi_allowed(false);
  payload_.set_response_status(tlm::TLM_INCOMPLETE_RESPONSE);
  sc_core::sc_time delay =
      sc_core::sc_time::from_value(at > now() ? at - now() : sc_core::sc_time::value_type{0});
  forward_().b_transport(payload_, delay);
  require_going_on();
  if (!payload_.is_response_ok()) {
    throw JobError(write ? ErrorCode::write : ErrorCode::read,
                   status_number(payload_.get_response_status()), address,
                   fmt::format("{} at {:#x}: {}", write ? "write" : "read", address,
                               payload_.get_response_string()));
  }
  if (use_dmi_ && payload_.is_dmi_allowed()) ask_for_region(address, write);
  return now() + delay.value();
}

const tlm::tlm_dmi* LtAccess::region(std::uint64_t address, std::uint64_t bytes, bool write) {
  for (const tlm::tlm_dmi& region : regions_) {
    if (address >= region.get_start_address() && address <= region.get_end_address() &&
        bytes - 1 <= region.get_end_address() - address &&
        (write ? region.is_write_allowed() : region.is_read_allowed())) {
      return &region;
    }
  }
  return nullptr;
}

void LtAccess::ask_for_region(std::uint64_t address, bool write) {
  constexpr std::size_t most_regions = 16;
  if (region(address, 1, write) != nullptr) return;
  const auto covers = [&](const tlm::tlm_dmi& of) {
    return of.get_start_address() <= address && address <= of.get_end_address();
  };
  for (const Refusal& refusal : refusals_) {
    if (refusal.write == write && covers(refusal.region)) return;
  }
  tlm::tlm_generic_payload asking;
  asking.set_command(write ? tlm::TLM_WRITE_COMMAND : tlm::TLM_READ_COMMAND);
  asking.set_address(address);
  tlm::tlm_dmi given;
  const bool granted = forward_().get_direct_mem_ptr(asking, given);
  const bool useful = granted && given.get_dmi_ptr() != nullptr && covers(given) &&
                      (write ? given.is_write_allowed() : given.is_read_allowed());
  if (useful) {
    if (regions_.size() == most_regions) regions_.erase(regions_.begin());
    regions_.push_back(given);
    return;
  }
  if (!covers(given)) {
    // It speaks of other addresses, and would again and again.
    given.set_start_address(granted ? 0 : address);
    given.set_end_address(granted ? std::numeric_limits<sc_dt::uint64>::max() : address);
  }
  if (refusals_.size() == most_regions) refusals_.erase(refusals_.begin());
  refusals_.push_back({given, write});
}

void LtAccess::invalidate(std::uint64_t first, std::uint64_t last) {
  regions_.erase(std::remove_if(regions_.begin(), regions_.end(),
                                [&](const tlm::tlm_dmi& region) {
                                  return region.get_start_address() <= last &&
                                         first <= region.get_end_address();
                                }),
                 regions_.end());
  refusals_.clear();
}

bool LtAccess::peek(std::uint64_t address, std::uint8_t* to, std::uint64_t bytes) {
  if (const tlm::tlm_dmi* const direct = region(address, bytes, false)) {
    std::memcpy(to, direct->get_dmi_ptr() + (address - direct->get_start_address()), bytes);
    return true;
  }
  return debug_read(forward_(), address, to, bytes);
}

}  // namespace tensordash

#include "platform/ip/accelerator_core.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <new>
#include <stdexcept>
#include <utility>

#include "platform/ip/at_access.h"
#include "platform/ip/conversion.h"
#include "platform/ip/fast_engine.h"
#include "platform/ip/lt_access.h"
#include "platform/ip/pin_engine.h"

namespace tensordash {
namespace {

namespace fields = register_field;

constexpr const char* report_id = "/tensordash/ip/descriptor";

bool has(std::uint32_t written, const RegisterField& field) {
  return (written & field.mask) != 0;
}

/// A descriptor as it is read.
class DescriptorBytes : public ByteExchange {
 public:
  explicit DescriptorBytes(std::uint64_t address) : address_(address) {}

  void came(std::uint64_t address, const std::uint8_t* data, unsigned bytes) override {
    if (address < address_ || address - address_ > descriptor_bytes - bytes) return;
    std::copy_n(data, bytes, bytes_.begin() + static_cast<std::ptrdiff_t>(address - address_));
  }
  void give(std::uint64_t /*address*/, std::uint8_t* /*data*/, unsigned /*bytes*/) override {}

  DescriptorWords words() const {
    DescriptorWords words{};
    for (std::size_t at = 0; at < bytes_.size(); ++at) {
      words[at / 4] |= std::uint32_t{bytes_[at]} << 8 * (at % 4);
    }
    return words;
  }

 private:
  std::uint64_t address_;
  std::array<std::uint8_t, descriptor_bytes> bytes_{};
};

}  // namespace

AcceleratorCore::AcceleratorCore(const sc_core::sc_module_name& name,
                                 const AcceleratorParameters& parameters)
    : sc_module(name), machine_(parameters) {
  const ForwardPath path = [this]() -> tlm::tlm_fw_transport_if<>& { return memory_path(); };
  if (parameters.transport == Transport::loosely_timed) {
    auto loosely = std::make_unique<LtAccess>(path, parameters);
    loosely_ = loosely.get();
    access_ = std::move(loosely);
  } else {
    master_ = std::make_unique<AtMaster>("master", path);
    auto approximately = std::make_unique<AtAccess>(path, clk, *master_);
    if (machine_.pin()) {
      pin_ = std::make_unique<PinEngine>("array", machine_, *approximately, *master_);
      pin_->clk(clk);
      engine_ = pin_.get();
    }
    access_ = std::move(approximately);
  }
  if (engine_ == nullptr) {
    fast_ = std::make_unique<FastEngine>(machine_, *access_);
    engine_ = fast_.get();
  }
  describe_machine();
  connect_registers();
  SC_THREAD(work);
  SC_METHOD(watch_reset);
  sensitive << rst_n;
  SC_METHOD(drive_irq);
  sensitive << irq_event_;
}

AcceleratorCore::~AcceleratorCore() = default;

void AcceleratorCore::describe_machine() {
  const TileParameters& tile = machine_.array().tile;
  const auto in = [](std::uint32_t value, const RegisterField& field) {
    return value << field.shift & field.mask;
  };
  const JobLimits limits = machine_.job_limits();
  registers_.set_configuration(Register::capability_array,
                               in(machine_.array().tiles, fields::capability_array_tiles) |
                                   in(tile.rows, fields::capability_array_rows) |
                                   in(tile.columns, fields::capability_array_columns));
  registers_.set_configuration(Register::capability_pe,
                               in(machine_.table().lanes(), fields::capability_pe_lanes) |
                                   in(machine_.table().depth(), fields::capability_pe_depth));
  std::uint32_t features = in(1, fields::capability_features_compression);
  const auto add = [&](bool there, const RegisterField& field) {
    if (there) features |= field.mask;
  };
  add(limits.fp32, fields::capability_features_fp32);
  add(limits.bf16, fields::capability_features_bf16);
  add(machine_.has_schedulers(), fields::capability_features_schedulers);
  add(machine_.two_sided(), fields::capability_features_two_sided);
  add(machine_.exact(), fields::capability_features_exact);
  add(machine_.pin(), fields::capability_features_pin);
  add(loosely_ == nullptr, fields::capability_features_at);
  const AcceleratorParameters& parameters = machine_.parameters();
  features |= in(parameters.max_ring_log2, fields::capability_features_max_ring_log2) |
              in(parameters.max_elements_log2, fields::capability_features_max_elements_log2);
  registers_.set_configuration(Register::capability_features, features);
  registers_.set_configuration(Register::clock_period,
                               static_cast<std::uint32_t>(parameters.clock_ps));
}

void AcceleratorCore::connect_registers() {
  registers_.guard(Register::control,
                   [this](std::uint32_t proposed) { return guard_control(proposed); });
  registers_.guard(Register::ring_tail,
                   [this](std::uint32_t proposed) { return guard_tail(proposed); });
  registers_.on_write(Register::control, [this](std::uint32_t written) {
    if (has(written, fields::control_soft_reset)) {
      soft_reset();
    } else if (has(written, fields::control_abort)) {
      abort();
    }
    update_status();
    work_event_.notify(access_delay_);
  });
  registers_.on_write(Register::ring_tail, [this](std::uint32_t /*written*/) {
    update_status();
    work_event_.notify(access_delay_);
  });
}

std::uint32_t AcceleratorCore::pending() const {
  return registers_.value(Register::ring_tail) - registers_.value(Register::ring_head);
}

bool AcceleratorCore::allowed() const {
  return registers_.value(fields::control_enable) != 0 && rst_n.read();
}

AddressRange AcceleratorCore::ring() const {
  const std::uint64_t base = std::uint64_t{registers_.value(Register::ring_base_high)} << 32U |
                             registers_.value(Register::ring_base_low);
  return {base, std::uint64_t{descriptor_bytes} << registers_.value(fields::ring_size_log2)};
}

std::optional<std::uint32_t> AcceleratorCore::guard_control(std::uint32_t proposed) {
  was_enabled_ = registers_.value(fields::control_enable) != 0;
  if (was_enabled_ || !has(proposed, fields::control_enable)) return proposed;
  const AddressRange descriptors = ring();
  if (registers_.value(fields::ring_size_log2) <= machine_.parameters().max_ring_log2 &&
      pending() <= descriptors.bytes / descriptor_bytes &&
      descriptors.first + (descriptors.bytes - 1) >= descriptors.first) {
    return proposed;
  }
  registers_.record_error(ErrorCode::ring_size, 0, descriptors.first);
  raise(fields::irq_status_error);
  return proposed & ~fields::control_enable.mask;
}

std::optional<std::uint32_t> AcceleratorCore::guard_tail(std::uint32_t proposed) {
  const std::uint32_t size = std::uint32_t{1} << registers_.value(fields::ring_size_log2);
  // One that runs cannot be taken back: RING_HEAD would pass RING_TAIL.
  const std::uint32_t least = running_ && !reset_ ? 1 : 0;
  const std::uint32_t submitted = proposed - registers_.value(Register::ring_head);
  if (submitted >= least && submitted <= size) return proposed;
  registers_.record_error(ErrorCode::ring_overrun, 0, 0);
  raise(fields::irq_status_error);
  return std::nullopt;
}

void AcceleratorCore::raise(const RegisterField& event) {
  registers_.raise(event.mask);
  irq_event_.notify(sc_core::SC_ZERO_TIME);
}

void AcceleratorCore::update_status() {
  const bool waiting = allowed() && pending() != 0;
  registers_.set(fields::status_running, running_ ? 1 : 0);
  registers_.set(fields::status_aborting, resting_ || stopped_ ? 1 : 0);
  registers_.set(fields::status_idle, running_ || waiting || resting_ || stopped_ ? 0 : 1);
}

void AcceleratorCore::abort() {
  if (running_ && !resting_) {
    stop();
  } else if (was_enabled_ && pending() != 0) {
    // The doorbell has been rung, and the worker has not got up yet.
    tell_of_abort();
  }
}

void AcceleratorCore::tell_of_abort() {
  registers_.set(fields::control_enable, 0);
  registers_.record_error(ErrorCode::aborted, 0, 0);
  raise(fields::irq_status_error);
  raise(fields::irq_status_aborted);
}

void AcceleratorCore::stop() {
  stopped_ = true;
  access_->stop();
}

void AcceleratorCore::soft_reset() {
  registers_.reset();
  if (running_) {
    reset_ = true;
    stop();
  }
  update_status();
  irq_event_.notify(sc_core::SC_ZERO_TIME);
}

void AcceleratorCore::watch_reset() {
  if (!rst_n.read()) {
    soft_reset();
  } else {
    update_status();
  }
  work_event_.notify(sc_core::SC_ZERO_TIME);
}

void AcceleratorCore::drive_irq() {
  irq.write(registers_.interrupt());
}

void AcceleratorCore::b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay) {
  if (!rst_n.read() && payload.is_write()) {
    // Registers are held at their reset values.
    payload.set_dmi_allowed(false);
    payload.set_response_status(tlm::TLM_GENERIC_ERROR_RESPONSE);
    return;
  }
  access_delay_ = delay;
  registers_.access(payload);
  irq_event_.notify(sc_core::SC_ZERO_TIME);
}

unsigned AcceleratorCore::transport_dbg(tlm::tlm_generic_payload& payload) {
  return registers_.debug(payload);
}

tlm::tlm_sync_enum AcceleratorCore::nb_transport_bw(tlm::tlm_generic_payload& payload,
                                                    tlm::tlm_phase& phase,
                                                    sc_core::sc_time& delay) {
  if (master_) return master_->nb_transport_bw(payload, phase, delay);
  SC_REPORT_ERROR("/tensordash/ip/memory", "the memory answers a request that is not under way");
  return tlm::TLM_COMPLETED;
}

void AcceleratorCore::invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last) {
  if (loosely_ != nullptr) loosely_->invalidate(first, last);
}

// Nothing here waits inside of a catch clause: what the C++ runtime knows of exceptions that are
// being handled is common to all processes, which would end them in another order than they began.
void AcceleratorCore::work() {
  for (;;) {
    bool interrupted = false;
    try {
      work_once();
    } catch (const JobStopped&) {
      interrupted = true;
    }
    if (interrupted) come_to_rest();
  }
}

void AcceleratorCore::work_once() {
  if (!allowed() || pending() == 0) {
    sc_core::wait(work_event_);
    access_->begin();
    return;
  }
  running_ = true;
  update_status();
  run_descriptor();
}

void AcceleratorCore::run_descriptor() {
  bool interrupt = false;
  bool begun = false;
  OperationCounts counts;
  std::optional<JobError> error;
  try {
    const Job job = fetch_descriptor();
    interrupt = job.interrupt;
    begun = true;
    counts = execute(job);
  } catch (const JobError& problem) {
    error.emplace(problem);
  }
  if (error && begun) {
    access_->settle();
    engine_->recover();
  }
  access_->synchronise();
  // Not before: loosely timed, the work was done ahead of the time at which a guest may see it.
  if (error) {
    fail(*error);
  } else {
    count(counts);
  }
  end_descriptor(error.has_value(), interrupt);
}

Job AcceleratorCore::fetch_descriptor() {
  const AddressRange descriptors = ring();
  const std::uint64_t address = descriptors.first + registers_.value(Register::ring_head) %
                                                        (descriptors.bytes / descriptor_bytes) *
                                                        descriptor_bytes;
  DescriptorBytes bytes(address);
  try {
    std::vector<Burst> bursts;
    append_bursts(address, descriptor_bytes, false, bursts);
    const RequestLimits limits = machine_.request_limits();
    BurstList list(std::move(bursts), limits.outstanding, limits.a_clock);
    access_->run(list, bytes);
  } catch (const JobError& refusal) {
    throw JobError(ErrorCode::descriptor, refusal.detail(), refusal.address(), refusal.what());
  }
  JobLimits limits = machine_.job_limits();
  limits.ring = descriptors;
  return decode_descriptor(bytes.words(), limits);
}

OperationCounts AcceleratorCore::execute(const Job& job) {
  try {
    if (const auto* operation = std::get_if<OperationJob>(&job.work)) {
      return engine_->run(*operation);
    }
    if (const auto* conversion = std::get_if<ConversionJob>(&job.work)) {
      run_conversion(*conversion, *access_, machine_.request_limits());
    }
  } catch (const JobError&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw JobError(ErrorCode::too_large, 0, 0, "the host has no memory for it");
  } catch (const sc_core::sc_report&) {
    throw;  // somebody's wiring, not this descriptor
  } catch (const sc_core::sc_unwind_exception&) {
    throw;  // the platform ends this process
  } catch (const std::exception& defect) {
    throw JobError(ErrorCode::internal, 0, 0, defect.what());
  }
  return {};
}

void AcceleratorCore::count(const OperationCounts& counts) {
  registers_.counter(Counter::operation_cycles) += counts.cycles;
  registers_.counter(Counter::steps) += counts.steps;
  registers_.counter(Counter::macs_issued) += counts.issued;
  registers_.counter(Counter::result_values) += counts.values;
  registers_.counter(Counter::result_zeros) += counts.zeros;
  auto at = static_cast<unsigned>(Counter::fill);
  for (const LedgerCategory& category : ledger_categories()) {
    registers_.counters()[at++] += counts.ledger.*category.count;
  }
}

void AcceleratorCore::count_clocks_and_bytes() {
  const AccessCounts now = access_->counts();
  registers_.counter(Counter::cycles) += access_->clocks() - clocks_counted_;
  registers_.counter(Counter::read_requests) += now.reads - counted_.reads;
  registers_.counter(Counter::write_requests) += now.writes - counted_.writes;
  registers_.counter(Counter::read_bytes) += now.bytes_read - counted_.bytes_read;
  registers_.counter(Counter::written_bytes) += now.bytes_written - counted_.bytes_written;
  clocks_counted_ = access_->clocks();
  counted_ = now;
}

void AcceleratorCore::fail(const JobError& error) {
  SC_REPORT_INFO_VERB(report_id, error.what(), sc_core::SC_HIGH);
  registers_.record_error(error.code(), error.detail(), error.address());
  if (registers_.value(fields::control_stop_on_error) != 0) {
    registers_.set(fields::control_enable, 0);
  }
  raise(fields::irq_status_error);
}

void AcceleratorCore::end_descriptor(bool failed, bool interrupt) {
  count_clocks_and_bytes();
  if (!failed) ++registers_.counter(Counter::descriptors);
  registers_.set(Register::ring_head, registers_.value(Register::ring_head) + 1);
  running_ = false;
  if (!failed && interrupt) raise(fields::irq_status_done);
  if (pending() == 0) raise(fields::irq_status_empty);
  update_status();
}

/// After an abort or a reset: nothing of the machine is at work, and nothing of it will answer any
/// more, when the next descriptor begins.
void AcceleratorCore::come_to_rest() {
  resting_ = true;
  for (bool at_rest = false; !at_rest;) {
    stopped_ = false;
    try {
      update_status();
      access_->begin();
      access_->drain();
      engine_->recover();
      at_rest = true;
    } catch (const JobStopped&) {
      // Stopped once more: from the beginning.
    }
  }
  resting_ = false;
  running_ = false;
  if (std::exchange(reset_, false)) {
    // Registers were reset when it was asked for.
    clocks_counted_ = access_->clocks();
    counted_ = access_->counts();
    update_status();
    return;
  }
  tell_of_abort();
  end_descriptor(true, false);
}

}  // namespace tensordash

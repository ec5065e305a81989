#pragma once

#include <memory>
#include <systemc>
#include <tlm>

#include "platform/ip/machine_model.h"
#include "platform/ip/memory_access.h"
#include "platform/ip/operation_engine.h"
#include "platform/registers/register_file.h"

namespace tensordash {

class AtAccess;
class AtMaster;
class LtAccess;
class PinEngine;

/// The accelerator without its sockets, which Accelerator has: registers, the ring of descriptors,
/// the interrupt, and the engine that operations run on. See README.md.
class AcceleratorCore : public sc_core::sc_module {
 public:
  SC_HAS_PROCESS(AcceleratorCore);

  sc_core::sc_in<bool> clk{"clk"};
  sc_core::sc_in<bool> rst_n{"rst_n"};  ///< active low, takes effect at once
  sc_core::sc_out<bool> irq{"irq"};     ///< high while an enabled event is set

  /// Throws ConfigError for a machine that cannot be.
  AcceleratorCore(const sc_core::sc_module_name& name, const AcceleratorParameters& parameters);
  ~AcceleratorCore() override;
  AcceleratorCore(const AcceleratorCore&) = delete;
  AcceleratorCore& operator=(const AcceleratorCore&) = delete;

  const MachineModel& machine() const { return machine_; }
  /// What a guest sees, and the counters as they run.
  const RegisterFile& register_file() const { return registers_; }

  void b_transport(tlm::tlm_generic_payload& payload, sc_core::sc_time& delay);
  unsigned transport_dbg(tlm::tlm_generic_payload& payload);
  tlm::tlm_sync_enum nb_transport_bw(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                     sc_core::sc_time& delay);
  void invalidate_direct_mem_ptr(sc_dt::uint64 first, sc_dt::uint64 last);

 protected:
  /// The way to the memory, once the sockets are bound.
  virtual tlm::tlm_fw_transport_if<>& memory_path() = 0;

 private:
  void connect_registers();
  void describe_machine();
  void work();
  void work_once();
  void run_descriptor();
  Job fetch_descriptor();
  OperationCounts execute(const Job& job);
  void count(const OperationCounts& counts);
  void count_clocks_and_bytes();
  void end_descriptor(bool failed, bool interrupt);
  void fail(const JobError& error);
  void come_to_rest();
  void abort();
  void tell_of_abort();
  void stop();
  void soft_reset();
  void watch_reset();
  void drive_irq();
  void update_status();
  std::uint32_t pending() const;
  bool allowed() const;
  AddressRange ring() const;
  std::optional<std::uint32_t> guard_control(std::uint32_t proposed);
  std::optional<std::uint32_t> guard_tail(std::uint32_t proposed);
  void raise(const RegisterField& event);

  MachineModel machine_;
  RegisterFile registers_;
  std::unique_ptr<AtMaster> master_;
  std::unique_ptr<MemoryAccess> access_;
  LtAccess* loosely_ = nullptr;  ///< access_, when it is
  std::unique_ptr<PinEngine> pin_;
  std::unique_ptr<OperationEngine> fast_;
  OperationEngine* engine_ = nullptr;
  bool running_ = false;      ///< a descriptor is
  bool resting_ = false;      ///< the machine comes to rest
  bool reset_ = false;        ///< the registers were, while a descriptor was running
  bool stopped_ = false;      ///< the worker was, and has not seen it yet
  bool was_enabled_ = false;  ///< before the write to CONTROL that is under way
  std::uint64_t clocks_counted_ = 0;
  AccessCounts counted_;
  sc_core::sc_time access_delay_;  ///< of the access to a register that is under way
  sc_core::sc_event work_event_{"work_event"}, irq_event_{"irq_event"};
};

}  // namespace tensordash

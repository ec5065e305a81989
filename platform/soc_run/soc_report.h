#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "platform/run/run_report.h"
#include "platform/soc_run/soc_request.h"

namespace tensordash {

/// What the accelerator's counters say of descriptors.
struct SocFigures {
  std::uint64_t clocks = 0;  ///< from a descriptor's fetch to its end
  std::uint64_t cycles = 0;  ///< of operations, as reports count them
  std::uint64_t steps = 0, issued = 0;
  std::uint64_t read_bytes = 0, written_bytes = 0;
  std::uint64_t read_requests = 0, write_requests = 0;
  std::uint64_t values = 0, zeros = 0;  ///< of the results

  void add(const SocFigures& other);
};

/// One operation of one layer.
struct SocOperation {
  Operation operation = Operation::forward;
  SparseOperand sparse = SparseOperand::activations;
  SocFigures figures;
  SocFigures conversions;  ///< plain tensors: of the result, and of operands that came before it
  std::uint64_t ended_ps = 0;  ///< simulated time at which the host saw its end
  std::uint64_t outputs = 0;
  VerifyRequest verify{VerifyRequest::Kind::none, 0};
  std::optional<golden::Verdict> verdict;  ///< of the golden on the results read back
  std::uint64_t different = 0;             ///< of those compared with the fast engine
  /// Clocks that are neither steps nor pipeline fill.
  std::uint64_t stalls() const;
  /// Whether all that was to be compared is right; nothing when that was no output.
  std::optional<bool> verified() const;
};

struct SocLayer {
  std::string name;
  LayerShape shape;
  std::vector<SocOperation> operations;
};

/// A whole run.
struct SocReport {
  std::string model, trace, synthetic;
  std::int64_t epoch = 0;
  SocRequest request;
  std::vector<SocLayer> layers;

  std::optional<bool> verified() const;
};

/// The name of a choice as the user writes it.
const char* name_of(Transport transport);
const char* name_of(EngineLevel level);
const char* name_of(HostWait wait);

}  // namespace tensordash

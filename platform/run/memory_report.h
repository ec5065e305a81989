#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "models/layout/dram_image.h"
#include "models/mapping/side_operand.h"
#include "models/memory/memory_timing.h"

namespace tensordash {

/// What stays where on one side of an operation, in words of reports.
struct SideMapping {
  std::string tensor;      ///< "activations", "weights", "gradients"
  std::string residency;   ///< in the SRAMs: "whole", "window", "round", "wave"; "mixed"
  std::string scratchpad;  ///< "hold", "reuse", "stream"; "mixed"
  bool transposed = false;
  std::uint64_t raw_bytes = 0;      ///< that a read of all groups moves without compression
  std::uint64_t stored_bytes = 0;   ///< that it moves: whole bursts, without the directory
  std::uint64_t payload_bytes = 0;  ///< masks and kept values, were all groups compressed
};

/// One operation with its memory, beside what OperationReport says.
struct MemoryReport {
  SideMapping b, a;
  MemoryTraffic traffic;                               ///< of the sparse run
  std::uint64_t write_back = 0, dense_write_back = 0;  ///< clocks at the end, only for results
  std::string limited_by, dense_limited_by;            ///< "compute", or what most stalls wait for
};

/// "activations", "weights", "gradients".
const char* name_of(OperandTensor tensor);

/// Fills in what the operand of a side is and what it takes in DRAM.
void describe_operand(const SideOperand& operand, const TensorImage& image, const ImageSizes& sizes,
                      const StoredTensor& stored, SideMapping& mapping);
/// Fills in what stays where: the name that all segments share, "mixed", or "none".
void describe_kept(const std::vector<SegmentKept>& kept, SideMapping& mapping);
/// Fills in what the two runs counted.
void describe_runs(const MemoryTiming& sparse, const MemoryTiming& dense, MemoryReport& report);

/// "compute" when tiles with work wait in less than a tenth of their clocks, else the name of the
/// most frequent cause, write-back counted as "dram".
std::string limiting_resource(const MemoryTiming& timing);

}  // namespace tensordash

#pragma once

#include <array>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "hw/dram/parameters.h"
#include "models/layout/dram_image.h"
#include "models/mapping/output_plan.h"
#include "models/mapping/portion_plan.h"
#include "models/memory/load_stream.h"

namespace tensordash {

// A small operation with its memory, all of it drawn from a seed, and the tensors that it reads.
struct DmaCase {
  // Draws again until the layer can be mapped; with `blocked` its reductions are cut into blocks.
  explicit DmaCase(unsigned seed, bool blocked = false);

  // Puts the operands into a memory: compressed, or raw in their slots.
  void store(BytePort& memory) const;

  // What SRAM row `row` of a side holds in a segment, straight from the tensor.
  std::vector<float> row_values(Side side, const Segment& segment, const SramRow& row) const;
  // The segment of a portion.
  const Segment& segment_of(const Portion& portion) const {
    return plan->segments()[portion.content.segment];
  }
  std::uint64_t passes() const { return plan->pass_count(); }
  // Passes whose results the CM of a tile holds.
  unsigned result_room() const;
  std::string description() const;

  static TensorImage no_image() { return {TensorLayout::of_positions(1, 1, 1, 1, 1, 1)}; }

  unsigned seed;
  bool blocked;
  LayerShape shape;
  Operation operation = Operation::forward;
  unsigned tiles = 1;
  MemoryParameters memory;
  DramParameters dram;
  std::unique_ptr<StreamPlan> plan;
  std::unique_ptr<SideOperand> b, a;
  std::unique_ptr<PortionPlan> portions;
  std::unique_ptr<OutputPlan> outputs;
  std::array<std::vector<float>, 2> values;                   // [side] of its tensor
  std::array<TensorImage, 2> images{no_image(), no_image()};  // [side]
  TensorImage output_image = no_image();
  std::array<StoredTensor, 2> stored;  // as the timelines want it
  StoredTensor stored_output;

  const SideOperand& side(Side which) const { return which == Side::b ? *b : *a; }

 private:
  bool draw(std::mt19937& random);
  bool results_fit() const;
  void draw_values(std::mt19937& random);
};

}  // namespace tensordash

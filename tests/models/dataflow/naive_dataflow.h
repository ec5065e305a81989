#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "models/dataflow/stream_reader.h"

namespace tensordash::dataflow_testing {

/// A layer with tensors of its own, read by coordinates.
struct LayerTensors {
  LayerShape shape;
  std::vector<float> activations, weights, output_gradients;

  OperandTensors view() const;
  float activation(std::int64_t n, std::int64_t c, std::int64_t h, std::int64_t w) const;
  /// `c` counts within the group of filter m.
  float weight(std::int64_t m, std::int64_t c, std::int64_t r, std::int64_t s) const;
  float gradient(std::int64_t n, std::int64_t m, std::int64_t p, std::int64_t q) const;
};

/// One multiply-accumulate of a layer whose tap lies inside the image.
struct Product {
  std::int64_t n, m, p, q;  ///< output
  std::int64_t c;           ///< input channel, within the group
  std::int64_t channel;     ///< input channel, over all groups
  std::int64_t r, s, h, w;
};

/// Calls `use` for every product of the layer.
void for_each_product(const LayerShape& shape, const std::function<void(const Product&)>& use);

/// Where a value of a stream comes from.
enum class Origin { tensor, spatial_padding, dilation, lane_padding };

struct StreamValue {
  float number = 0.0F;
  Origin origin = Origin::tensor;
};

/// A second writing of the dataflow, straight from its formulas, one value at a time, to compare
/// models/dataflow with.
class NaiveDataflow {
 public:
  using Tuple = std::array<std::int64_t, 3>;

  /// Outputs whose reductions run over the same stream rows: a group, or a stride phase of one; or
  /// stream rows `from` up to `from` + K of them.
  struct Part {
    std::int64_t group = 0;
    std::vector<Tuple> i, j;                                  ///< the index tuples, in order
    std::vector<std::pair<std::int64_t, std::int64_t>> taps;  ///< (r, s)
    std::int64_t K = 0;
    std::int64_t from = 0, whole = 0;
  };

  struct Pass {
    std::uint64_t id = 0;
    std::uint64_t turn = 0;  ///< the tile's, before it is taken modulo the tiles
    std::size_t part = 0;
    std::int64_t first_i = 0, first_j = 0;
    unsigned rows = 0, columns = 0;
  };

  /// `layer` must outlive the object.
  NaiveDataflow(Operation operation, SparseOperand sparse, const LayerTensors& layer,
                const StreamGeometry& geometry);

  const std::vector<Part>& parts() const { return parts_; }
  const std::vector<Pass>& passes() const { return passes_; }

  /// Value of a lane of stream row `of_part`, counted from the part's first, of side-B stream
  /// number i, and of side-A stream number j.
  StreamValue b(const Part& part, std::size_t i, std::int64_t of_part, std::int64_t lane) const;
  StreamValue a(const Part& part, std::size_t j, std::int64_t of_part, std::int64_t lane) const;

  /// Flat index of an output in the tensor that the operation produces.
  std::int64_t output(const Part& part, std::size_t i, std::size_t j) const;

 private:
  void add_part(Part part);
  void list_passes();
  std::int64_t reduced_channels() const;
  StreamValue activation(const Part& part, std::int64_t n, std::int64_t c, Tuple place) const;
  StreamValue spread_gradient(const Part& part, std::int64_t m, Tuple output,
                              std::pair<std::int64_t, std::int64_t> tap) const;
  StreamValue position(const Part& part, bool gradients, Tuple index, std::int64_t at) const;

  Operation operation_;
  SparseOperand sparse_;
  const LayerTensors& layer_;
  const LayerShape& shape_;
  StreamGeometry geometry_;
  std::vector<Part> parts_;
  std::vector<Pass> passes_;
};

}  // namespace tensordash::dataflow_testing

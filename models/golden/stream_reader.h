#pragma once

#include <cstddef>
#include <cstdint>

#include "models/golden/golden.h"
#include "models/golden/pass_map.h"

namespace tensordash::golden {

/// Gathers streams, the reductions of one output each, from the operands.
class StreamReader {
 public:
  StreamReader(const Problem& problem, unsigned lanes) : problem_(problem), lanes_(lanes) {}

  /// Writes stream i of the sparse side (side B) of `section`: place k * lanes + lane goes to
  /// out[place * stride]. Only data is written: `out` must hold +0 where structural zeros belong.
  void read_row(const Section& section, std::int64_t i, float* out, std::size_t stride) const;

  /// The same for stream j of the dense side (side A).
  void read_column(const Section& section, std::int64_t j, float* out, std::size_t stride) const;

 private:
  void read_window(const Section& section, std::int64_t i, float* out, std::size_t stride) const;
  void read_gradients_around(const Section& section, std::int64_t i, float* out,
                             std::size_t stride) const;
  void read_filter(const Section& section, std::int64_t filter, float* out,
                   std::size_t stride) const;
  void read_weights_to(const Section& section, std::int64_t channel, float* out,
                       std::size_t stride) const;
  void read_gradients_of(const Section& section, std::int64_t filter, float* out,
                         std::size_t stride) const;
  void read_activations_under(const Section& section, std::int64_t weight, float* out,
                              std::size_t stride) const;

  Problem problem_;
  std::size_t lanes_;
};

}  // namespace tensordash::golden

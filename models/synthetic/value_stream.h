#pragma once

#include <cstdint>
#include <string>

#include "models/synthetic/zero_fractions.h"

namespace tensordash {

/// The tensors of a layer that synthetic values are made for.
enum class TensorKind { activations, weights, output_gradients };

/// What decides the values of a tensor, all of them and nothing else.
struct ValueRecipe {
  std::uint64_t seed = 1;
  std::string layer;
  TensorKind kind = TensorKind::activations;
  double zeros = 0;           ///< expected fraction of zeros, 0 to 1
  double cluster = 0;         ///< how far feature maps differ, 0 to 1 (see ZeroFractions)
  std::int64_t map_size = 1;  ///< elements of a feature map, or of a filter of the weights
  bool negative_too = true;
};

/// A tensor's values by element number, each on its own: any range, in any order, on any number of
/// threads and on any machine, gives the same bits.
///
/// A value is +0 or has a magnitude of 2^-8 to below 1, evenly spread, half of them negative if
/// asked for. The random numbers are hashes of (seed, layer, kind, map, element): the 32-bit mixer
/// of Wellons' "prospecting for hash functions" keyed by Steele, Lea and Flood's SplitMix64.
class ValueStream {
 public:
  /// Throws std::invalid_argument for zeros or cluster outside 0 to 1, or a map_size below 1.
  explicit ValueStream(const ValueRecipe& recipe);

  /// Writes elements `begin` up to, not including, `end` to `out`.
  void fill(std::int64_t begin, std::int64_t end, float* out) const;

 private:
  void fill_map(std::int64_t map, std::int64_t begin, std::int64_t end, float* out) const;

  std::uint64_t key_;
  ZeroFractions zeros_;
  std::int64_t map_size_;
  std::uint32_t sign_mask_;
};

}  // namespace tensordash

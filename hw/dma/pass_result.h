#pragma once

#include <cstring>
#include <memory>
#include <ostream>
#include <systemc>
#include <utility>
#include <vector>

namespace tensordash {

/// The results of a pass on their way from a tile's accumulators into its CM, for one clock. One
/// signal; its copies share the values.
class PassResult {
 public:
  /// Nothing.
  PassResult() = default;
  /// `values`: [row of the tile][column], as many as the tile has.
  PassResult(std::uint64_t pass, std::vector<float> values)
      : pass_(pass), values_(std::make_shared<const std::vector<float>>(std::move(values))) {}

  bool valid() const { return values_ != nullptr; }
  std::uint64_t pass() const { return pass_; }
  /// Of a valid result.
  const std::shared_ptr<const std::vector<float>>& values() const { return values_; }

  /// By the bits of the values.
  bool operator==(const PassResult& other) const {
    if (values_ == other.values_) return pass_ == other.pass_;
    if (!values_ || !other.values_) return false;
    return pass_ == other.pass_ && values_->size() == other.values_->size() &&
           std::memcmp(values_->data(), other.values_->data(), values_->size() * sizeof(float)) ==
               0;
  }

 private:
  std::uint64_t pass_ = 0;
  std::shared_ptr<const std::vector<float>> values_;
};

inline std::ostream& operator<<(std::ostream& stream, const PassResult& result) {
  if (!result.valid()) return stream << "no result";
  return stream << "results of pass " << result.pass();
}

/// Needed by sc_in; results have no wave of their own, the accumulators show them.
inline void sc_trace(sc_core::sc_trace_file* /*file*/, const PassResult& /*result*/,
                     const std::string& /*name*/) {}

}  // namespace tensordash

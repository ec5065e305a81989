#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

namespace tensordash {

/// The values of a tensor: owned, or a read-only view of memory that something else provides, such
/// as a mapped file. Copies of a view share that memory.
class TensorValues {
 public:
  using value_type = float;
  using const_iterator = const float*;
  using iterator = const_iterator;

  TensorValues() = default;
  // A vector is a tensor's values as it stands. NOLINTNEXTLINE(google-explicit-constructor)
  TensorValues(std::vector<float> values) : owned_(std::move(values)) {}
  TensorValues(std::initializer_list<float> values) : owned_(values) {}
  /// `size` values at `data`, which stay there as long as `keeper` lives.
  TensorValues(std::shared_ptr<const void> keeper, const float* data, std::size_t size)
      : keeper_(std::move(keeper)), view_(data), view_size_(size) {}

  const float* data() const { return keeper_ ? view_ : owned_.data(); }
  std::size_t size() const { return keeper_ ? view_size_ : owned_.size(); }
  bool empty() const { return size() == 0; }
  const_iterator begin() const { return data(); }
  const_iterator end() const { return data() + size(); }
  float operator[](std::size_t at) const { return data()[at]; }
  float back() const { return data()[size() - 1]; }

  bool is_view() const { return keeper_ != nullptr; }
  /// The values to change; those of a view are copied first.
  std::vector<float>& owned();

 private:
  std::vector<float> owned_;
  std::shared_ptr<const void> keeper_;  ///< of a view
  const float* view_ = nullptr;
  std::size_t view_size_ = 0;
};

bool operator==(const TensorValues& one, const TensorValues& other);

}  // namespace tensordash

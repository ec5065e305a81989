#pragma once

#include <systemc>
#include <vector>

namespace tensordash {

/// The channels behind a vector of ports, looked up once after elaboration: the hot paths reach a
/// row's signal without walking through its port object (a cache line each).
template <typename Interface>
class BoundPins {
 public:
  /// To be called in end_of_elaboration(), when every port is bound.
  template <typename Ports>
  void look_up(Ports& ports) {
    channels_.clear();
    for (auto& port : ports) channels_.push_back(port.operator->());
  }
  Interface& operator[](std::size_t index) const { return *channels_[index]; }
  std::size_t size() const { return channels_.size(); }

 private:
  std::vector<Interface*> channels_;
};

template <typename Value>
using BoundInputs = BoundPins<const sc_core::sc_signal_in_if<Value>>;
template <typename Value>
using BoundOutputs = BoundPins<sc_core::sc_signal_inout_if<Value>>;

}  // namespace tensordash

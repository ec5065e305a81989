#pragma once

#include <exception>
#include <functional>

#include "platform/soc/small_soc.h"
#include "platform/soc_run/soc_tensors.h"
#include "tests/platform/convolution.h"
#include "tests/support/systemc_test.h"

namespace tensordash::testing {

/// Systems with programs of a test's own on their host.
class SmallSocTest : public SystemCTest {
 public:
  ~SmallSocTest() override { tlm::tlm_global_quantum::instance().set(sc_core::SC_ZERO_TIME); }
  SmallSocTest(const SmallSocTest&) = delete;
  SmallSocTest& operator=(const SmallSocTest&) = delete;

 protected:
  SmallSocTest() { tlm::tlm_global_quantum::instance().set({1, sc_core::SC_US}); }

  /// Runs the program to its end; what it throws is thrown here.
  void run(SmallSoc& soc, const std::function<void(HostCore&)>& program) {
    std::exception_ptr failed;
    soc.host.set_program([&](HostCore& host) {
      try {
        program(host);
      } catch (...) {
        failed = std::current_exception();
      }
      finished();
    });
    run_until_finished({1, sc_core::SC_SEC});
    if (failed) std::rethrow_exception(failed);
  }
};

/// An accelerator with few PEs.
inline AcceleratorParameters small_accelerator(unsigned tiles = 1, unsigned rows = 4) {
  AcceleratorParameters parameters;
  parameters.machine.set("tiles", std::to_string(tiles));
  parameters.machine.set("tile.rows", std::to_string(rows));
  return parameters;
}

/// A layer of small whole numbers, a good part of them 0, so that sums are exact in any order.
OperandSet whole_number_layer(const LayerShape& shape, unsigned seed);
dataflow_testing::LayerTensors tensors_of(const OperandSet& layer);
/// What an operation gives, from the definition of the convolution.
std::vector<float> expected(Operation operation, const OperandSet& layer);

/// A place for tensors that keeps clear of others.
SocLayout layout_at(std::uint64_t first, bool compressed = true);

}  // namespace tensordash::testing

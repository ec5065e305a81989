#include <gmock/gmock.h>

#include "tests/platform/soc_run/soc_bench.h"

namespace tensordash::testing {
namespace {

using ::testing::HasSubstr;

const LayerShape first_shape =
    conv2d_shape({2, 20, 7, 9}, {24, 20, 3, 3}, {1, 1}, {1, 1}, {1, 1}, 1);

SmallSocParameters one_accelerator(const AcceleratorParameters& accelerator = small_accelerator()) {
  SmallSocParameters parameters;
  parameters.accelerators = {accelerator};
  return parameters;
}

SocDescriptor forward(SocDriver& driver, const SocTensors& tensors) {
  return tensors.operation(driver, Operation::forward, SparseOperand::activations, {});
}

/// Two layers, the second of which reads what the first gives.
class ChainedLayers : public SmallSocTest {
 protected:
  void run_chain(Transport transport) {
    const OperandSet one = whole_number_layer(first_shape, 1);
    OperandSet two = whole_number_layer(
        conv2d_shape({2, 24, 7, 9}, {10, 24, 3, 2}, {2, 1}, {0, 1}, {1, 1}, 1), 2);
    AcceleratorParameters accelerator = small_accelerator(2);
    accelerator.transport = transport;
    SmallSoc soc("soc", one_accelerator(accelerator));
    std::vector<float> results;
    run(soc, [&](HostCore& host) {
      SocDriver driver(host, SmallSocMap::accelerator(0), 0, SmallSocMap::sram, 2);
      const SocTensors first(one, layout_at(0), soc.bytes);
      const SocTensors second(two, layout_at(1 << 24), soc.bytes);
      // Results are raw slots of fp32.
      const tensordash_tensor activations = {first.result_image(Operation::forward).data_base, 0,
                                             false};
      const TensorImage& w = second.operand_image(OperandTensor::weights);
      const tensordash_tensor weights = {w.data_base, w.directory_base, true};
      const tensordash_shape shape = {2, 24, 10, 7, 9, 3, 2, 2, 1, 0, 1, 1, 1, 1};
      tensordash_options options = {};
      options.interrupt = true;
      SocDescriptor words{};
      driver.require(tensordash_encode_forward(
                         &driver.device(), &shape, &options, &activations, &weights,
                         second.result_image(Operation::forward).data_base, words.data()),
                     "encode");
      driver.submit(forward(driver, first));
      const std::uint32_t last = driver.submit(words);
      // Both are queued before the first has ended.
      EXPECT_EQ(host.read(SmallSocMap::accelerator(0) + TENSORDASH_REGISTER_RING_HEAD), 0U);
      driver.wait(last);
      results = second.result(Operation::forward, soc.bytes);
    });
    two.activations.values = TensorValues(expected(Operation::forward, one));
    EXPECT_EQ(results, expected(Operation::forward, two));
  }
};

TEST_F(ChainedLayers, GoOnWithoutTheHostLooselyTimed) {
  run_chain(Transport::loosely_timed);
}
TEST_F(ChainedLayers, GoOnWithoutTheHostApproximatelyTimed) {
  run_chain(Transport::approximately_timed);
}

TEST_F(SmallSocTest, TwoAcceleratorsOfDifferentKindsWorkAtTheSameTime) {
  SmallSocParameters parameters;
  parameters.host.wait = HostWait::poll;
  parameters.accelerators = {small_accelerator(1, 4), small_accelerator(2, 2)};
  parameters.accelerators[1].transport = Transport::approximately_timed;
  parameters.accelerators[1].clock_ps = 1000;
  parameters.accelerators[0].use_dmi = false;
  SmallSoc soc("soc", parameters);
  const std::array<OperandSet, 2> layers = {whole_number_layer(first_shape, 3),
                                            whole_number_layer(first_shape, 4)};
  run(soc, [&](HostCore& host) {
    SocDriver left(host, SmallSocMap::accelerator(0), 0, SmallSocMap::sram, 2);
    SocDriver right(host, SmallSocMap::accelerator(1), 1, SmallSocMap::sram + 0x1000, 2);
    EXPECT_EQ(left.device().capabilities.tiles, 1U);
    EXPECT_EQ(right.device().capabilities.tiles, 2U);
    EXPECT_EQ(right.device().capabilities.rows, 2U);
    EXPECT_EQ(right.device().capabilities.clock_period_ps, 1000U);
    const std::array<SocTensors, 2> tensors = {
        SocTensors(layers[0], layout_at(0), soc.bytes),
        SocTensors(layers[1], layout_at(1 << 24), soc.bytes)};
    const std::array<SocDriver*, 2> drivers = {&left, &right};
    std::array<std::uint32_t, 2> last{};
    for (unsigned at = 0; at < 2; ++at) {
      for (const Operation operation : all_operations) {
        last[at] = drivers[at]->submit(
            tensors[at].operation(*drivers[at], operation, SparseOperand::activations, {}));
      }
    }
    host.sleep();
    for (unsigned at = 0; at < 2; ++at) {
      const std::uint32_t status =
          host.read(SmallSocMap::accelerator(at) + TENSORDASH_REGISTER_STATUS);
      EXPECT_NE(status & TENSORDASH_STATUS_RUNNING_MASK, 0U) << at;
    }
    for (unsigned at = 0; at < 2; ++at) {
      drivers[at]->wait(last[at]);
      for (const Operation operation : all_operations) {
        EXPECT_EQ(tensors[at].result(operation, soc.bytes), expected(operation, layers[at])) << at;
      }
    }
    const SocFigures left_figures = left.count();
    const SocFigures right_figures = right.count();
    EXPECT_GT(left_figures.steps, 0U);
    EXPECT_GT(right_figures.steps, 0U);
    EXPECT_EQ(left_figures.values, right_figures.values);
  });
}

TEST_F(SmallSocTest, InterruptsComeThroughTheController) {
  SmallSocParameters parameters = one_accelerator();
  parameters.accelerators.push_back(small_accelerator());
  SmallSoc soc("soc", parameters);
  const OperandSet layer = whole_number_layer(first_shape, 5);
  run(soc, [&](HostCore& host) {
    SocDriver driver(host, SmallSocMap::accelerator(1), 1, SmallSocMap::sram, 2);
    const SocTensors tensors(layer, layout_at(0), soc.bytes);
    std::vector<std::uint32_t> raw;
    host.on_interrupt(1, [&] {
      raw.push_back(host.read(SmallSocMap::interrupt_controller + InterruptRegisters::raw));
      EXPECT_EQ(tensordash_interrupts_take(&driver.device()),
                TENSORDASH_IRQ_STATUS_DONE_MASK | TENSORDASH_IRQ_STATUS_EMPTY_MASK);
    });
    const std::uint32_t ticket = driver.submit(forward(driver, tensors));
    EXPECT_FALSE(driver.ended(ticket));
    host.sleep();
    EXPECT_TRUE(driver.ended(ticket));
    EXPECT_EQ(raw, std::vector<std::uint32_t>{2});
    // The line falls, and the other one has its own number.
    host.write(SmallSocMap::accelerator(0) + TENSORDASH_REGISTER_IRQ_ENABLE, 1);
    host.write(SmallSocMap::accelerator(0) + TENSORDASH_REGISTER_IRQ_RAISE, 1);
    for (int delta = 0; delta < 5; ++delta) sc_core::wait(sc_core::SC_ZERO_TIME);
    EXPECT_EQ(host.read(SmallSocMap::interrupt_controller + InterruptRegisters::raw), 1U);
    EXPECT_EQ(host.read(SmallSocMap::interrupt_controller + InterruptRegisters::active), 0U);
  });
}

TEST_F(SmallSocTest, TheTimerWakesTheHost) {
  SmallSoc soc("soc", one_accelerator());
  run(soc, [&](HostCore& host) {
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(20, sc_core::SC_NS))
        << "the end of the reset";
    bool called = false;
    host.on_interrupt(SmallSocMap::timer_line, [&] {
      called = true;
      host.write(SmallSocMap::timer + TimerRegisters::status, TimerRegisters::expired);
    });
    host.write(SmallSocMap::timer + TimerRegisters::compare_low, 500);
    host.write(SmallSocMap::timer + TimerRegisters::control,
               TimerRegisters::enable | TimerRegisters::interrupt);
    host.sleep();
    EXPECT_TRUE(called);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(500, sc_core::SC_NS));
  });
}

TEST_F(SmallSocTest, TheHostRunsAheadByAQuantumAtMost) {
  SmallSocParameters parameters = one_accelerator();
  parameters.bus.request_latency = {10, sc_core::SC_NS};
  parameters.bus.response_latency = {5, sc_core::SC_NS};
  parameters.host.access_time = {1, sc_core::SC_NS};
  tlm::tlm_global_quantum::instance().set({100, sc_core::SC_NS});
  SmallSoc soc("soc", parameters);
  run(soc, [&](HostCore& host) {
    // The quantum ends at 100 ns, the reset at 20 ns: five accesses of 16 ns reach it.
    for (int access = 0; access < 4; ++access) host.read(SmallSocMap::sram);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(20, sc_core::SC_NS));
    host.read(SmallSocMap::sram);
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(100, sc_core::SC_NS));
    host.read(SmallSocMap::sram);
    host.synchronise();
    EXPECT_EQ(sc_core::sc_time_stamp(), sc_core::sc_time(116, sc_core::SC_NS));
  });
}

TEST_F(SmallSocTest, RefusedAccessesAreKeptAndNeverThrow) {
  SmallSoc soc("soc", one_accelerator());
  run(soc, [&](HostCore& host) {
    EXPECT_EQ(host.read(0x99000000), 0xffffffffU);
    host.write(0x98000000, 1);
    ASSERT_TRUE(host.fault().has_value());
    EXPECT_EQ(host.fault()->address, 0x99000000U) << "the first one";
    EXPECT_FALSE(host.fault()->write);
    EXPECT_EQ(host.fault()->response, tlm::TLM_ADDRESS_ERROR_RESPONSE);
    host.clear_fault();
    const std::uint32_t words[] = {1, 2, 3};
    host.store(SmallSocMap::sram + 8, words, 3);
    EXPECT_EQ(host.read(SmallSocMap::sram + 16), 3U);
    EXPECT_FALSE(host.fault().has_value());
    EXPECT_THROW(SocDriver(host, 0x99000000, 0, SmallSocMap::sram, 2), SocError);
  });
}

TEST_F(SmallSocTest, WhatTheAcceleratorRefusesIsToldInOneLine) {
  SmallSoc soc("soc", one_accelerator());
  const OperandSet layer = whole_number_layer(first_shape, 6);
  std::string told;
  run(soc, [&](HostCore& host) {
    SocDriver driver(host, SmallSocMap::accelerator(0), 0, SmallSocMap::sram, 2);
    const SocTensors tensors(layer, layout_at(0), soc.bytes);
    SocDescriptor words = forward(driver, tensors);
    words[TENSORDASH_WORD_A_DATA] = 0;  // nothing is there
    words[TENSORDASH_WORD_A_DATA + 1] = 0;
    try {
      driver.wait(driver.submit(words));
    } catch (const SocError& error) {
      told = error.what();
    }
  });
  EXPECT_THAT(told, HasSubstr("ended descriptor 0 with error 11, detail"));
}

TEST_F(SmallSocTest, ANumberOfAcceleratorsThatCannotBeIsAnError) {
  expect_report("/tensordash/soc/small_soc", sc_core::SC_ERROR, "1 to 16");
  SmallSocParameters parameters;
  parameters.accelerators.clear();
  EXPECT_THROW(SmallSoc("soc", parameters), sc_core::sc_report);
  sc_core::sc_start({1, sc_core::SC_NS});
  finished();
}

}  // namespace
}  // namespace tensordash::testing

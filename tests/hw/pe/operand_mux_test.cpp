#include "hw/pe/operand_mux.h"

#include <gtest/gtest.h>

#include "hw/numeric/fp32.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

struct MuxCase {
  const char* name;
  unsigned lanes;
  unsigned depth;
  std::vector<Movement> options;  ///< as given, none coincide and none is too deep
};

const std::vector<Movement> paper_options = {{0, 0}, {1, 0},  {2, 0}, {1, -1},
                                             {1, 1}, {2, -2}, {2, 2}, {1, -3}};

class OperandMuxTest : public ClockedTest, public ::testing::WithParamInterface<MuxCase> {
 protected:
  OperandMuxTest()
      : row("row", GetParam().depth, signals_of<LaneRow>(GetParam().lanes)),
        select("select", LaneSelects(GetParam().lanes)),
        operand("operand", LaneRow(GetParam().lanes)),
        mux("mux", table) {
    mux.clk(clk);
    mux.row(row);
    mux.select(select);
    mux.operand(operand);
    for (unsigned step = 0; step < GetParam().depth; ++step) {
      LaneRow values(GetParam().lanes);
      for (unsigned lane = 0; lane < values.lanes(); ++lane) values[lane] = value(step, lane);
      row[step].write(values);
    }
  }

  static float value(unsigned step, unsigned lane) {
    return static_cast<float>(1 + 100 * step + lane);
  }

  const Connectivity table{GetParam().name, GetParam().lanes, GetParam().depth, GetParam().options};
  sc_core::sc_vector<sc_core::sc_signal<LaneRow>> row;
  sc_core::sc_signal<LaneSelects> select;
  sc_core::sc_signal<LaneRow> operand;
  OperandMux mux;
};

TEST_P(OperandMuxTest, EveryOptionOfEveryLane) {
  const int lanes = static_cast<int>(GetParam().lanes);
  for (unsigned option = 0; option < GetParam().options.size(); ++option) {
    LaneSelects selects(GetParam().lanes);
    for (unsigned lane = 0; lane < GetParam().lanes; ++lane) selects[lane] = option;
    select.write(selects);
    tick();
    const Movement movement = GetParam().options[option];
    for (int lane = 0; lane < lanes; ++lane) {
      const auto from = static_cast<unsigned>((lane + movement.offset + lanes) % lanes);
      EXPECT_EQ(operand.read()[static_cast<unsigned>(lane)], value(movement.step, from))
          << "lane " << lane << " option " << option;
    }
  }
}

TEST_P(OperandMuxTest, LanesPickOnTheirOwn) {
  const int lanes = static_cast<int>(GetParam().lanes);
  const auto options = static_cast<unsigned>(GetParam().options.size());
  LaneSelects selects(GetParam().lanes);
  for (unsigned lane = 0; lane < GetParam().lanes; ++lane) {
    selects[lane] = static_cast<std::uint8_t>(lane % 3 == 2 ? idle : (lane + 1) % options);
  }
  select.write(selects);
  tick();
  for (int lane = 0; lane < lanes; ++lane) {
    const unsigned option = selects[static_cast<unsigned>(lane)];
    float expected = 0.0F;
    if (option != idle) {
      const Movement movement = GetParam().options[option];
      expected =
          value(movement.step, static_cast<unsigned>((lane + movement.offset + lanes) % lanes));
    }
    EXPECT_EQ(fp32_bits(operand.read()[static_cast<unsigned>(lane)]), fp32_bits(expected))
        << "lane " << lane;
  }
}

TEST_P(OperandMuxTest, AnIdleLaneGetsPlusZero) {
  for (unsigned step = 0; step < GetParam().depth; ++step) {
    LaneRow minus_zeros(GetParam().lanes);
    for (unsigned lane = 0; lane < GetParam().lanes; ++lane) minus_zeros[lane] = -0.0F;
    row[step].write(minus_zeros);
  }
  LaneSelects selects(GetParam().lanes);
  select.write(selects);
  tick();
  for (unsigned lane = 0; lane < GetParam().lanes; ++lane) {
    EXPECT_EQ(fp32_bits(operand.read()[lane]), 0x80000000U);
    selects[lane] = idle;
  }
  select.write(selects);
  tick();
  for (unsigned lane = 0; lane < GetParam().lanes; ++lane) {
    EXPECT_EQ(fp32_bits(operand.read()[lane]), 0U);
  }
}

TEST_P(OperandMuxTest, IsRegistered) {
  tick();
  const LaneRow before = operand.read();
  LaneSelects selects(GetParam().lanes);
  for (unsigned lane = 0; lane < GetParam().lanes; ++lane) selects[lane] = idle;
  select.write(selects);
  settle();
  EXPECT_EQ(operand.read(), before);
  tick();
  EXPECT_EQ(operand.read(), LaneRow(GetParam().lanes));
}

INSTANTIATE_TEST_SUITE_P(
    Tables, OperandMuxTest,
    ::testing::Values(MuxCase{"paper_16", 16, 3, paper_options},
                      MuxCase{"paper_64", 64, 3, paper_options},
                      MuxCase{"paper_7", 7, 3, paper_options},
                      MuxCase{"figure_8", 4, 2, {{0, 0}, {1, 0}, {1, -1}, {1, 1}}},
                      MuxCase{"dense_only", 3, 1, {{0, 0}}},
                      MuxCase{"deepest", 5, 8, {{0, 0}, {7, 2}, {4, -1}, {7, -2}}}),
    [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace tensordash

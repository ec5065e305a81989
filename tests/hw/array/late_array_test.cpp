#include "tests/hw/array/late_array_test.h"

namespace tensordash {

void LateArrayTest::build_both(unsigned tiles, const TileParameters& parameters,
                               const Connectivity& connect) {
  connect_ = connect;
  late = std::make_unique<StallingArray>("late", tiles, parameters, *connect_);
  late->clk(clk);
  late->rst_n(rst_n);
  late->start(late_start);
  late->bypass(bypass);
  late->busy(late_busy);
  late->cycles(late_cycles);
  build(tiles, parameters, *connect_);
}

ObservedOperation LateArrayTest::operate_late(ListedPasses& source,
                                              const std::vector<TileArrivals>& arrivals,
                                              bool dense) {
  source.rewind();
  late->set_work(source, arrivals);
  ArrayPins pins{late_start, late_busy, late_cycles, {}};
  for (unsigned tile = 0; tile < late->tiles(); ++tile) pins.wires.push_back(&late->wires(tile));
  return watch(pins, dense);
}

unsigned LateArrayTest::below(unsigned limit) {
  return std::uniform_int_distribution<unsigned>(0, limit - 1)(random);
}

WrittenPass LateArrayTest::random_pass(unsigned most_rows, unsigned lanes) {
  WrittenPass pass;
  pass.stream_rows = 1 + below(most_rows);
  const auto stream = [&] {
    std::bernoulli_distribution is_zero(0.1 * below(11));
    std::vector<float> values(pass.stream_rows * lanes);
    for (float& value : values) {
      value = is_zero(random) ? 0.0F : std::uniform_real_distribution<float>(-2, 2)(random);
    }
    return values;
  };
  const bool whole = below(4) != 0;
  const unsigned rows = whole ? tile().rows : 1 + below(tile().rows);
  const unsigned columns = whole ? tile().columns : 1 + below(tile().columns);
  for (unsigned row = 0; row < rows; ++row) pass.b.push_back(stream());
  for (unsigned column = 0; column < columns; ++column) pass.a.push_back(stream());
  return pass;
}

std::vector<TileArrivals> LateArrayTest::random_delays(const ListedPasses& source,
                                                       const LateMemory& memory) {
  std::vector<TileArrivals> arrivals;
  for (unsigned first = 0; first < late->tiles(); ++first) {
    std::vector<std::uint64_t> rows;
    for (std::size_t id = first; id < source.size(); id += late->tiles()) {
      rows.push_back(source.written(id).stream_rows);
    }
    arrivals.push_back(random_arrivals(rows, tile(), memory.b, memory.a, random));
  }
  return arrivals;
}

}  // namespace tensordash

// Random passes on every kind of array. What the schedulers select is read at the tiles' pins; the
// test checks that it takes every candidate once, does the arithmetic of those selects itself, and
// compares bits. A second writing of the scheduler says how many steps there should be.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <set>
#include <string>
#include <tuple>

#include "hw/numeric/fp32.h"
#include "tests/hw/array/array_test.h"
#include "tests/hw/pe/naive_scheduler.h"

namespace tensordash {
namespace {

struct Structure {
  const char* name;
  Sparsity sparsity;
  Sync sync;
};

const Structure structures[] = {{"lockstep_one_sided", Sparsity::one_sided, Sync::lockstep},
                                {"lockstep_two_sided", Sparsity::two_sided, Sync::lockstep},
                                {"elastic_one_sided", Sparsity::one_sided, Sync::elastic},
                                {"elastic_two_sided", Sparsity::two_sided, Sync::elastic},
                                {"dense", Sparsity::none, Sync::lockstep},
                                {"elastic_dense", Sparsity::none, Sync::elastic}};

using Options = std::vector<Movement>;

const Options paper_options = {{0, 0}, {1, 0}, {2, 0}, {1, -1}, {1, 1}, {2, -2}, {2, 2}, {1, -3}};
const Options dnnsim_options = {{0, 0}, {1, -1}, {1, 0}, {1, 1}, {1, 3}, {2, -2}, {2, 0}, {2, 2}};

unsigned wrapped(long lane, unsigned lanes) {
  const long count = lanes;
  return static_cast<unsigned>(((lane % count) + count) % count);
}

// The options that a PE really has, by the rules of section 3.2: without those that fall on the
// same place of the ring, or behind the staging buffer.
Options effective_options(const Options& given, unsigned lanes, unsigned depth) {
  Options kept;
  std::set<std::pair<unsigned, unsigned>> places;
  for (const Movement& option : given) {
    const bool fresh = places.emplace(option.step, wrapped(option.offset, lanes)).second;
    if (fresh && option.step < depth) kept.push_back(option);
  }
  return kept;
}

// Balanced tree over `values`, which fill up a power of two.
float tree_sum(const std::vector<float>& values) {
  if (values.size() == 1) return values[0];
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  return tree_sum({values.begin(), middle}) + tree_sum({middle, values.end()});
}

std::uint32_t bits_of_result(float value) {
  return std::isnan(value) ? 0x7fc00000U : fp32_bits(value);
}

// Values of the exact runs are multiples of 2^-20 below 2^20, so products count in 2^-40.
__extension__ using Int128 = __int128;
Int128 scaled_product(float a, float b) {
  constexpr double unit = 0x1p20;
  return static_cast<Int128>(static_cast<std::int64_t>(a * unit)) *
         static_cast<std::int64_t>(b * unit);
}

struct Operands {
  float b, a;
};

using Parameter = std::tuple<Structure, Accumulation, unsigned, unsigned>;

class ResultsTest : public ArrayTest, public ::testing::WithParamInterface<Parameter> {
 protected:
  ResultsTest()
      : structure_(std::get<0>(GetParam())),
        accumulation_(std::get<1>(GetParam())),
        lanes_(std::get<2>(GetParam())),
        depth_(std::get<3>(GetParam())),
        random_(1000 * lanes_ + 10 * depth_ + static_cast<unsigned>(structure_.sparsity)) {}

  unsigned below(unsigned limit) {
    return std::uniform_int_distribution<unsigned>(0, limit - 1)(random_);
  }

  Options choose_options() {
    switch (below(3)) {
      case 0:
        return paper_options;
      case 1:
        return dnnsim_options;
      default:
        return {{0, 0}, {depth_ - 1, 1}, {depth_ / 2, -2}, {depth_ - 1, -1}, {depth_ / 2, 5}};
    }
  }

  float random_value() {
    // A sign, 24 significant bits and a small range of exponents.
    const auto significand = static_cast<float>((1U << 23) + below(1U << 23));
    const float sign = below(2) == 0 ? 1.0F : -1.0F;
    if (accumulation_ == Accumulation::exact) {
      const auto fewer = static_cast<float>(1 + below(1U << 22));
      return std::ldexp(sign * fewer, static_cast<int>(below(12)) - 20);
    }
    switch (below(20)) {
      case 0:  // among others NaN and infinity
        return fp32_value(static_cast<std::uint32_t>(random_()));
      case 1:
        return sign * std::ldexp(significand, -149);
      default:
        return std::ldexp(sign * significand, static_cast<int>(below(16)) - 30);
    }
  }

  std::vector<float> random_stream(unsigned rows) {
    const unsigned density = below(11);
    std::vector<float> stream(static_cast<std::size_t>(rows) * lanes_);
    for (float& value : stream) {
      value = below(10) < density ? random_value() : below(2) == 0 ? 0.0F : -0.0F;
    }
    return stream;
  }

  WrittenPass random_pass() {
    WrittenPass pass;
    pass.stream_rows = 1 + below(10);
    const unsigned real_rows = below(4) == 0 ? 1 + below(tile().rows) : tile().rows;
    const unsigned real_columns = below(4) == 0 ? 1 + below(tile().columns) : tile().columns;
    const auto stream_rows = static_cast<unsigned>(pass.stream_rows);
    for (unsigned i = 0; i < real_rows; ++i) pass.b.push_back(random_stream(stream_rows));
    for (unsigned j = 0; j < real_columns; ++j) pass.a.push_back(random_stream(stream_rows));
    return pass;
  }

  bool dense() const { return structure_.sparsity == Sparsity::none; }

  static float at(const std::vector<std::vector<float>>& streams, unsigned stream,
                  std::size_t place) {
    return stream < streams.size() ? streams[stream][place] : 0.0F;
  }

  bool is_candidate(const Operands& pair) const {
    if (dense()) return true;
    return pair.b != 0 && (structure_.sparsity == Sparsity::one_sided || pair.a != 0);
  }

  // Follows one PE through a pass: the operands of every lane in every step.
  std::vector<std::vector<Operands>> follow(const WrittenPass& pass, const ObservedPass& observed,
                                            unsigned row, unsigned column) const {
    const unsigned scheduler =
        structure_.sparsity == Sparsity::two_sided ? row * tile().columns + column : row;
    const std::size_t places = pass.stream_rows * lanes_;
    const auto pair_at = [&](std::size_t place) {
      return Operands{at(pass.b, row, place), at(pass.a, column, place)};
    };
    std::vector<bool> taken(places);
    std::vector<std::vector<Operands>> work;
    std::size_t window = 0;
    for (const ObservedStep& step : observed.steps) {
      std::vector<Operands> operands(lanes_, {0.0F, 0.0F});
      for (unsigned lane = 0; lane < lanes_; ++lane) {
        const unsigned option = step.selects[scheduler][lane];
        if (option == idle) continue;
        const Movement movement = options_.at(option);
        const std::size_t place = (window + movement.step) * lanes_ +
                                  wrapped(static_cast<long>(lane) + movement.offset, lanes_);
        if (place >= places || taken[place]) {
          ADD_FAILURE() << "place " << place << " is taken twice, or past the end";
          continue;
        }
        taken[place] = true;
        operands[lane] = pair_at(place);
        EXPECT_TRUE(is_candidate(operands[lane])) << "place " << place << " is no candidate";
      }
      work.push_back(std::move(operands));
      window += step.advance[scheduler];
    }
    EXPECT_EQ(window, pass.stream_rows);
    for (std::size_t place = 0; place < places; ++place) {
      EXPECT_EQ(taken[place], is_candidate(pair_at(place))) << "place " << place;
    }
    return work;
  }

  std::uint32_t result_of(const std::vector<std::vector<Operands>>& work) const {
    if (accumulation_ == Accumulation::exact) {
      Int128 sum = 0;
      for (const auto& step : work) {
        for (const Operands& pair : step) sum += scaled_product(pair.a, pair.b);
      }
      return fp32_bits(static_cast<float>(sum) * 0x1p-40F);
    }
    std::size_t width = 1;
    while (width < lanes_) width *= 2;
    float total = 0.0F;
    for (const auto& step : work) {
      std::vector<float> products(width, 0.0F);
      for (unsigned lane = 0; lane < lanes_; ++lane) products[lane] = step[lane].a * step[lane].b;
      total += tree_sum(products);
    }
    return bits_of_result(total);
  }

  // Candidates of each scheduler as the second writing wants them.
  unsigned expected_steps(const WrittenPass& pass) const {
    if (dense()) return static_cast<unsigned>(pass.stream_rows);
    const bool two_sided = structure_.sparsity == Sparsity::two_sided;
    std::vector<naive_scheduler::Stream> streams;
    for (unsigned row = 0; row < tile().rows; ++row) {
      for (unsigned column = 0; column < (two_sided ? tile().columns : 1); ++column) {
        naive_scheduler::Stream stream;
        for (std::size_t k = 0; k < pass.stream_rows; ++k) {
          naive_scheduler::Row flags;
          for (unsigned lane = 0; lane < lanes_; ++lane) {
            const std::size_t place = k * lanes_ + lane;
            flags.push_back(is_candidate({at(pass.b, row, place), at(pass.a, column, place)}) ? 1
                                                                                              : 0);
          }
          stream.push_back(std::move(flags));
        }
        streams.push_back(std::move(stream));
      }
    }
    const auto schedule = [&](const naive_scheduler::Window& window) {
      return naive_scheduler::schedule(window, naive_table_);
    };
    return static_cast<unsigned>(
        structure_.sync == Sync::elastic
            ? naive_scheduler::elastic_steps(streams, naive_table_, schedule)
            : naive_scheduler::lockstep_steps(streams, naive_table_, schedule));
  }

  void choose_array() {
    const Options given = choose_options();
    options_ = effective_options(given, lanes_, depth_);
    std::vector<naive_scheduler::Option> naive_options;
    for (const Movement& option : given) {
      naive_options.push_back({static_cast<int>(option.step), option.offset});
    }
    naive_table_ = naive_scheduler::make_table(static_cast<int>(lanes_), static_cast<int>(depth_),
                                               naive_options);
    TileParameters tile_parameters;
    tile_parameters.rows = 1 + below(3);
    tile_parameters.columns = 1 + below(3);
    tile_parameters.sparsity = structure_.sparsity;
    tile_parameters.sync = structure_.sync;
    tile_parameters.accumulation = accumulation_;
    build(1 + below(3), tile_parameters, {"random", lanes_, depth_, given});
  }

  void check(const WrittenPass& pass, const ObservedPass& observed) const {
    EXPECT_EQ(observed.steps.size(), expected_steps(pass));
    for (unsigned row = 0; row < tile().rows; ++row) {
      for (unsigned column = 0; column < tile().columns; ++column) {
        const float total = observed.totals.at(row * tile().columns + column).value;
        EXPECT_EQ(fp32_bits(total), result_of(follow(pass, observed, row, column)))
            << "row " << row << " column " << column;
      }
    }
  }

 private:
  const Structure structure_;
  const Accumulation accumulation_;
  const unsigned lanes_, depth_;
  std::mt19937 random_;
  Options options_;
  naive_scheduler::Table naive_table_;
};

TEST_P(ResultsTest, EveryBitFollowsFromTheSelects) {
  choose_array();
  std::vector<WrittenPass> passes;
  for (unsigned count = 6 + below(6); count > 0; --count) passes.push_back(random_pass());
  ListedPasses source(passes, array->tiles(), tile());
  std::vector<std::uint64_t> steps(array->tiles());
  const ObservedOperation operation = operate(source, dense());
  ASSERT_EQ(operation.passes.size(), passes.size());
  std::set<std::uint64_t> ids;
  for (const ObservedPass& observed : operation.passes) {
    SCOPED_TRACE("pass " + std::to_string(observed.id));
    ASSERT_LT(observed.id, passes.size());
    EXPECT_TRUE(ids.insert(observed.id).second);
    EXPECT_EQ(observed.tile, observed.id % array->tiles());
    check(passes[observed.id], observed);
    steps[observed.tile] += observed.steps.size();
  }
  EXPECT_EQ(operation.steps, steps);
  EXPECT_EQ(operation.cycles,
            *std::max_element(steps.begin(), steps.end()) + OperationCounter::fill_cycles);
}

std::string name_of_array(const ::testing::TestParamInfo<Parameter>& instance) {
  const auto& [structure, accumulation, lanes, depth] = instance.param;
  return std::string(structure.name) +
         (accumulation == Accumulation::fp32 ? "_fp32_lanes" : "_exact_lanes") +
         std::to_string(lanes) + "_depth" + std::to_string(depth);
}

INSTANTIATE_TEST_SUITE_P(
    Arrays, ResultsTest,
    ::testing::Combine(::testing::ValuesIn(structures),
                       ::testing::Values(Accumulation::fp32, Accumulation::exact),
                       ::testing::Values(1U, 3U, 4U, 16U, 32U), ::testing::Values(1U, 2U, 3U, 4U)),
    name_of_array);

}  // namespace
}  // namespace tensordash

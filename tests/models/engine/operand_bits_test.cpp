#include "models/engine/operand_bits.h"

#include <gtest/gtest.h>

#include "models/engine/bit_string.h"
#include "models/engine/stream_batch.h"
#include "tests/models/engine/engine_case.h"

namespace tensordash::engine {
namespace {

/// Values that are not zero, as a string of words.
std::vector<std::uint64_t> packed(const std::vector<float>& values) {
  std::vector<std::uint64_t> words(words_for(values.size()));
  for (std::size_t at = 0; at < values.size(); ++at) {
    words[at / 64] |= std::uint64_t{values[at] != 0} << (at % 64);
  }
  return words;
}

TEST(StreamBits, AreWhereTheStreamsAreNotZero) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    const EngineCase engine_case(seed, seed % 2 == 1);
    const StreamPlan& plan = engine_case.plan;
    const StreamReader reader(plan, engine_case.tensors());
    const StreamBits bits(plan, engine_case.bits());
    for (const Segment& segment : plan.segments()) {
      std::vector<float> values(static_cast<std::size_t>(segment.K) * plan.geometry().lanes);
      std::vector<std::uint64_t> stream(bits.stream_words(segment), ~std::uint64_t{0});
      for (std::int64_t i = 0; i < segment.I; ++i) {
        reader.side_b(segment, i, values.data());
        bits.side_b(segment, i, stream.data());
        ASSERT_EQ(stream, packed(values)) << "side B, " << i << ", " << engine_case.the_case;
      }
      for (std::int64_t j = 0; j < segment.J; ++j) {
        reader.side_a(segment, j, values.data());
        bits.side_a(segment, j, stream.data());
        ASSERT_EQ(stream, packed(values)) << "side A, " << j << ", " << engine_case.the_case;
      }
    }
  }
}

TEST(SparseOperandOfBits, IsThatOfTheTensors) {
  for (unsigned seed = 0; seed < 400; ++seed) {
    EngineCase engine_case(seed);
    const LayerShape& shape = engine_case.the_case.layer.shape;
    for (const Operation operation :
         {Operation::forward, Operation::backward_data, Operation::backward_weights}) {
      EXPECT_EQ(sparse_operand(operation, engine_case.bits()),
                tensordash::sparse_operand(operation, shape, engine_case.tensors()))
          << engine_case.the_case;
    }
    // Nothing but zeros in both: equal fractions.
    auto& layer = engine_case.the_case.layer;
    std::fill(layer.activations.begin(), layer.activations.end(), 0.0F);
    std::fill(layer.output_gradients.begin(), layer.output_gradients.end(), -0.0F);
    engine_case.pack();
    EXPECT_EQ(sparse_operand(Operation::backward_weights, engine_case.bits()),
              SparseOperand::gradients);
  }
}

TEST(Interleave, AnyStreamsOfAnyLanes) {
  std::mt19937_64 random(1);
  for (unsigned trial = 0; trial < 600; ++trial) {
    const bool is_paper = trial % 2 == 0;
    const unsigned lanes = is_paper ? 16 : static_cast<unsigned>(1 + random() % 64);
    const std::size_t count = is_paper ? 3 + random() % 3 : 1 + random() % 9;
    const auto K = static_cast<std::int64_t>(1 + random() % 20);
    const std::size_t bits = static_cast<std::size_t>(K) * lanes;
    std::vector<std::vector<std::uint64_t>> strings(count);
    std::vector<const std::uint64_t*> streams(count);
    for (std::size_t stream = 0; stream < count; ++stream) {
      strings[stream].resize(words_for(bits));
      if (random() % 8 == 0) continue;  // does not exist
      for (std::uint64_t& word : strings[stream]) word = random();
      if (bits % 64 != 0) strings[stream].back() &= low_bits(bits % 64);
      streams[stream] = strings[stream].data();
    }
    const std::size_t words = words_for(count * lanes);
    std::vector<std::uint64_t> expected(static_cast<std::size_t>(K) * words);
    for (std::size_t stream = 0; stream < count; ++stream) {
      for (std::size_t bit = 0; bit < bits; ++bit) {
        const std::size_t at = stream * lanes + bit % lanes;
        expected[bit / lanes * words + at / 64] |= (strings[stream][bit / 64] >> (bit % 64) & 1U)
                                                   << (at % 64);
      }
    }
    std::vector<std::uint64_t> out(expected.size(), ~std::uint64_t{0});
    interleave(streams, K, lanes, words, out.data());
    ASSERT_EQ(out, expected) << count << " streams of " << K << " rows of " << lanes << " lanes";
  }
}

/// Groups of a segment hold its streams in order, then rows of zeros; read in any order.
TEST(StreamGroups, HoldTheirStreamsSideBySide) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    EngineCase engine_case(seed);
    const unsigned lanes = engine_case.plan.geometry().lanes;
    const unsigned depth = engine_case.depth;
    const unsigned size = engine_case.number(1, 6);
    const StreamBits bits(engine_case.plan, engine_case.bits());
    for (const Segment& segment : engine_case.plan.segments()) {
      for (const auto side : {StreamGroups::Side::b, StreamGroups::Side::a}) {
        const std::int64_t streams = side == StreamGroups::Side::b ? segment.I : segment.J;
        const std::size_t words = words_for(std::size_t{size} * lanes);
        const std::size_t group_words = (static_cast<std::size_t>(segment.K) + depth) * words;
        StreamGroups groups(bits, segment, side, size, lanes, depth);
        EXPECT_EQ(groups.group_bytes(), group_words * sizeof(std::uint64_t));
        const std::int64_t count = (streams + size - 1) / size;
        groups.read(0, count);
        const std::int64_t from = count / 2;
        groups.read(from, count - from);
        for (std::int64_t group = from; group < count; ++group) {
          const std::int64_t real = std::min<std::int64_t>(size, streams - group * size);
          ASSERT_EQ(groups.real(group), static_cast<unsigned>(real));
          std::vector<std::uint64_t> expected(group_words);
          std::vector<std::uint64_t> stream(bits.stream_words(segment));
          for (std::int64_t at = 0; at < real; ++at) {
            if (side == StreamGroups::Side::b) {
              bits.side_b(segment, group * size + at, stream.data());
            } else {
              bits.side_a(segment, group * size + at, stream.data());
            }
            for (std::size_t k = 0; k < static_cast<std::size_t>(segment.K); ++k) {
              or_bits(expected.data() + k * words, static_cast<std::size_t>(at) * lanes,
                      read_bits(stream.data(), k * lanes, lanes), lanes);
            }
          }
          const std::uint64_t* const rows = groups.group(group);
          ASSERT_EQ(std::vector<std::uint64_t>(rows, rows + group_words), expected)
              << "group " << group << ", " << engine_case.the_case;
        }
      }
    }
  }
}

}  // namespace
}  // namespace tensordash::engine

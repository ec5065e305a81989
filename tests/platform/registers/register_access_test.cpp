#include <gmock/gmock.h>

#include <array>
#include <random>

#include "tests/platform/registers/register_socket_test.h"

namespace tensordash {
namespace {

using ::testing::ElementsAre;

constexpr std::uint32_t all_bits = 0xffffffffU;

class RegisterAccessTest : public testing::RegisterSocketTest {
 protected:
  using Bytes = std::vector<unsigned char>;

  // Every write of a register, in the order in which it came.
  void record(Register place) {
    file_.on_write(place,
                   [this, place](std::uint32_t written) { writes_.emplace_back(place, written); });
  }
  tlm::tlm_response_status write_bytes(std::uint64_t address, Bytes data) {
    return transport(tlm::TLM_WRITE_COMMAND, address, data);
  }

  std::vector<std::pair<Register, std::uint32_t>> writes_;
};

TEST_F(RegisterAccessTest, WritesEnabledBytesOnly) {
  file_.set(Register::ring_tail, 0x11223344);
  write_enabled(Register::ring_tail, 0xaabbccdd, {0xff, 0, 0, 0xff});
  EXPECT_EQ(read(Register::ring_tail), 0xaa2233ddU);
  write_enabled(Register::ring_tail, 0x55667788, {0, 0xff});  // repeats
  EXPECT_EQ(read(Register::ring_tail), 0x552277ddU);
}

TEST_F(RegisterAccessTest, ReadsEnabledBytesOnly) {
  file_.set(Register::ring_tail, 0x11223344);
  Bytes data(4, 0xee);
  Bytes enables{0, 0xff, 0xff, 0};
  transport(tlm::TLM_READ_COMMAND, at(Register::ring_tail), data,
            [&](tlm::tlm_generic_payload& payload) {
              payload.set_byte_enable_ptr(enables.data());
              payload.set_byte_enable_length(4);
            });
  EXPECT_THAT(data, ElementsAre(0xee, 0x33, 0x22, 0xee));
}

TEST_F(RegisterAccessTest, AppliesByteEnablesToEveryKindOfBit) {
  record(Register::control);
  write_enabled(Register::control, all_bits, {0xff, 0, 0, 0});
  EXPECT_THAT(writes_, ElementsAre(std::pair(Register::control, 0x3U)));
  writes_.clear();
  write_enabled(Register::control, all_bits, {0, 0xff, 0, 0});
  EXPECT_THAT(writes_, ElementsAre(std::pair(Register::control, 0x300U)));
  EXPECT_EQ(read(Register::control), 0x3U);
  file_.raise(0xf);
  write_enabled(Register::irq_status, all_bits, {0, 0xff, 0xff, 0xff});
  EXPECT_EQ(read(Register::irq_status), 0xfU);
  write_enabled(Register::irq_status, 0x6, {0xff, 0, 0, 0});
  EXPECT_EQ(read(Register::irq_status), 0x9U);
}

TEST_F(RegisterAccessTest, DoesNotAccessAWordWithoutAnEnabledByte) {
  record(Register::control);
  write_enabled(Register::control, all_bits, {0, 0, 0, 0});
  EXPECT_TRUE(writes_.empty());
}

TEST_F(RegisterAccessTest, AccessesBytesOfWords) {
  const std::uint32_t tail = at(Register::ring_tail);
  file_.set(Register::ring_tail, 0x11223344);
  EXPECT_EQ(write_bytes(tail + 1, {0xab, 0xcd}), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(Register::ring_tail), 0x11cdab44U);
  Bytes data(1);
  EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, tail + 2, data), tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(data, ElementsAre(0xcd));
}

TEST_F(RegisterAccessTest, AccessesEveryWordOnceAndLowerWordsFirst) {
  record(Register::ring_base_high);
  record(Register::ring_base_low);
  record(Register::ring_size);
  Bytes data{0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xff, 0x07};
  EXPECT_EQ(write_bytes(at(Register::ring_base_low), data), tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(writes_, ElementsAre(std::pair(Register::ring_base_low, 0x78563400U),
                                   std::pair(Register::ring_base_high, 0xffdebc9aU),
                                   std::pair(Register::ring_size, 0x7U)));
  EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, at(Register::ring_base_low) + 1, data),
            tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(data, ElementsAre(0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xff, 0x07, 0x00));
}

TEST_F(RegisterAccessTest, LocksByWhatLowerWordsOfTheAccessHaveSet) {
  Bytes data(at(Register::ring_size) + 4 - at(Register::control));
  data[0] = 1;
  data[at(Register::ring_size) - at(Register::control)] = 5;
  EXPECT_EQ(write_bytes(at(Register::control), data), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(Register::ring_size), 0U);
  data[0] = 0;
  EXPECT_EQ(write_bytes(at(Register::control), data), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(Register::ring_size), 5U);
}

TEST_F(RegisterAccessTest, AccessesTheSamePlaceAgainBeyondTheStreamingWidth) {
  record(Register::ring_tail);
  record(Register::ring_head);
  Bytes data{1, 0, 0, 0, 2, 0, 0, 0, 3, 0};  // the last access has half a word
  file_.set(Register::ring_tail, 0xffff0000);
  const auto status = transport(tlm::TLM_WRITE_COMMAND, at(Register::ring_tail), data,
                                [](auto& payload) { payload.set_streaming_width(4); });
  EXPECT_EQ(status, tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(writes_,
              ElementsAre(std::pair(Register::ring_tail, 1U), std::pair(Register::ring_tail, 2U),
                          std::pair(Register::ring_tail, 3U)));
  EXPECT_EQ(read(Register::ring_tail), 3U);
  transport(tlm::TLM_READ_COMMAND, at(Register::ring_tail), data,
            [](auto& payload) { payload.set_streaming_width(2); });
  EXPECT_THAT(data, ElementsAre(3, 0, 3, 0, 3, 0, 3, 0, 3, 0));
}

TEST_F(RegisterAccessTest, CountsByteEnablesThroughAllOfTheData) {
  Bytes data{1, 2, 3, 4, 5, 6, 7, 8};
  Bytes enables{0xff, 0, 0xff};
  transport(tlm::TLM_WRITE_COMMAND, at(Register::ring_tail), data, [&](auto& payload) {
    payload.set_streaming_width(4);
    payload.set_byte_enable_ptr(enables.data());
    payload.set_byte_enable_length(3);
  });
  // Enabled are bytes 0, 2, 3, then 5, 6.
  EXPECT_EQ(read(Register::ring_tail), 0x04070601U);
}

TEST_F(RegisterAccessTest, ToleratesAnyStreamingWidthThatIsNotSmaller) {
  Bytes data = bytes_of(77);
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, at(Register::ring_tail), data,
                      [](auto& payload) { payload.set_streaming_width(all_bits); }),
            tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(read(Register::ring_tail), 77U);
}

TEST_F(RegisterAccessTest, EndsWithTheWindow) {
  Bytes data(4, 0xee);
  EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, 4092, data), tlm::TLM_OK_RESPONSE);
  EXPECT_THAT(data, ElementsAre(0, 0, 0, 0));
  for (const std::uint64_t address :
       {std::uint64_t{4093}, std::uint64_t{4096}, std::uint64_t{0x100000020}, ~std::uint64_t{1}}) {
    EXPECT_EQ(transport(tlm::TLM_READ_COMMAND, address, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
    EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, address, data), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  }
  Bytes all(4096, 0xff), more(4097, 0xff);
  record(Register::control);
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, 0, more), tlm::TLM_ADDRESS_ERROR_RESPONSE);
  EXPECT_TRUE(writes_.empty());
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, 0, all), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(writes_.size(), 1U);
}

TEST_F(RegisterAccessTest, AnswersWhatIsNoAccess) {
  Bytes data(4, 0xff);
  record(Register::control);
  const std::uint32_t place = at(Register::control);
  EXPECT_EQ(transport(tlm::TLM_IGNORE_COMMAND, place, data), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(transport(tlm::TLM_IGNORE_COMMAND, 1 << 20, data), tlm::TLM_OK_RESPONSE);
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, place, data,
                      [](auto& payload) { payload.set_streaming_width(0); }),
            tlm::TLM_BURST_ERROR_RESPONSE);
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, place, data,
                      [](auto& payload) { payload.set_data_ptr(nullptr); }),
            tlm::TLM_GENERIC_ERROR_RESPONSE);
  unsigned char strange = 1;
  EXPECT_EQ(transport(tlm::TLM_WRITE_COMMAND, place, data,
                      [&](auto& payload) {
                        payload.set_byte_enable_ptr(&strange);
                        payload.set_byte_enable_length(1);
                      }),
            tlm::TLM_BYTE_ENABLE_ERROR_RESPONSE);
  EXPECT_TRUE(writes_.empty());
  EXPECT_EQ(read(Register::control), 0U);
  EXPECT_EQ(data, Bytes(4, 0xff));
}

TEST_F(RegisterAccessTest, ReadsChangeNothing) {
  file_.raise(0xf);
  file_.record_error(ErrorCode::shape, 4, 0);
  Bytes first(register_window_bytes), second(register_window_bytes);
  transport(tlm::TLM_READ_COMMAND, 0, first);
  transport(tlm::TLM_READ_COMMAND, 0, second);
  EXPECT_EQ(first, second);
}

TEST_F(RegisterAccessTest, DebugReadsWithoutEffectsAndWritesNothing) {
  file_.raise(0xf);
  record(Register::ring_tail);
  tlm::tlm_generic_payload payload;
  Bytes data(8, 0xff);
  payload.set_data_ptr(data.data());
  payload.set_data_length(8);
  payload.set_address(at(Register::irq_enable));
  payload.set_read();
  EXPECT_EQ(initiator_->transport_dbg(payload), 8U);
  EXPECT_THAT(data, ElementsAre(0, 0, 0, 0, 0xf, 0, 0, 0));
  payload.set_address(at(Register::irq_enable) + 3);
  EXPECT_EQ(initiator_->transport_dbg(payload), 8U);
  EXPECT_THAT(data, ElementsAre(0, 0xf, 0, 0, 0, 0, 0, 0));
  payload.set_address(4090);
  EXPECT_EQ(initiator_->transport_dbg(payload), 6U);
  payload.set_address(4096);
  EXPECT_EQ(initiator_->transport_dbg(payload), 0U);
  payload.set_address(at(Register::ring_tail));
  data.assign(8, 0xff);
  payload.set_write();
  EXPECT_EQ(initiator_->transport_dbg(payload), 0U);
  EXPECT_EQ(read(Register::ring_tail), 0U);
  EXPECT_TRUE(writes_.empty());
}

// Against the plainest description there is: bytes, one after the other.
TEST_F(RegisterAccessTest, AgreesWithBytesOneAfterTheOther) {
  std::mt19937 random(1);
  const auto below = [&random](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  const std::uint32_t first = at(Register::ring_base_low);
  constexpr std::array<std::uint32_t, 5> masks{0xffffff00, all_bits, 0xf, 0, all_bits};
  Bytes model(20);
  for (int round = 0; round < 2000; ++round) {
    const unsigned place = below(20), streaming = 1 + below(20 - place);
    Bytes data(1 + below(40));
    for (unsigned char& each : data) each = static_cast<unsigned char>(random());
    Bytes enables(1 + below(6));
    for (unsigned char& each : enables) each = below(3) == 0 ? 0 : 0xff;
    Bytes expected = data;
    const bool reads = below(2) == 0;
    for (unsigned byte = 0; byte < data.size(); ++byte) {
      const unsigned target = place + byte % streaming;
      if (enables[byte % enables.size()] == 0) continue;
      if (reads) {
        expected[byte] = model[target];
      } else {
        model[target] =
            static_cast<unsigned char>(data[byte] & masks[target / 4] >> 8 * (target % 4));
      }
    }
    EXPECT_EQ(transport(reads ? tlm::TLM_READ_COMMAND : tlm::TLM_WRITE_COMMAND, first + place, data,
                        [&](tlm::tlm_generic_payload& payload) {
                          payload.set_streaming_width(streaming);
                          payload.set_byte_enable_ptr(enables.data());
                          payload.set_byte_enable_length(static_cast<unsigned>(enables.size()));
                        }),
              tlm::TLM_OK_RESPONSE);
    ASSERT_EQ(data, expected) << "round " << round;
  }
}

}  // namespace
}  // namespace tensordash

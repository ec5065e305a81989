#include "hw/dram/front/admission.h"

#include <gmock/gmock.h>

#include <array>

namespace tensordash {
namespace {

using ::testing::ElementsAre;

// Two channels, 64 bytes interleaved, with as much room as the test says.
class AdmissionTest : public ::testing::Test, public BurstPort {
 protected:
  static DramParameters two_channels() {
    DramParameters parameters;
    parameters.spec = "lpddr4-3200-8gb";
    parameters.channels = 2;
    parameters.ranks = 1;
    return parameters;
  }

  bool full(unsigned channel) const override { return room[channel] == 0; }
  void push(unsigned channel, const DramBurst& burst) override {
    ASSERT_NE(room[channel], 0U);
    --room[channel];
    pushed[channel].push_back(burst.owner);
  }

  // A read of 64 bytes.
  TransactionId transaction(std::uint64_t address) {
    payload.set_read();
    payload.set_address(address);
    payload.set_data_length(64);
    payload.set_streaming_width(64);
    const TransactionId id = transactions.take();
    transactions[id].number = number++;
    transactions[id].bursts = BurstSplitter(map, configuration.burst_bytes(), payload);
    return id;
  }

  const DramConfiguration configuration{two_channels()};
  const AddressMap map{configuration};
  TransactionTable transactions;
  Admission admission{2, transactions, *this};
  tlm::tlm_generic_payload payload;
  std::uint64_t number = 0;
  std::array<unsigned, 2> room = {0, 0};
  std::array<std::vector<TransactionId>, 2> pushed;
};

TEST_F(AdmissionTest, CountsBurstsThatAreQueued) {
  room = {1, 0};
  const TransactionId id = transaction(0);
  EXPECT_FALSE(admission.queue(id));
  EXPECT_FALSE(admission.idle());
  EXPECT_EQ(transactions[id].unserved, 1U);
  EXPECT_FALSE(transactions[id].queued);
  EXPECT_EQ(admission.resume(0), no_transaction);
  EXPECT_EQ(admission.resume(1), no_transaction);
  room = {1, 0};
  EXPECT_EQ(admission.resume(0), id);
  EXPECT_EQ(transactions[id].unserved, 2U);
  EXPECT_TRUE(transactions[id].queued);
  EXPECT_TRUE(admission.idle());
}

TEST_F(AdmissionTest, NobodyTakesRoomThatOthersWaitFor) {
  const TransactionId first = transaction(0);
  const TransactionId second = transaction(0);
  EXPECT_FALSE(admission.queue(first));
  EXPECT_FALSE(admission.queue(second));
  room = {6, 2};  // and nobody has been told yet
  const TransactionId third = transaction(0);
  EXPECT_FALSE(admission.queue(third));
  EXPECT_TRUE(admission.queue(transaction(64)));  // of the other channel
  EXPECT_EQ(admission.resume(0), first);
  const TransactionId last = transaction(0);
  EXPECT_FALSE(admission.queue(last));
  EXPECT_EQ(admission.resume(0), second);
  EXPECT_EQ(admission.resume(0), third);
  EXPECT_EQ(admission.resume(0), no_transaction);
  EXPECT_THAT(pushed[0], ElementsAre(first, first, second, second, third, third));
}

TEST_F(AdmissionTest, AcceptedFirstIsServedFirstHoweverLateItComesToTheChannel) {
  const TransactionId both = transaction(32);  // channel 0, then channel 1
  const TransactionId second = transaction(64);
  const TransactionId third = transaction(64);
  EXPECT_FALSE(admission.queue(both));
  EXPECT_FALSE(admission.queue(second));
  EXPECT_FALSE(admission.queue(third));
  room = {1, 0};
  EXPECT_EQ(admission.resume(0), no_transaction);  // waits for channel 1 now
  room = {0, 5};
  EXPECT_EQ(admission.resume(1), both);
  EXPECT_EQ(admission.resume(1), second);
  EXPECT_EQ(admission.resume(1), third);
  EXPECT_THAT(pushed[1], ElementsAre(both, second, second, third, third));
}

}  // namespace
}  // namespace tensordash

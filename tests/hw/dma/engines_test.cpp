// Port and engines between a memory that answers after a fixed time and programs written down here:
// the clocks of README.md in numbers, and what is refused.
#include <gtest/gtest.h>
#include <tlm_utils/simple_target_socket.h>

#include <cstring>
#include <map>

#include "hw/dma/dma_port.h"
#include "hw/dma/load_engine.h"
#include "hw/dma/store_engine.h"
#include "tests/hw/dma/small_programs.h"
#include "tests/hw/pe/clocked_test.h"

namespace tensordash {
namespace {

// Answers every request `delay` after it came.
struct SlowMemory : sc_core::sc_module {
  SC_HAS_PROCESS(SlowMemory);
  explicit SlowMemory(const sc_core::sc_module_name& name) : sc_module(name) {
    socket.register_nb_transport_fw(this, &SlowMemory::take);
    SC_METHOD(answer);
    sensitive << due_;
    dont_initialize();
  }
  tlm_utils::simple_target_socket<SlowMemory> socket{"socket"};
  sc_core::sc_time delay{7.0, sc_core::SC_NS};
  bool takes = true;
  std::map<std::uint64_t, std::uint8_t> bytes;
  std::vector<std::pair<sc_core::sc_time, std::uint64_t>> came;

 private:
  tlm::tlm_sync_enum take(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                          sc_core::sc_time&) {
    came.emplace_back(sc_core::sc_time_stamp(), payload.get_address());
    payload.acquire();
    waiting_.emplace_back(sc_core::sc_time_stamp() + delay, &payload);
    due_.notify(waiting_.front().first - sc_core::sc_time_stamp());
    if (!takes) return tlm::TLM_ACCEPTED;
    phase = tlm::END_REQ;
    return tlm::TLM_UPDATED;
  }
  void answer() {
    while (!waiting_.empty() && waiting_.front().first <= sc_core::sc_time_stamp()) {
      tlm::tlm_generic_payload& payload = *waiting_.front().second;
      waiting_.erase(waiting_.begin());
      for (unsigned at = 0; at < payload.get_data_length(); ++at) {
        std::uint8_t& byte = bytes[payload.get_address() + at];
        (payload.is_write() ? byte : payload.get_data_ptr()[at]) =
            payload.is_write() ? payload.get_data_ptr()[at] : byte;
      }
      payload.set_response_status(tlm::TLM_OK_RESPONSE);
      tlm::tlm_phase phase = tlm::BEGIN_RESP;
      sc_core::sc_time none;
      EXPECT_EQ(socket->nb_transport_bw(payload, phase, none), tlm::TLM_COMPLETED);
      payload.release();
    }
    if (!waiting_.empty()) due_.notify(waiting_.front().first - sc_core::sc_time_stamp());
  }
  std::vector<std::pair<sc_core::sc_time, tlm::tlm_generic_payload*>> waiting_;
  sc_core::sc_event due_;
};

class Engines : public ClockedTest {
 protected:
  Engines() {
    port.clk(clk);
    port.rst_n(rst_n);
    port.start(start);
    port.busy(busy);
    port.moving(moving);
    port.outstanding(outstanding);
    port.writer(stores);
    port.reader(loads);
    port.socket.bind(memory.socket);
    loads.clk(clk);
    loads.rst_n(rst_n);
    loads.needed_b(needed_b);
    loads.needed_a(needed_a);
    loads.landed(landed);
    loads.progress(progress);
    loads.fault(load_fault);
    stores.result(result);
    stores.taken(taken);
    stores.fault(store_fault);
    for (auto& side : load_program.charges) side = {{1, 1}};
    for (LoadTensor& tensor : load_program.tensors) tensor.slot_bytes = 64;
    load_program.tensors[1].data_base = 0x800;
    load_program.tensors[1].transposed = true;
    for (unsigned number = 0; number < 0x400; ++number) {
      const auto value = static_cast<float>(number + 1);
      std::uint8_t raw[4];
      std::memcpy(raw, &value, 4);
      for (unsigned byte = 0; byte < 4; ++byte) memory.bytes[4 * number + byte] = raw[byte];
    }
  }

  // A reset, then edge 0.
  void begin() {
    rst_n.write(false);
    tick();
    rst_n.write(true);
    loads.set_program(load_program);
    stores.set_program(store_program);
    start.write(true);
    tick();
    start.write(false);
  }

  void load_groups(unsigned side, unsigned groups) {
    load_program.all = {{side, 0, groups}};
    for (unsigned group = 0; group < groups; ++group) {
      LoadItem item;
      item.side = side;
      item.group = group;
      item.blocks = item.channels = 4;
      load_program.items.push_back(item);
    }
  }

  // Rows on the pins after this and each further edge.
  std::vector<std::size_t> rows_until(unsigned edge) {
    std::vector<std::size_t> rows{landed.read().rows().size()};
    while (rows.size() <= edge) {
      tick();
      rows.push_back(landed.read().rows().size());
      landed_after.push_back(progress[0].read().landed + progress[1].read().landed);
    }
    return rows;
  }

  SlowMemory memory{"memory"};
  sc_core::sc_signal<bool> start{"start"}, busy{"busy"}, moving{"moving"};
  sc_core::sc_signal<unsigned> outstanding{"outstanding"};
  sc_core::sc_vector<sc_core::sc_signal<unsigned>> needed_b{"needed_b", 2}, needed_a{"needed_a", 2},
      taken{"taken", 2};
  sc_core::sc_signal<LandedRows> landed{"landed"};
  sc_core::sc_vector<sc_core::sc_signal<LoadProgress>> progress{"progress", 2};
  sc_core::sc_signal<DmaFault> load_fault{"load_fault"}, store_fault{"store_fault"};
  sc_core::sc_vector<sc_core::sc_signal<PassResult>> result{"result", 2};
  DmaPort port{"port", {8, 1}};
  LoadEngine loads{"loads", {4, 2, 4, 16, 2, 2, 32}};
  StoreEngine stores{"stores", {4, 2, 2, 2}};
  SmallLoads load_program;
  SmallStores store_program;
  std::vector<unsigned> landed_after{0};
};

TEST_F(Engines, AnAnswerIsSeenAtTheFirstEdgeAndItsRowsGoTwoAClock) {
  store_program.count = 0;
  for (const double delay : {6.5, 8.0}) {  // seen at edge 4, at whose time the second one comes
    load_program.at = 0;
    load_program.items.clear();
    landed_after = {0};
    memory.delay = sc_core::sc_time(delay, sc_core::SC_NS);
    load_groups(0, 2);
    begin();
    EXPECT_EQ(rows_until(9), (std::vector<std::size_t>{0, 0, 0, 0, 2, 2, 2, 2, 0, 0}));
    EXPECT_EQ(landed_after, (std::vector<unsigned>{0, 0, 0, 0, 0, 0, 0, 0, 1, 1}));
    EXPECT_FALSE(busy.read());
    EXPECT_EQ(loads.rows_written(0), 8U);
    EXPECT_EQ(loads.group_bytes_read(), 128U);
  }
  ASSERT_EQ(memory.came.size(), 4U);
  EXPECT_EQ(memory.came[1].first - memory.came[0].first, sc_core::sc_time(2.0, sc_core::SC_NS));
}

TEST_F(Engines, ColumnsLeaveATransposerOneAClockAndDoNotMeetInABank) {
  store_program.count = 0;
  load_groups(1, 1);
  begin();
  // Blocks at edges 5 and 6, columns at 7 to 10, in the SRAMs one later.
  EXPECT_EQ(rows_until(11), (std::vector<std::size_t>{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 0}));
  EXPECT_EQ(landed_after.back(), 1U);
  EXPECT_EQ(landed_after[10], 0U);
  load_program.at = 0;
  load_program.items.clear();
  load_program.banks = 1;
  load_groups(1, 2);
  begin();
  // The second one's columns wait for the first's last.
  std::vector<std::size_t> rows = rows_until(15);
  EXPECT_EQ(rows, (std::vector<std::size_t>{0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 0}));
  EXPECT_EQ(loads.groups_transposed(), 2U);
}

TEST_F(Engines, AColumnHoldsAValueOfEveryBlock) {
  store_program.count = 0;
  load_groups(1, 1);
  begin();
  rows_until(8);
  ASSERT_EQ(landed.read().rows().size(), 1U);
  const LandedRow& row = landed.read().rows()[0];
  EXPECT_EQ(row.side, 1U);
  EXPECT_EQ(row.bank, 1U);
  EXPECT_EQ(row.value, row_of({514, 518, 522, 526}));
  rows_until(4);
}

TEST_F(Engines, AGroupIsStoredWhenItsLastPassHasCome) {
  begin();
  EXPECT_TRUE(busy.read());
  const auto values = [](float first) {
    std::vector<float> all(8);
    for (float& value : all) value = first++;
    return all;
  };
  result[0].write(PassResult(0, values(1)));
  tick();  // edge 1
  EXPECT_EQ(stores.held(0), 1U);
  result[0].write(PassResult());
  result[1].write(PassResult(1, values(9)));
  tick();  // edge 2
  result[1].write(PassResult());
  tick();  // begun
  tick();
  EXPECT_EQ(taken[0].read(), 0U);
  EXPECT_TRUE(memory.came.empty());
  tick();  // edge 5: two clocks later
  EXPECT_EQ(taken[0].read(), 1U);
  EXPECT_EQ(taken[1].read(), 1U);
  EXPECT_EQ(stores.held(0), 0U);
  ASSERT_EQ(memory.came.size(), 1U);
  EXPECT_EQ(memory.came[0].second, 0x1000U);
  for (unsigned edge = 6; edge < 9; ++edge) {
    tick();
    EXPECT_TRUE(busy.read());
    EXPECT_EQ(outstanding.read(), 1U);
  }
  tick();
  EXPECT_FALSE(busy.read());
  for (unsigned at = 0; at < 16; ++at) {
    float value = 0;
    std::uint8_t raw[4];
    for (unsigned byte = 0; byte < 4; ++byte) raw[byte] = memory.bytes[0x1000 + 4 * at + byte];
    std::memcpy(&value, raw, 4);
    EXPECT_EQ(value, static_cast<float>(at + 1));
  }
}

TEST_F(Engines, AnswersToRequestsOfBeforeAResetAreDropped) {
  store_program.count = 0;
  memory.delay = sc_core::sc_time(20.0, sc_core::SC_NS);
  load_groups(0, 2);
  begin();
  tick();
  load_program.at = 0;
  begin();
  EXPECT_EQ(outstanding.read(), 3U);
  EXPECT_EQ(rows_until(14),
            (std::vector<std::size_t>{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 0}));
  EXPECT_EQ(outstanding.read(), 0U);
  EXPECT_FALSE(busy.read());
}

TEST_F(Engines, ResultsWithoutRoomOrGroupAreErrors) {
  store_program.count = 3;
  begin();
  const std::vector<float> eight(8);
  for (const std::uint64_t pass : {0, 2}) {
    result[0].write(PassResult(pass, eight));
    tick();
  }
  expect_report("/tensordash/dma/store", sc_core::SC_ERROR, "no room");
  result[0].write(PassResult(4, eight));
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(Engines, ResultsOfNoGroupAreErrors) {
  begin();
  expect_report("/tensordash/dma/store", sc_core::SC_ERROR, "pass 2 that no group waits for");
  result[0].write(PassResult(2, std::vector<float>(8)));
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(Engines, TooFewResultsAreAnError) {
  begin();
  for (const std::uint64_t pass : {0, 1}) {
    result[0].write(PassResult(pass, std::vector<float>(7)));
    tick();
  }
  result[0].write(PassResult());
  expect_report("/tensordash/dma/store", sc_core::SC_ERROR, "7 results, result 7");
  EXPECT_THROW(tick(), sc_core::sc_report);
}

TEST_F(Engines, AMemoryThatDoesNotTakeARequestAtOnceIsAnError) {
  load_groups(0, 1);
  memory.takes = false;
  expect_report("/tensordash/dma/port", sc_core::SC_ERROR, "did not take a request at once");
  expect_report("/tensordash/dram/payloads", sc_core::SC_WARNING);
  EXPECT_THROW(begin(), sc_core::sc_report);
}

TEST_F(Engines, AnOperationNeedsPrograms) {
  expect_report("/tensordash/dma/store", sc_core::SC_ERROR, "without a program");
  start.write(true);
  EXPECT_THROW(tick(), sc_core::sc_report);
}

class Refusals : public ClockedTest {};

TEST_F(Refusals, SizesOfZero) {
  EXPECT_THROW(DmaPort("a", {0, 1}), std::invalid_argument);
  EXPECT_THROW(DmaPort("b", {1, 0}), std::invalid_argument);
  EXPECT_THROW(StoreEngine("c", {4, 0, 2, 2}), std::invalid_argument);
  EXPECT_THROW(StoreEngine("d", {4, 2, 0, 2}), std::invalid_argument);
  EXPECT_THROW(LoadEngine("e", {4, 2, 0, 16, 2, 2, 32}), std::invalid_argument);
  EXPECT_THROW(LoadEngine("f", {4, 2, 4, 16, 2, 0, 32}), std::invalid_argument);
  EXPECT_THROW(LoadEngine("g", {4, 2, 4, 16, 0, 2, 32}), std::invalid_argument);
  tick();
}

}  // namespace
}  // namespace tensordash

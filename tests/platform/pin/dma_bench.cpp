#include "tests/platform/pin/dma_bench.h"

#include <cstring>

namespace tensordash {
namespace {

LoadParameters load_parameters(const DmaCase& of) {
  LoadParameters parameters;
  parameters.lanes = of.memory.lanes;
  parameters.tiles = of.tiles;
  parameters.banks = of.memory.sram_banks;
  parameters.bank_rows = of.memory.bank_rows();
  parameters.transposers = of.memory.transposers;
  parameters.rows_per_clock = of.memory.dma_rows_per_clock;
  parameters.transfer_bytes = DramConfiguration(of.dram).burst_bytes();
  return parameters;
}

LoadTensor load_tensor_of(const DmaCase& of, Side side) {
  const TensorImage& image = of.images[static_cast<std::size_t>(side)];
  LoadTensor tensor;
  tensor.data_base = image.data_base;
  tensor.directory_base = image.directory_base;
  tensor.slot_bytes = static_cast<std::uint32_t>(image.slot_bytes());
  tensor.value_bytes = image.value_bytes;
  tensor.directory = of.memory.zero_compression;
  return tensor;
}

}  // namespace

Tap::Tap(const sc_core::sc_module_name& name) : sc_module(name) {
  in.register_nb_transport_fw(this, &Tap::forward);
  out.register_nb_transport_bw(this, &Tap::backward);
}

tlm::tlm_sync_enum Tap::forward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_REQ) on_request(payload);
  return out->nb_transport_fw(payload, phase, delay);
}

tlm::tlm_sync_enum Tap::backward(tlm::tlm_generic_payload& payload, tlm::tlm_phase& phase,
                                 sc_core::sc_time& delay) {
  if (phase == tlm::BEGIN_RESP) on_answer(payload);
  return in->nb_transport_bw(payload, phase, delay);
}

void DebugPort::read(std::uint64_t address, void* to, std::size_t bytes) {
  access(tlm::TLM_READ_COMMAND, address, to, bytes);
}

void DebugPort::write(std::uint64_t address, const void* from, std::size_t bytes) {
  // A payload's data may be written to, even where a write only reads them.
  const auto* const first = static_cast<const unsigned char*>(from);
  std::vector<unsigned char> copy(first, first + bytes);
  access(tlm::TLM_WRITE_COMMAND, address, copy.data(), bytes);
}

void DebugPort::access(tlm::tlm_command command, std::uint64_t address, void* data,
                       std::size_t bytes) {
  tlm::tlm_generic_payload payload;
  payload.set_command(command);
  payload.set_address(address);
  payload.set_data_ptr(static_cast<unsigned char*>(data));
  payload.set_data_length(static_cast<unsigned>(bytes));
  payload.set_streaming_width(static_cast<unsigned>(bytes));
  EXPECT_EQ(socket->transport_dbg(payload), bytes);
}

DmaBench::DmaBench(const DmaCase& of_case)
    : of(of_case),
      needed_b("needed_b", of.tiles),
      needed_a("needed_a", of.tiles),
      taken("taken", of.tiles),
      progress("progress", 2),
      result("result", of.tiles),
      memory("memory", DramConfiguration(of.dram)),
      port("port", {of.memory.dma_outstanding, of.memory.dma_requests_per_clock}),
      loads("loads", load_parameters(of)),
      stores("stores",
             {of.memory.lanes, of.tiles, of.result_room(), of.memory.dma_rows_per_clock}) {
  port.clk(clk);
  port.rst_n(rst_n);
  port.start(start);
  port.busy(busy);
  port.moving(moving);
  port.outstanding(outstanding);
  port.writer(stores);
  port.reader(loads);
  port.socket.bind(tap.in);
  tap.out.bind(memory.socket);
  debug.socket.bind(memory.socket);
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
  for (unsigned at = 0; at < of.dram.channels; ++at) {
    monitors.push_back(std::make_unique<CommandBusMonitor>(
        ("monitor_" + std::to_string(at)).c_str(), DramConfiguration(of.dram)));
    memory.channel(at).commands.bind(*monitors.back());
    memory.channel(at).resets.bind(*monitors.back());
  }
  for (const Side side : both_sides) {
    std::vector<std::uint32_t> sums(of.tiles, 0);
    bases_.emplace_back();
    for (std::uint32_t portion = 0; portion < of.portions->count(side); ++portion) {
      for (unsigned tile = 0; tile < of.tiles; ++tile) {
        bases_.back().push_back(sums[tile]);
        sums[tile] += of.portions->charge(side, portion, tile);
      }
    }
  }
}

// What the SRAMs take at an edge stood on the pins before it.
void DmaBench::take_rows() {
  std::map<std::pair<unsigned, unsigned>, unsigned> ports;
  for (const LandedRow& row : landed.read().rows()) {
    EXPECT_EQ((++ports[{row.side, row.bank}]), 1U) << "two rows for a bank in a clock";
    EXPECT_LT(row.bank, of.memory.sram_banks);
    for (const RowTarget& target : row.targets) {
      EXPECT_LT(target.address, of.memory.bank_rows());
      sram(row.side, target.tile)[{row.bank, target.address}] = row.value;
    }
  }
}

void DmaBench::judge_portion(Side side, std::uint32_t portion,
                             const std::vector<TileScript>& scripts) {
  const auto at = static_cast<unsigned>(side);
  const Portion* found = nullptr;
  for (const Portion& each : of.portions->order()) {
    if (each.side == side && each.number == portion) found = &each;
  }
  for (unsigned tile = 0; tile < of.tiles; ++tile) {
    if (scripts[tile].needed(side) > portion) continue;
    std::vector<std::uint32_t> ranks(of.memory.sram_banks, 0);
    for (const SramRow& row : of.portions->rows_of(side, portion, tile)) {
      const unsigned bank = of.side(side).bank(row, of.memory.sram_banks);
      const std::uint32_t address =
          (bases_[at][portion * of.tiles + tile] + ranks[bank]++) % of.memory.bank_rows();
      const std::vector<float> wanted = of.row_values(side, of.segment_of(*found), row);
      const auto held = sram(at, tile).find({bank, address});
      const bool good = held != sram(at, tile).end() &&
                        std::memcmp(held->second.data(), wanted.data(), wanted.size() * 4) == 0;
      EXPECT_TRUE(good) << "side " << at << ", portion " << portion << ", tile " << tile << ", row "
                        << row.owner << "/" << row.place;
      if (!good) return;
    }
  }
}

DmaRecord DmaBench::run(unsigned patience, Edge most) {
  // The engines may be at them after the run as well.
  load_program_ = std::make_unique<LayerLoadProgram>(
      *of.portions, std::array<const SideOperand*, 2>{of.b.get(), of.a.get()},
      std::array<LoadTensor, 2>{load_tensor_of(of, Side::b), load_tensor_of(of, Side::a)},
      of.memory, of.tiles);
  store_program_ =
      std::make_unique<LayerStoreProgram>(*of.plan, *of.outputs, of.output_image.data_base,
                                          static_cast<std::uint32_t>(of.output_image.slot_bytes()));
  loads.set_program(*load_program_);
  stores.set_program(*store_program_);
  std::vector<TileScript> scripts;
  for (unsigned tile = 0; tile < of.tiles; ++tile) {
    scripts.emplace_back(of, tile, patience);
    needed_b[tile].write(0);
    needed_a[tile].write(0);
    result[tile].write(PassResult());
  }
  srams_.assign(2 * std::size_t{of.tiles}, {});
  DmaRecord record;
  // The reset of the memory comes at an edge of its clock, half a clock before edge 0.
  do {
    tick();
    rst_n.write(true);
  } while (sc_core::sc_time_stamp().value() % 625 != 0);
  memory.reset();
  const std::uint64_t origin = sc_core::sc_time_stamp().value() + 1000;
  const auto edge_of = [origin] {
    const std::uint64_t now = sc_core::sc_time_stamp().value();
    return now <= origin ? Edge{0} : (now - origin + 1999) / 2000;
  };
  tap.on_request = [&](const tlm::tlm_generic_payload& payload) {
    record.issued.push_back(
        {edge_of(), payload.get_address(), payload.get_data_length(), payload.is_write()});
  };
  const auto spoil = tap.on_answer;
  tap.on_answer = [&](tlm::tlm_generic_payload& payload) {
    record.answers.emplace_back(edge_of(), payload.get_address());
    record.last_answer = edge_of();
    spoil(payload);
  };
  start.write(true);
  std::array<std::uint32_t, 2> landed_before{};
  std::vector<unsigned> taken_before(of.tiles, 0);
  for (const Side side : both_sides) {
    record.waits[static_cast<std::size_t>(side)].resize(of.portions->count(side));
  }
  Edge edge = 0;
  for (;; ++edge) {
    if (edge > 0) take_rows();
    tick();
    start.write(false);
    for (const Side side : both_sides) {
      const auto at = static_cast<std::size_t>(side);
      const LoadProgress& now = progress[at].read();
      while (record.landed[at].size() < now.landed) {
        record.landed[at].push_back(edge);
        judge_portion(side, static_cast<std::uint32_t>(record.landed[at].size() - 1), scripts);
      }
      for (std::uint32_t portion = now.landed; portion < of.portions->count(side); ++portion) {
        const LoadWait wait = now.wait(portion);
        record.waits[at][portion].push_back(wait == LoadWait::dram     ? StallCause::dram
                                            : wait == LoadWait::credit ? StallCause::credit
                                                                       : StallCause::transposer);
      }
    }
    for (unsigned tile = 0; tile < of.tiles; ++tile) {
      const unsigned count = taken[tile].read();
      scripts[tile].edge(landed_before, taken_before[tile]);
      if (count != taken_before[tile]) record.taken.emplace_back(edge, tile, count);
      taken_before[tile] = count;
      needed_b[tile].write(scripts[tile].needed(Side::b));
      needed_a[tile].write(scripts[tile].needed(Side::a));
      const bool delivers = scripts[tile].delivers();
      result[tile].write(
          delivers ? PassResult(scripts[tile].pass(), results_of(of, scripts[tile].pass()))
                   : PassResult());
    }
    landed_before = {progress[0].read().landed, progress[1].read().landed};
    const bool failed = !(load_fault.read() == DmaFault{} && store_fault.read() == DmaFault{});
    if (!busy.read() || edge == most || failed) break;
  }
  tap.on_answer = spoil;
  tap.on_request = [](const auto&) {};
  for (auto& each : result) each.write(PassResult());
  if (!busy.read()) {
    Edge last = record.last_answer;
    for (const auto& side : record.landed) {
      if (!side.empty()) last = std::max(last, side.back());
    }
    EXPECT_EQ(edge, last) << "busy falls with the last answer or row";
  }
  std::sort(record.taken.begin(), record.taken.end());
  std::sort(record.answers.begin(), record.answers.end());
  record.traffic.dram_read_bytes = loads.group_bytes_read() + loads.directory_bytes_read();
  record.traffic.dram_directory_bytes = loads.directory_bytes_read();
  record.traffic.dram_write_bytes = stores.bytes();
  record.traffic.loaded_groups = {loads.groups_loaded(0), loads.groups_loaded(1)};
  record.traffic.transposed_groups = loads.groups_transposed();
  for (unsigned side = 0; side < 2; ++side) {
    record.traffic.sram_writes[side] = loads.rows_written(side) + loads.rows_passed_by(side);
  }
  record.traffic.result_writes = stores.results_written();
  record.traffic.result_reads = stores.results_read();
  return record;
}

void DmaBench::drain() {
  while (outstanding.read() > 0) tick();
}

void DmaBench::reset() {
  rst_n.write(false);
  tick();
  drain();
  rst_n.write(true);
}

}  // namespace tensordash

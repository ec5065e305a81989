#include "hw/dma/load_engine.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "hw/compression/zero_compression.h"
#include "hw/dma/group_decoder.h"

namespace tensordash {
namespace {

const LoadParameters& checked(const LoadParameters& parameters) {
  if (parameters.lanes == 0 || parameters.lanes > max_lanes || parameters.banks == 0 ||
      parameters.rows_per_clock == 0 || parameters.transfer_bytes == 0) {
    throw std::invalid_argument("a load engine of sizes that cannot be; allowed: 1 or more");
  }
  return parameters;
}

}  // namespace

LoadEngine::LoadEngine(sc_core::sc_module_name name, const LoadParameters& parameters)
    : sc_module(name),
      needed_b("needed_b", parameters.tiles),
      needed_a("needed_a", parameters.tiles),
      progress("progress", 2),
      parameters_(checked(parameters)),
      credits_(parameters.tiles, parameters.bank_rows),
      pool_("pool", parameters.transposers, parameters.lanes,
            std::min(parameters.rows_per_clock, parameters.lanes)) {
  pool_.clk(clk);
  pool_.rst_n(rst_n);
  SC_HAS_PROCESS(LoadEngine);
  SC_METHOD(route);
  sensitive << acted_;
  dont_initialize();
}

void LoadEngine::reset() {
  flights_.clear();
  writing_.clear();
  direct_.clear();
  columns_.clear();
  lines_.clear();
  decoding_ = Decoding{};
  pool_.forget();
  first_flight_ = came_groups_ = next_begin_ = 0;
  credit_ = false;
  fault_ = DmaFault{};
  group_bytes_ = directory_bytes_ = transposed_ = rows_landed_ = 0;
  groups_.fill(0);
  rows_written_.fill(0);
  rows_passed_by_.fill(0);
  for (auto& side : progress) side.write(LoadProgress{});
  fault.write(fault_);
  acted_.notify(sc_core::SC_ZERO_TIME);
}

void LoadEngine::begin() {
  if (program_ == nullptr) {
    SC_REPORT_ERROR("/tensordash/dma/load", "an operation begins without a program");
    return;
  }
  reset();
  begins_ = true;
  credits_.begin(*program_);
  issued_.begin(*program_);
  came_.begin(*program_);
  landed_.begin(*program_);
}

bool LoadEngine::served() const {
  return program_->front() == nullptr && came_groups_ == first_flight_ + flights_.size() &&
         fault_.kind == DmaFaultKind::none;
}

bool LoadEngine::done() const {
  return program_->front() == nullptr && flights_.empty() && fault_.kind == DmaFaultKind::none;
}

void LoadEngine::fail(DmaFaultKind kind, unsigned side, std::uint64_t group, std::uint64_t address,
                      const std::string& text) {
  if (fault_.kind != DmaFaultKind::none) return;
  fault_ = {kind, side, group, address, text};
}

std::uint64_t LoadEngine::slot_address(const LoadItem& item) const {
  const LoadTensor& tensor = program_->tensor(item.side);
  return tensor.data_base + std::uint64_t{item.group} * tensor.slot_bytes;
}

// Requests and answers. Tags are even and hold the number of a group, or odd, and hold number,
// place and side of a line.

bool LoadEngine::next(DmaRequest& request) {
  const LoadItem* const item = program_->front();
  if (item == nullptr || fault_.kind != DmaFaultKind::none) return false;
  request.data.clear();
  if (item->line) {
    request.address = program_->tensor(item->side).directory_base +
                      std::uint64_t{item->group} * dma_request_bytes;
    request.bytes = dma_request_bytes;
    request.tag = std::uint64_t{lines_.ask(item->side)} << 34U | std::uint64_t{item->group} << 2U |
                  item->side << 1U | 1U;
    directory_bytes_ += dma_request_bytes;
    program_->pop();
    return true;
  }
  const bool begun = !flights_.empty() && flights_.back().offset < flights_.back().bytes.size();
  if (!begun && !start_group(*item)) return false;
  Flight& last = flights_.back();
  request.address = slot_address(last.item) + last.offset;
  request.bytes = std::min<std::uint32_t>(
      static_cast<std::uint32_t>(last.bytes.size()) - last.offset, dma_request_bytes);
  request.tag = (first_flight_ + flights_.size() - 1) << 1U;
  last.offset += request.bytes;
  ++last.parts;
  group_bytes_ += request.bytes;
  if (last.offset == last.bytes.size()) {
    program_->pop();
    issued_.group();
  }
  return true;
}

/// False: the group cannot be asked for now.
bool LoadEngine::start_group(const LoadItem& item) {
  const LoadPortion portion = program_->portion(item.portion);
  if (item.needs > lines_.complete() || !credits_.can_grant(portion)) return false;
  const LoadTensor& tensor = program_->tensor(item.side);
  Flight flight;
  flight.item = item;
  flight.entry = tensor.directory ? lines_.entry(item.side, item.group, item.needs) : raw_entry;
  try {
    flight.bytes.resize(
        group_bytes(tensor, flight.entry, parameters_.lanes, parameters_.transfer_bytes));
  } catch (const CompressionError& error) {
    fail(DmaFaultKind::directory, item.side, item.group,
         tensor.directory_base + std::uint64_t{item.group} * 2, error.what());
    return false;
  }
  credits_.grant(portion);
  flights_.push_back(std::move(flight));
  return true;
}

void LoadEngine::answered(const DmaAnswer& answer) {
  if ((answer.tag & 1U) != 0) {
    if (answer.good) {
      lines_.came(static_cast<std::uint32_t>(answer.tag >> 34U), answer.data);
    } else {
      fail(DmaFaultKind::dram_read, static_cast<unsigned>(answer.tag >> 1U) & 1U,
           static_cast<std::uint32_t>(answer.tag >> 2U), answer.address, answer.status);
    }
    return;
  }
  Flight& to = flight(answer.tag >> 1U);
  if (!answer.good) {
    fail(DmaFaultKind::dram_read, to.item.side, to.item.group, answer.address, answer.status);
    return;
  }
  std::copy_n(
      answer.data, answer.bytes,
      to.bytes.begin() + static_cast<std::ptrdiff_t>(answer.address - slot_address(to.item)));
  --to.parts;
}

void LoadEngine::issued(bool room) {
  const LoadItem* const item = program_->front();
  credit_ = false;
  if (room && item != nullptr && !item->line && fault_.kind == DmaFaultKind::none) {
    credit_ =
        item->needs <= lines_.complete() && !credits_.can_grant(program_->portion(item->portion));
  }
  publish();
}

// What happens at an edge.

void LoadEngine::work() {
  count_landed();
  direct_.clear();
  columns_.clear();
  take_columns();
  while (came_groups_ < first_flight_ + flights_.size() && flight(came_groups_).came()) {
    ++came_groups_;
    came_.group();
  }
  decompress();
  ask_columns();
  // At the first edge the pins still say what the operation before did not need.
  for (unsigned tile = 0; tile < parameters_.tiles && !begins_; ++tile) {
    credits_.release(0, tile, needed_b[tile].read());
    credits_.release(1, tile, needed_a[tile].read());
  }
  begins_ = false;
  acted_.notify(sc_core::SC_ZERO_TIME);
}

/// The SRAMs take the rows on their way at this edge.
void LoadEngine::count_landed() {
  for (const std::uint64_t number : writing_) --flight(number).rows_left;
  rows_landed_ += writing_.size();
  writing_.clear();
  while (!flights_.empty() && flights_.front().begun && flights_.front().rows_left == 0) {
    flights_.pop_front();
    ++first_flight_;
    landed_.group();
  }
}

LandedRow LoadEngine::landing(std::uint64_t number, unsigned row) {
  Flight& from = flight(number);
  LandedRow landing;
  landing.side = from.item.side;
  landing.bank = from.rows[row].bank;
  const std::uint32_t portion = program_->portion(from.item.portion).number;
  for (const RowTarget& target : from.rows[row].targets) {
    if (credits_.needs(landing.side, portion, target.tile)) {
      landing.targets.push_back(target);
    } else {
      ++rows_passed_by_[landing.side];
    }
  }
  rows_written_[landing.side] += landing.targets.size();
  writing_.push_back(number);
  return landing;
}

/// Columns that are given at this edge stand on the wires after it.
void LoadEngine::take_columns() {
  for (unsigned at = 0; at < pool_.size(); ++at) {
    const TransposerPool::Work& work = pool_.work(at);
    if (work.asked) columns_.push_back({at, landing(work.group, work.given)});
  }
  pool_.edge();
}

void LoadEngine::decompress() {
  if (decoding_.busy && decoding_.given == decoding_.blocks.size()) decoding_.busy = false;
  if (!decoding_.busy && !begin_group()) return;
  give_blocks();
}

/// False: there is none to begin, or no free transposer for it.
bool LoadEngine::begin_group() {
  if (next_begin_ == came_groups_ || fault_.kind != DmaFaultKind::none) return false;
  Flight& from = flight(next_begin_);
  const unsigned side = from.item.side;
  const bool turned = transposed(side);
  const unsigned transposer = pool_.first_free();
  if (turned && transposer == pool_.size()) return false;
  try {
    decoding_.blocks =
        decode_blocks(program_->tensor(side), from.item, from.entry, parameters_.lanes, from.bytes);
  } catch (const CompressionError& error) {
    fail(DmaFaultKind::data, side, from.item.group, slot_address(from.item), error.what());
    return false;
  }
  from.rows = program_->rows(from.item);
  from.rows_left = static_cast<std::uint32_t>(from.rows.size());
  from.begun = true;
  decoding_.number = next_begin_++;
  decoding_.given = 0;
  decoding_.busy = true;
  ++groups_[side];
  if (turned) {
    decoding_.transposer = transposer;
    pool_.begin(transposer, decoding_.number);
    ++transposed_;
  }
  return true;
}

/// On the pins after this edge, taken at the next one.
void LoadEngine::give_blocks() {
  const LoadItem& item = flight(decoding_.number).item;
  const bool turned = transposed(item.side);
  const unsigned most =
      turned ? parameters_.rows_per_clock : std::min(parameters_.rows_per_clock, parameters_.banks);
  const auto all = static_cast<unsigned>(decoding_.blocks.size());
  const unsigned count = std::min(most, all - decoding_.given);
  if (turned) {
    pool_.fill(decoding_.transposer, &decoding_.blocks[decoding_.given], count,
               decoding_.given + count == all, item.channels);
  } else {
    for (unsigned block = 0; block < count; ++block) {
      direct_.push_back(landing(decoding_.number, decoding_.given + block));
      direct_.back().value = decoding_.blocks[decoding_.given + block];
    }
  }
  decoding_.given += count;
}

/// Asks for columns at the next edge: of every bank one, for the oldest group that has one.
void LoadEngine::ask_columns() {
  std::vector<unsigned> giving;
  for (unsigned at = 0; at < pool_.size(); ++at) {
    if (pool_.work(at).phase == TransposerPool::Work::Phase::giving) giving.push_back(at);
  }
  std::sort(giving.begin(), giving.end(), [this](unsigned one, unsigned other) {
    return pool_.work(one).group < pool_.work(other).group;
  });
  std::array<std::vector<bool>, 2> taken;
  for (auto& side : taken) side.assign(parameters_.banks, false);
  for (const unsigned at : giving) {
    const TransposerPool::Work& work = pool_.work(at);
    const Flight& from = flight(work.group);
    const unsigned bank = from.rows[work.given].bank;
    if (taken[from.item.side][bank]) continue;
    taken[from.item.side][bank] = true;
    pool_.ask(at);
  }
}

/// The write buses of the SRAMs: rows from the decompressor's registers and from the transposers'.
void LoadEngine::route() {
  std::vector<LandedRow> rows = direct_;
  for (const Column& column : columns_) {
    rows.push_back(column.row);
    rows.back().value = pool_.column(column.transposer);
  }
  landed.write(LandedRows(std::move(rows)));
}

void LoadEngine::publish() {
  for (unsigned side = 0; side < 2; ++side) {
    progress[side].write({landed_.passed(side), came_.passed(side), issued_.passed(side), credit_,
                          transposed(side)});
  }
  fault.write(fault_);
}

}  // namespace tensordash

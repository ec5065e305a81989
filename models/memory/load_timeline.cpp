#include "models/memory/load_timeline.h"

#include <algorithm>

#include "models/memory/memory_timing.h"

namespace tensordash {
namespace {

std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

/// Notes what is read for the first time.
void note(std::vector<bool>& seen, std::uint32_t number, std::uint64_t bytes, ReadOnce& read) {
  if (seen[number]) return;
  seen[number] = true;
  read.bytes += bytes;
}

}  // namespace

LoadTimeline::LoadTimeline(const PortionPlan& plan, std::array<const SideOperand*, 2> sides,
                           const std::array<StoredTensor, 2>& images,
                           const MemoryParameters& parameters, unsigned tiles, LandingLog& landings)
    : plan_(plan),
      sides_(sides),
      images_(images),
      rows_per_clock_(parameters.dma_rows_per_clock),
      tiles_(tiles),
      banks_(parameters.sram_banks),
      bank_rows_(parameters.bank_rows()),
      landings_(landings),
      stream_(plan, {!images[0].units.empty(), !images[1].units.empty()}),
      transposers_(parameters.transposers, 0) {
  for (const Side side : both_sides) {
    used_[index(side)].assign(tiles, 0);
    needed_[index(side)].assign(tiles, 0);
    given_[index(side)].resize(banks_);
    const auto groups = static_cast<std::size_t>(sides[index(side)]->layout().groups());
    read_[index(side)].groups.assign(groups, false);
    lines_read_[index(side)].assign(groups / directory_line_entries + 1, false);
  }
  end_portions();
}

bool LoadTimeline::granted(const LoadStream::Item& item) const {
  const Portion& portion = plan_.order()[item.portion];
  const std::size_t side = index(portion.side);
  if (portion.number < granted_[side]) return true;
  for (unsigned tile = 0; tile < tiles_; ++tile) {
    if (portion.number < needed_[side][tile]) continue;
    const std::uint32_t charge = plan_.charge(portion.side, portion.number, tile);
    if (charge != 0 && used_[side][tile] + charge > bank_rows_) return false;
  }
  return true;
}

void LoadTimeline::grant(const LoadStream::Item& item) {
  const Portion& portion = plan_.order()[item.portion];
  const std::size_t side = index(portion.side);
  if (portion.number < granted_[side]) return;
  granted_[side] = portion.number + 1;
  for (unsigned tile = 0; tile < tiles_; ++tile) {
    if (portion.number < needed_[side][tile]) continue;
    used_[side][tile] += plan_.charge(portion.side, portion.number, tile);
  }
}

void LoadTimeline::release(Side side, unsigned tile, std::uint32_t before) {
  std::uint32_t& needed = needed_[index(side)][tile];
  for (; needed < before; ++needed) {
    if (needed < granted_[index(side)]) {
      used_[index(side)][tile] -= plan_.charge(side, needed, tile);
    }
  }
}

bool LoadTimeline::could_issue() const {
  if (stream_.done()) return false;
  const LoadStream::Item& item = stream_.front();
  return item.line || (item.needs <= all_lines_ && granted(item));
}

bool LoadTimeline::next(Edge edge, Request& request) {
  if (!could_issue()) return false;
  const LoadStream::Item item = stream_.front();
  const StoredTensor& image = images_[index(item.side)];
  if (item.line) {
    request = {image.directory_base + std::uint64_t{item.group} * dma_request_bytes,
               dma_request_bytes, true, issued_lines_++};
    lines_.push_back(false);
    directory_bytes_ += dma_request_bytes;
    note(lines_read_[index(item.side)], item.group, dma_request_bytes, read_[index(item.side)]);
    stream_.pop();
    return true;
  }
  if (offset_ == 0) {
    grant(item);
    Flight flight;
    flight.portion = item.portion;
    flight.group = item.group;
    in_flight_.push_back(flight);
    ++issued_groups_;
  }
  const std::uint32_t bytes = image.bytes(item.group);
  note(read_[index(item.side)].groups, item.group, bytes, read_[index(item.side)]);
  request.address = image.data_base + std::uint64_t{item.group} * image.slot_bytes + offset_;
  request.bytes = std::min(bytes - offset_, dma_request_bytes);
  request.line = false;
  request.number = issued_groups_ - 1;
  bytes_ += request.bytes;
  offset_ += request.bytes;
  Flight& flight = in_flight_.back();
  ++flight.parts;
  flight.last_issue = edge;
  if (offset_ == bytes) {
    flight.issued = true;
    offset_ = 0;
    stream_.pop();
  }
  return true;
}

void LoadTimeline::group_part(std::uint32_t number, Edge edge) {
  Flight& flight = in_flight_[number - landed_groups_];
  --flight.parts;
  flight.last_data = edge;
}

void LoadTimeline::line(std::uint32_t number) {
  lines_[number] = true;
  while (all_lines_ < lines_.size() && lines_[all_lines_]) ++all_lines_;
}

Edge LoadTimeline::land_group(const Flight& flight) {
  const Side side = plan_.order()[flight.portion].side;
  const SideOperand& operand = *sides_[index(side)];
  const GroupExtent extent = operand.layout().extent(flight.group);
  // A bank takes one row a clock.
  const unsigned rate = operand.transposed() ? rows_per_clock_ : std::min(rows_per_clock_, banks_);
  const Edge clocks = (extent.width + rate - 1) / rate;
  ++groups_[index(side)];
  if (!operand.transposed()) {
    free_ = std::max(flight.last_data, free_) + clocks;
    return free_;
  }
  ++transposed_;
  Edge& transposer = *std::min_element(transposers_.begin(), transposers_.end());
  free_ = std::max({flight.last_data, free_, transposer}) + clocks;
  transposer = give_columns(side, flight.group, extent.height, free_);
  return transposer + 1;
}

Edge LoadTimeline::give_columns(Side side, std::uint32_t group, unsigned columns, Edge after) {
  auto& given = given_[index(side)];
  for (auto& edges : given) edges.erase(edges.begin(), edges.upper_bound(after));
  for (unsigned column = 0; column < columns; ++column) {
    const SideOperand& operand = *sides_[index(side)];
    auto& edges = given[operand.bank(operand.landed_row(group, column), banks_)];
    do {
      ++after;
    } while (!edges.insert(after).second);
  }
  return after;
}

bool LoadTimeline::land() {
  const std::size_t before = at_portion_;
  while (!in_flight_.empty() && in_flight_.front().issued && in_flight_.front().parts == 0) {
    const Flight flight = in_flight_.front();
    in_flight_.pop_front();
    ++landed_groups_;
    portion_issued_ = flight.last_issue;
    portion_data_ = std::max(portion_data_, flight.last_data);
    portion_landed_ = std::max(portion_landed_, land_group(flight));
    ++landed_of_portion_;
    end_portions();
  }
  return at_portion_ != before;
}

/// Closes the portion whose last group has landed, and those without groups.
void LoadTimeline::end_portions() {
  while (at_portion_ < plan_.order().size()) {
    const Portion& portion = plan_.order()[at_portion_];
    if (landed_of_portion_ < plan_.groups(portion.groups).size()) return;
    landings_.land(portion.side, portion.number, portion_issued_, portion_data_, portion_landed_);
    for (unsigned tile = 0; tile < tiles_; ++tile) {
      sram_writes_[index(portion.side)] += plan_.rows(portion.side, portion.number, tile);
    }
    ++at_portion_;
    landed_of_portion_ = 0;
  }
}

void LoadTimeline::note_credit(Edge edge, bool could_otherwise) {
  bool blocked = false;
  if (could_otherwise && !stream_.done() && !stream_.front().line) {
    blocked = stream_.front().needs <= all_lines_ && !granted(stream_.front());
  }
  if (blocked == blocked_) return;
  if (blocked) {
    landings_.blocked(edge);
  } else {
    landings_.unblocked(edge);
  }
  blocked_ = blocked;
}

double LoadTimeline::part() const {
  return static_cast<double>(at_portion_) /
         static_cast<double>(std::max<std::size_t>(1, plan_.order().size()));
}

void LoadTimeline::add_traffic(MemoryTraffic& traffic) const {
  traffic.dram_read_bytes = bytes_ + directory_bytes_;
  traffic.dram_directory_bytes = directory_bytes_;
  traffic.loaded_groups = groups_;
  traffic.transposed_groups = transposed_;
  traffic.sram_writes = sram_writes_;
}

}  // namespace tensordash

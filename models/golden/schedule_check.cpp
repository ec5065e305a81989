#include "models/golden/schedule_check.h"

#include <fmt/format.h>

#include <cstring>

namespace tensordash::golden {
namespace {

std::string name_of_place(std::size_t place, std::size_t lanes) {
  return fmt::format("stream row {}, lane {}", place / lanes, place % lanes);
}

std::string slot_fault(std::size_t slot, std::size_t lanes, const std::string& what) {
  return fmt::format("step {}, lane {}: {}", slot / lanes, slot % lanes, what);
}

std::string size_fault(std::size_t slots, std::size_t lanes) {
  if (slots % lanes == 0) return {};
  return fmt::format("{} slots are not a whole number of steps of {} lanes", slots, lanes);
}

/// Why `place` may not stand in `slot`, or an empty string.
std::string place_fault(std::size_t slot, StreamPlace place, std::size_t lanes,
                        const std::vector<PlaceState>& places) {
  const auto index = static_cast<std::size_t>(place);
  if (place < 0 || index >= places.size()) {
    return fmt::format("took place {}, outside the {} stream rows of the pass", place,
                       places.size() / lanes);
  }
  const std::string name = name_of_place(index, lanes);
  if (index / lanes < slot / lanes) {
    return fmt::format("took {}, which has drained by then", name);
  }
  switch (places[index]) {
    case PlaceState::taken:
      return fmt::format("took {} a second time", name);
    case PlaceState::not_a_candidate:
      return fmt::format("took {}, which is not a candidate", name);
    case PlaceState::candidate:
      break;
  }
  return {};
}

}  // namespace

std::string fault_of_sparse_schedule(const std::vector<StreamPlace>& slots, std::size_t lanes,
                                     std::vector<PlaceState>& places) {
  if (std::string fault = size_fault(slots.size(), lanes); !fault.empty()) return fault;
  if (slots.size() > places.size()) {
    return fmt::format("{} steps for {} stream rows", slots.size() / lanes, places.size() / lanes);
  }
  std::size_t first_undrained = 0;  // place of lane 0 of the row that the step must drain
  std::size_t lane = 0;
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot] != idle_slot) {
      const auto index = static_cast<std::size_t>(slots[slot]);  // huge when negative
      if (index < first_undrained || index >= places.size() ||
          places[index] != PlaceState::candidate) {
        return slot_fault(slot, lanes, place_fault(slot, slots[slot], lanes, places));
      }
      places[index] = PlaceState::taken;
    }
    if (++lane == lanes) {
      lane = 0;
      first_undrained += lanes;
    }
  }
  if (places.empty()) return {};
  const void* left =
      std::memchr(places.data(), static_cast<int>(PlaceState::candidate), places.size());
  if (left == nullptr) return {};
  const auto place = static_cast<std::size_t>(static_cast<const PlaceState*>(left) - places.data());
  return fmt::format("{}: never taken", name_of_place(place, lanes));
}

std::string fault_of_dense_schedule(const std::vector<StreamPlace>& slots, std::size_t lanes,
                                    std::size_t stream_rows) {
  if (std::string fault = size_fault(slots.size(), lanes); !fault.empty()) return fault;
  if (slots.size() != stream_rows * lanes) {
    return fmt::format("{} steps for {} stream rows of the dense baseline", slots.size() / lanes,
                       stream_rows);
  }
  for (std::size_t slot = 0; slot < slots.size(); ++slot) {
    if (slots[slot] != static_cast<StreamPlace>(slot)) {
      return slot_fault(slot, lanes,
                        fmt::format("took place {}, the dense baseline takes {}", slots[slot],
                                    name_of_place(slot, lanes)));
    }
  }
  return {};
}

}  // namespace tensordash::golden

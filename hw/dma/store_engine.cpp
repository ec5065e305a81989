#include "hw/dma/store_engine.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <utility>

namespace tensordash {
namespace {

constexpr const char* report_id = "/tensordash/dma/store";

const StoreParameters& checked(const StoreParameters& parameters) {
  if (parameters.lanes == 0 || parameters.tiles == 0 || parameters.room == 0 ||
      parameters.rows_per_clock == 0) {
    throw std::invalid_argument("a store engine of sizes that cannot be; allowed: 1 or more");
  }
  return parameters;
}

}  // namespace

StoreEngine::StoreEngine(sc_core::sc_module_name name, const StoreParameters& parameters)
    : sc_module(name),
      result("result", checked(parameters).tiles),
      taken("taken", parameters.tiles),
      parameters_(parameters) {
  held_.assign(parameters.tiles, 0);
}

void StoreEngine::reset() {
  edge_ = 0;
  groups_.clear();
  results_.clear();
  free_results_.clear();
  held_.assign(parameters_.tiles, 0);
  taken_.assign(parameters_.tiles, 0);
  collected_ = {};
  requests_.clear();
  left_ = under_way_ = 0;
  busy_ = false;
  fault_ = DmaFault{};
  bytes_ = results_in_ = results_read_ = 0;
  for (auto& count : taken) count.write(0);
  fault.write(fault_);
}

void StoreEngine::begin() {
  if (program_ == nullptr) {
    SC_REPORT_ERROR(report_id, "an operation begins without a program");
    return;
  }
  reset();
  left_ = program_->groups();
  groups_.resize(left_);
  for (std::uint64_t group = 0; group < left_; ++group) {
    groups_[group].missing = program_->passes_into(group);
    // Outputs that no pass makes are +0 and are written all the same.
    if (groups_[group].missing == 0) collected_.push({0, group});
  }
}

bool StoreEngine::done() const {
  return left_ == 0 && !busy_ && requests_.empty() && under_way_ == 0 &&
         fault_.kind == DmaFaultKind::none;
}

void StoreEngine::answered(const DmaAnswer& answer) {
  --under_way_;
  if (answer.good || fault_.kind != DmaFaultKind::none) return;
  fault_ = {DmaFaultKind::dram_write, 0, answer.tag, answer.address, answer.status};
}

bool StoreEngine::next(DmaRequest& request) {
  if (requests_.empty() || fault_.kind != DmaFaultKind::none) return false;
  request = std::move(requests_.front());
  requests_.pop_front();
  ++under_way_;
  return true;
}

void StoreEngine::issued(bool /*room*/) {
  ++edge_;
  fault.write(fault_);
}

void StoreEngine::work() {
  if (busy_ && group_end_ == edge_) finish_group();
  if (!busy_ && fault_.kind == DmaFaultKind::none) begin_group();
  take_results();
  for (unsigned tile = 0; tile < parameters_.tiles; ++tile) taken[tile].write(taken_[tile]);
}

/// The group stands before the port, and its places in the CMs are free.
void StoreEngine::finish_group() {
  busy_ = false;
  --left_;
  for (const std::uint32_t number : groups_[group_].members) {
    Result& member = results_[number];
    if (--member.groups > 0) continue;
    --held_[member.tile];
    ++taken_[member.tile];
    member.values.reset();
    free_results_.push_back(number);
  }
  std::vector<std::uint32_t>().swap(groups_[group_].members);
  const std::uint64_t address = program_->data_base() + group_ * program_->slot_bytes();
  for (std::size_t at = 0; at < bytes_of_group_.size(); at += dma_request_bytes) {
    DmaRequest request;
    request.address = address + at;
    request.bytes = static_cast<unsigned>(
        std::min<std::size_t>(dma_request_bytes, bytes_of_group_.size() - at));
    request.tag = group_;
    const auto from = bytes_of_group_.begin() + static_cast<std::ptrdiff_t>(at);
    request.data.assign(from, from + request.bytes);
    requests_.push_back(std::move(request));
  }
}

void StoreEngine::begin_group() {
  if (collected_.empty() || collected_.top().edge + 1 > edge_) return;
  if (requests_.size() >= dma_most_writes_waiting) return;
  group_ = collected_.top().group;
  collected_.pop();
  const unsigned blocks = program_->blocks(group_);
  group_end_ = edge_ + (blocks + parameters_.rows_per_clock - 1) / parameters_.rows_per_clock;
  busy_ = true;
  put_together(group_);
}

void StoreEngine::put_together(std::uint64_t group) {
  bytes_of_group_.assign(program_->slot_bytes(), 0);
  bytes_ += bytes_of_group_.size();
  std::vector<ResultPlace> places;
  for (const std::uint32_t number : groups_[group].members) {
    ++results_read_;
    const Result& member = results_[number];
    places.clear();
    program_->places(member.pass, group, places);
    for (const ResultPlace& place : places) {
      const std::size_t at = std::size_t{place.place} * sizeof(float);
      if (place.result >= member.values->size() || at + sizeof(float) > bytes_of_group_.size()) {
        SC_REPORT_ERROR(report_id, fmt::format("pass {} has {} results, result {} is asked for",
                                               member.pass, member.values->size(), place.result)
                                       .c_str());
        continue;
      }
      std::memcpy(&bytes_of_group_[at], &(*member.values)[place.result], sizeof(float));
    }
  }
}

/// What comes at this edge is looked at from the next one on.
void StoreEngine::take_results() {
  for (unsigned tile = 0; tile < parameters_.tiles; ++tile) {
    const PassResult& came = result[tile].read();
    if (came.valid()) take(tile, came);
  }
}

void StoreEngine::take(unsigned tile, const PassResult& came) {
  if (held_[tile] == parameters_.room) {
    SC_REPORT_ERROR(report_id, fmt::format("results of pass {} for the CM of tile {}, which has "
                                           "no room",
                                           came.pass(), tile)
                                   .c_str());
    return;
  }
  std::vector<std::uint64_t> groups;
  program_->groups_of(came.pass(), groups);
  const bool wanted =
      !groups.empty() && std::all_of(groups.begin(), groups.end(), [this](std::uint64_t group) {
        return groups_[group].missing != 0;
      });
  if (!wanted) {
    SC_REPORT_ERROR(report_id,
                    fmt::format("results of pass {} that no group waits for", came.pass()).c_str());
    return;
  }
  std::uint32_t number = 0;
  if (free_results_.empty()) {
    number = static_cast<std::uint32_t>(results_.size());
    results_.emplace_back();
  } else {
    number = free_results_.back();
    free_results_.pop_back();
  }
  results_[number] = {tile, came.pass(), static_cast<std::uint32_t>(groups.size()), came.values()};
  ++held_[tile];
  ++results_in_;
  for (const std::uint64_t group : groups) {
    groups_[group].members.push_back(number);
    if (--groups_[group].missing == 0) collected_.push({edge_, group});
  }
}

}  // namespace tensordash
